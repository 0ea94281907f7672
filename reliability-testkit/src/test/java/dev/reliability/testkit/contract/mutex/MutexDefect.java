package dev.reliability.testkit.contract.mutex;

/** The one thing that is wrong with a {@link ReferenceMutex}. */
enum MutexDefect {
    /** The reference itself. */
    NONE(""),
    /** Looks and takes in two steps. */
    TAKES_WITHOUT_LOOKING_AGAIN("MUTEX-1"),
    /** Each wake-up begins the wait anew. */
    WAIT_BEGINS_AGAIN("MUTEX-2"),
    /** A wake-up is taken for the end of the wait. */
    WAKE_UP_ENDS_THE_WAIT("MUTEX-2"),
    /** One that was woken to compete and gives up wakes nobody. */
    TURN_DIES_WITH_THE_WAITER("MUTEX-3"),
    /** One that is interrupted or cancelled stays in the queue. */
    HANDS_TO_THE_GONE("MUTEX-4"),
    /** An interrupt that comes with the grant throws, and keeps the grant. */
    THROWS_WHAT_IT_HOLDS("MUTEX-5"),
    /** A close frees whatever is held. */
    SECOND_CLOSE_FREES("MUTEX-6"),
    /** Only the thread that acquired can close. */
    CLOSE_ELSEWHERE_IS_IGNORED("MUTEX-6"),
    /** The end of the wait is a sum that overflows. */
    HUGE_WAIT_OVERFLOWS("MUTEX-7"),
    /** A deadline that has passed is one try. */
    EXPIRED_DEADLINE_TRIES("MUTEX-7"),
    /** Who comes may always overtake. */
    BARGES_FOR_EVER("MUTEX-8"),
    /** Last come, first served. */
    LAST_IN_FIRST_OUT("MUTEX-8"),
    /** Says what its last waiter was called. */
    NAMES_A_WAITER("MUTEX-9"),
    /** Says how long it has been there, not how long it is held. */
    OVERSTATES_THE_HOLD("MUTEX-9"),
    /** A hold that lasts too long is ended. */
    STEALS_A_LONG_HOLD("MUTEX-10"),
    /** Nobody is told. */
    KEEPS_A_LONG_HOLD_SECRET("MUTEX-10"),
    /** A call inside a call waits for itself. */
    WAITS_FOR_ITSELF("MUTEX-11"),
    /** Serves the next waiter inside the release of the last one. */
    HAND_OFF_RECURSES("MUTEX-12"),
    /** A time-out that comes with the grant wins, and keeps the grant. */
    TIMES_OUT_WITH_WHAT_IT_HOLDS("MUTEX-13"),
    /** What depends on a future runs inside the release. */
    CONTINUES_INSIDE_THE_RELEASE("MUTEX-14"),
    /** Those without a thread are served last. */
    ASYNC_WAITS_LONGER("MUTEX-14"),
    /** Two keys with one hash exclude one another. */
    LOCKS_BY_HASH("MUTEX-15"),
    /** A key is never forgotten. */
    KEEPS_EVERY_KEY("MUTEX-15"),
    /** Releases on exceptions, not on an Error. */
    ERROR_KEEPS_THE_LOCK("MUTEX-16"),
    /** A try waits a little. */
    TRY_WAITS("MUTEX-16");

    private final String rule;

    MutexDefect(String rule) {
        this.rule = rule;
    }

    /** The rule that has to find it. */
    String rule() {
        return rule;
    }
}
