package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Unsupported;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets the {@link LimiterContract} drive somebody's limiter. One adapter is made for each try; its methods are called by
 * many threads. A permit of a rate is used up when it is taken: closing it does nothing.
 */
public interface LimiterAdapter {
    /**
     * Takes a permit, waiting for a span.
     *
     * @param nanos how long at most, on the time of the try; zero or negative is one try
     * @return the permit
     * @throws InterruptedException if the thread is or gets interrupted
     * @throws LimitRefused if there was none in time, or is not going to be
     */
    Held acquire(long nanos) throws InterruptedException, LimitRefused;

    /**
     * Takes a permit if there is one.
     *
     * @return the permit; null if there is none
     */
    @Nullable
    Held tryAcquire();

    /**
     * Takes a permit without blocking. Needs {@link LimiterCapability#ASYNC}.
     *
     * @param nanos how long to wait at most
     * @return the future permit
     */
    default CompletableFuture<Held> acquireAsync(long nanos) {
        throw new Unsupported("an asynchronous acquire");
    }

    /** Gives back what the adapter itself holds. Called once, at the end of the try. */
    default void close() {}
}
