package dev.reliability.testkit.contract.limit;

/** The one thing that is wrong with a {@link ReferenceLimiter}. */
enum LimiterDefect {
    /** The reference itself. */
    NONE(""),
    /** Counts by the clock's spans: around their border a window sees twice as many. */
    FIXED_WINDOWS("LIMIT-1"),
    /** Saves up what nobody takes, beyond the burst. */
    SAVES_TOO_MUCH("LIMIT-1"),
    /** Closing again gives another permit back. */
    STRAY_CLOSE_ADDS_A_PERMIT("LIMIT-2"),
    /** An interrupted waiter keeps the permit that it was just given. */
    INTERRUPT_LOSES_THE_PERMIT("LIMIT-2"),
    /** Looks and takes in two steps. */
    TAKES_WITHOUT_LOOKING_AGAIN("LIMIT-2"),
    LAST_IN_FIRST_OUT("LIMIT-3"),
    /** Waits, and only then finds that it was in vain. */
    WAITS_IN_VAIN("LIMIT-3"),
    HINT_IS_TOO_SHORT("LIMIT-3"),
    /** Who comes may take what those who wait are waiting for. */
    BARGES("LIMIT-3");

    private final String rule;

    LimiterDefect(String rule) {
        this.rule = rule;
    }

    /** The rule that has to find it. */
    String rule() {
        return rule;
    }
}
