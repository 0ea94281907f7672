package dev.reliability.testkit.contract.mutex;

/**
 * One step of a sequential use of a mutex.
 *
 * @param kind what is done
 * @param person by whom, from 0
 * @param hold which of the holds so far, counted back from the latest, for a close
 */
record MutexStep(Kind kind, int person, int hold) {
    /** Kinds of steps. */
    enum Kind {
        ACQUIRE,
        TRY_ACQUIRE,
        /** On the thread that acquired it. */
        CLOSE,
        /** On the thread of the person of the step. */
        CLOSE_ELSEWHERE
    }
}
