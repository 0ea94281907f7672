package dev.reliability.testkit.contract.mutex;

/** What a mutex may lack; all are supported unless {@link MutexContract#unsupported} says otherwise. */
public enum MutexCapability {
    /** A hold may be closed by another thread than the one that acquired it; otherwise that must be refused (MUTEX-6). */
    TRANSFER,
    /** A call inside a call on one thread fails; otherwise it must run, and count (MUTEX-11). */
    NO_REENTRANCE,
    /** {@link MutexAdapter#acquireBy} (MUTEX-7). */
    DEADLINE,
    /** {@link MutexSpec#starvationNanos} can be chosen (MUTEX-8). */
    BOUNDED_BARGING,
    /** {@link MutexSpec#isFair} can be chosen (MUTEX-8). */
    FAIR,
    /** A time-out tells what was in the way (MUTEX-9). */
    DIAGNOSIS,
    /** {@link MutexSpec#isTiming} can be chosen; needs {@link #DIAGNOSIS} (MUTEX-9). */
    TIMING,
    /** {@link MutexSpec#reportAfterNanos} can be chosen (MUTEX-10). */
    LONG_HOLD,
    /** {@link MutexAdapter#acquireAsync} (MUTEX-14; in part MUTEX-3, MUTEX-4, MUTEX-12). */
    ASYNC,
    /** {@link MutexAdapter#acquire(String, long)} (MUTEX-15). */
    KEYED
}
