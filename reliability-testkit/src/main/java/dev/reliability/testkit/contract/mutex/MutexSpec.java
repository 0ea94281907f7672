package dev.reliability.testkit.contract.mutex;

/**
 * The mutex that a try needs. What an adapter cannot make it refuses with {@link
 * dev.reliability.testkit.contract.Unsupported}.
 *
 * @param name what it guards
 * @param waitNanos how long {@link MutexAdapter#call} waits at most
 * @param isFair whether every release hands over; only with {@link MutexCapability#FAIR}
 * @param starvationNanos how long a thread waits before nobody may overtake it; 0: not asked for; only with {@link
 *     MutexCapability#BOUNDED_BARGING}
 * @param isTiming whether it keeps the time at which it was acquired; only with {@link MutexCapability#TIMING}
 * @param reportAfterNanos how long a hold lasts before it is reported; 0: not asked for; only with {@link
 *     MutexCapability#LONG_HOLD}
 */
public record MutexSpec(
        String name, long waitNanos, boolean isFair, long starvationNanos, boolean isTiming, long reportAfterNanos) {
    /** A mutex without options. */
    static MutexSpec named(String name, long waitNanos) {
        return new MutexSpec(name, waitNanos, false, 0, false, 0);
    }

    MutexSpec fair() {
        return new MutexSpec(name, waitNanos, true, starvationNanos, isTiming, reportAfterNanos);
    }

    MutexSpec starvingAfter(long nanos) {
        return new MutexSpec(name, waitNanos, isFair, nanos, isTiming, reportAfterNanos);
    }

    MutexSpec timing() {
        return new MutexSpec(name, waitNanos, isFair, starvationNanos, true, reportAfterNanos);
    }

    MutexSpec reportingAfter(long nanos) {
        return new MutexSpec(name, waitNanos, isFair, starvationNanos, isTiming, nanos);
    }
}
