package dev.reliability.testkit.contract.breaker;

/** The one thing that is wrong with a {@link ReferenceBreaker}. */
enum BreakerDefect {
    /** The reference itself. */
    NONE(""),
    OPENS_AFTER_SIX("BREAKER-1"),
    ONE_SUCCESS_IS_ENOUGH("BREAKER-1"),
    HANGING_CALLS_DO_NOT_COUNT("BREAKER-1"),
    CALL_LIMIT_INTERRUPTS("BREAKER-1"),
    /** 66.7 % are 67 %. */
    ROUNDS_THE_RATE("BREAKER-2"),
    /** The success that reaches the minimum does not open. */
    LOOKS_AT_FAILURES_ONLY("BREAKER-2"),
    /** A success does not begin the row again. */
    COUNTS_ALL_FAILURES("BREAKER-2"),
    /** Reads the row, then writes it. */
    LOSES_A_FAILURE_IN_A_RACE("BREAKER-2"),
    REFUSAL_SAYS_NOTHING("BREAKER-3"),
    REFUSAL_TAKES_A_TRACE("BREAKER-3"),
    /** The failure that opened it is the cause. */
    REFUSAL_TELLS_ON_ANOTHER_CALLER("BREAKER-3"),
    HINTS_THE_WHOLE_OPEN_TIME("BREAKER-3"),
    /** Looks whether there is a probe, then takes one. */
    PROBES_RACE("BREAKER-4"),
    /** Whatever comes back gives a probe back. */
    LATE_RESULT_FREES_A_PROBE("BREAKER-4"),
    /** A probe may fail once another one has succeeded. */
    A_FAILED_PROBE_IS_FORGIVEN("BREAKER-5"),
    /** Where more than two are needed. */
    CLOSES_A_SUCCESS_TOO_LATE("BREAKER-5"),
    LATE_SUCCESS_COUNTS("BREAKER-6"),
    LATE_FAILURE_COUNTS("BREAKER-6"),
    PERMIT_COUNTS_EACH_TIME("BREAKER-7"),
    CLOSE_IS_A_FAILURE("BREAKER-7"),
    /** A probe that ends by an Error keeps its permit. */
    ERROR_LOSES_THE_PROBE("BREAKER-8"),
    THROWING_PREDICATE_IS_SUCCESS("BREAKER-8"),
    LISTENER_THROWS_INTO_THE_CALL("BREAKER-8"),
    INTERRUPT_IS_A_FAILURE("BREAKER-9"),
    IGNORED_IS_A_SUCCESS("BREAKER-9"),
    EVERY_DEADLINE_IS_A_FAILURE("BREAKER-9"),
    NO_DEADLINE_IS_A_FAILURE("BREAKER-9"),
    PROBES_NEVER_LAPSE("BREAKER-10"),
    /** A lapse frees the permit and is no failure. */
    LAPSE_IS_NEUTRAL("BREAKER-10"),
    /** A timer that a reset or an isolation did not take back. */
    OLD_TIMER_FIRES("BREAKER-11"),
    RESET_KEEPS_PERMITS("BREAKER-11"),
    /** Each opening stands on the one before. */
    OPENINGS_PILE_UP("BREAKER-12"),
    /** Who saw it open makes it half-open, whatever it is by then. */
    STALE_VIEW_HALF_OPENS("BREAKER-13"),
    LISTENER_IN_THE_LOCK("BREAKER-14"),
    HEARD_LATE("BREAKER-14"),
    REFUSALS_ARE_FAILURES("BREAKER-15"),
    COUNTS_RACE("BREAKER-15"),
    NO_CAP("BREAKER-17"),
    JITTER_SHORTENS("BREAKER-17"),
    STAYS_GROWN("BREAKER-17"),
    OWN_REFUSAL_IS_A_FAILURE("BREAKER-18"),
    OPENING_INTERRUPTS_CALLS("BREAKER-19"),
    TIMER_GOES_ON("BREAKER-19"),
    ONE_BREAKER_FOR_ALL_KEYS("BREAKER-20"),
    KEEPS_EVERY_KEY("BREAKER-20");

    private final String rule;

    BreakerDefect(String rule) {
        this.rule = rule;
    }

    /** The rule that has to find it. */
    String rule() {
        return rule;
    }
}
