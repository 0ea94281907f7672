package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Unsupported;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets the {@link MutexContract} drive somebody's mutex. One adapter is made for each try; its methods are called by many
 * threads.
 */
public interface MutexAdapter {
    /**
     * Acquires the mutex, waiting for a span.
     *
     * @param nanos how long at most, on the time of the try; zero or negative is one try; up to {@link Long#MAX_VALUE}
     * @return the hold
     * @throws InterruptedException if the thread is or gets interrupted
     * @throws MutexTimedOut if it was not acquired in time
     */
    Held acquire(long nanos) throws InterruptedException, MutexTimedOut;

    /**
     * Acquires the mutex if it is free.
     *
     * @return the hold; null if it is held
     */
    @Nullable
    Held tryAcquire();

    /**
     * Runs something while it holds the mutex, waiting for it as long as {@link MutexSpec#waitNanos} says.
     *
     * @param body what to run
     * @return its result
     * @throws Throwable what the body throws, or {@link MutexTimedOut}
     */
    @Nullable
    Object call(Body body) throws Throwable;

    /**
     * Acquires the mutex, waiting until a deadline. Needs {@link MutexCapability#DEADLINE}.
     *
     * @param leftNanos what is left until the deadline; negative if it has expired
     * @return the hold
     * @throws InterruptedException if the thread is or gets interrupted
     * @throws MutexTimedOut if it was not acquired in time, or the deadline had expired
     */
    default Held acquireBy(long leftNanos) throws InterruptedException, MutexTimedOut {
        throw new Unsupported("a deadline");
    }

    /**
     * Acquires the mutex without blocking. Needs {@link MutexCapability#ASYNC}.
     *
     * @param nanos how long to wait at most
     * @return the future hold; fails with whatever it likes if it was not acquired in time
     */
    default CompletableFuture<Held> acquireAsync(long nanos) {
        throw new Unsupported("an asynchronous acquire");
    }

    /**
     * Acquires the mutex of a key. Needs {@link MutexCapability#KEYED}.
     *
     * @param key which one
     * @param nanos how long to wait at most
     * @return the hold
     * @throws InterruptedException if the thread is or gets interrupted
     * @throws MutexTimedOut if it was not acquired in time
     */
    default Held acquire(String key, long nanos) throws InterruptedException, MutexTimedOut {
        throw new Unsupported("keys");
    }

    /**
     * For how many keys memory is kept. Needs {@link MutexCapability#KEYED}.
     *
     * @return the number of keys
     */
    default int keptKeys() {
        throw new Unsupported("keys");
    }

    /**
     * The holds that were reported as long. Needs {@link MutexCapability#LONG_HOLD}.
     *
     * @return for each report, in order, the name of the thread that acquired the hold
     */
    default List<String> longHolds() {
        throw new Unsupported("reports of long holds");
    }

    /** Gives back what the adapter itself holds. Called once, at the end of the try. */
    default void close() {}
}
