package dev.reliability.testkit.contract.push;

/** The one thing that is wrong with a mutant of {@link ReferencePush}. */
enum Defect {
    /** The reference itself. */
    NONE(""),
    NESTED_TYPE_UNCHECKED("PUSH-1"),
    STOPS_AT_FIRST_PROBLEM("PUSH-1"),
    PLATFORM_CHECKED_AFTER_BUNDLING("PUSH-2"),
    DRY_RUN_DELIVERS("PUSH-3"),
    JSON_ON_SUCCESS_ONLY("PUSH-4"),
    CHATTY_WHEN_SILENT("PUSH-4"),
    LIMIT_FOR_EACH_REQUEST("PUSH-5"),
    NO_CLEANUP_ON_SIGNAL("PUSH-6"),
    THREAD_STAYS_AFTER_TIME_OUT("PUSH-6"),
    SENT_IS_DELIVERED("PUSH-7"),
    HEADER_IS_ENOUGH("PUSH-7"),
    ABANDONS_WHEN_THE_FLOW_THROWS("PUSH-7"),
    NEW_KEY_FOR_EACH_ATTEMPT("PUSH-8"),
    RETRIES_EVERYTHING("PUSH-8"),
    OUTPUT_UNCHECKED("PUSH-9"),
    KEEPS_EVERY_BUNDLE("PUSH-10"),
    TRACE_WITHOUT_VERBOSE("PUSH-11"),
    NO_PLACE("PUSH-12"),
    CLEANUP_DECIDES("PUSH-13"),
    BUNDLE_FOR_EACH_EVENT("PUSH-14");

    private final String rule;

    Defect(String rule) {
        this.rule = rule;
    }

    /** The rule that has to find it. */
    String rule() {
        return rule;
    }
}
