package dev.reliability.testkit.contract.deadline;

/** The one thing that is wrong with a mutant: {@link ReferenceLimit} plants it in our own limit. */
enum DeadlineDefect {
    /** The reference itself. */
    NONE(""),
    LATER_ONE_IS_THE_MINIMUM("DEADLINE-1"),
    TIME_SOURCES_COMPARE("DEADLINE-1"),
    LATE_VALUE_IS_RETURNED("DEADLINE-2"),
    LATE_VALUE_IS_LOST("DEADLINE-2"),
    LIMIT_IS_NOT_TOLD("DEADLINE-2"),
    CLEARS_THE_FLAG("DEADLINE-3"),
    LEAVES_ITS_INTERRUPT("DEADLINE-3"),
    FAILURE_LEAVES_IT_ARMED("DEADLINE-4"),
    NEEDS_THE_COMMON_POOL("DEADLINE-6"),
    AMBIENT_STAYS_BOUND("DEADLINE-7"),
    AMBIENT_TRAVELS_BY_ITSELF("DEADLINE-7"),
    BINDING_ENFORCES("DEADLINE-7"),
    INNER_SWALLOWS_THE_OUTER("DEADLINE-8"),
    ROUNDS_DOWN("DEADLINE-9"),
    EXPIRED_IS_ZERO("DEADLINE-9"),
    INSTANT_TRAVELS("DEADLINE-10"),
    TIMER_STAYS_AFTER_A_FAILURE("DEADLINE-11"),
    WORK_IS_NOT_CANCELLED("DEADLINE-11"),
    SHARE_OF_WHAT_WAS_GRANTED("DEADLINE-12"),
    RESERVES_NOTHING("DEADLINE-12"),
    WAITS_FOR_THE_DEAF("DEADLINE-13"),
    ABANDONS_ANY_NUMBER("DEADLINE-13"),
    FUNCTION_RUNS_AFTER_THE_END("DEADLINE-14"),
    FUNCTION_RUNS_TWICE("DEADLINE-14"),
    FAILURE_OF_THE_FUNCTION_IS_LOST("DEADLINE-14");

    private final String rule;

    DeadlineDefect(String rule) {
        this.rule = rule;
    }

    /** The rule that has to find it. */
    String rule() {
        return rule;
    }
}
