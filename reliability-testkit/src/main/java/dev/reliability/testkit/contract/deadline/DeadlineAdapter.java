package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Unsupported;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lets the {@link DeadlineContract} drive somebody's time limit. What a capability is needed for throws {@link
 * Unsupported} where it is not there. Its methods are called by several threads.
 */
public interface DeadlineAdapter {
    /**
     * Runs work that may take so long. Calls nest.
     *
     * @param nanos the limit
     * @param body the work
     * @return its result
     * @throws Throwable what the limit throws, as it is
     */
    @Nullable
    Object call(long nanos, Body body) throws Throwable;

    /**
     * What something thrown tells about an exceeded limit.
     *
     * @param failure what {@link #call} threw
     * @return null if it says something else; without {@link DeadlineCapability#DETAILS} the fields do not matter
     */
    @Nullable
    DeadlineExceeded exceeded(Throwable failure);

    /**
     * A deadline as a value. Needs {@link DeadlineCapability#VALUE}.
     *
     * @param nanos from now
     * @return the value
     */
    default DeadlineValue after(long nanos) {
        throw new Unsupported("values");
    }

    /**
     * A deadline of a time source of its own. Needs {@link DeadlineCapability#VALUE}.
     *
     * @param nanos from now
     * @return the value
     */
    default DeadlineValue afterOnAnotherSource(long nanos) {
        throw new Unsupported("values");
    }

    /**
     * The deadline that another process has sent. Needs {@link DeadlineCapability#VALUE}.
     *
     * @param text what {@link DeadlineValue#toHeader} gave
     * @return the value
     */
    default DeadlineValue ofHeader(String text) {
        throw new Unsupported("values");
    }

    /**
     * What remains of the ambient deadline of the calling thread. Needs {@link DeadlineCapability#AMBIENT}.
     *
     * @return nanoseconds, null if there is none
     */
    default @Nullable Long ambientNanos() {
        throw new Unsupported("an ambient deadline");
    }

    /**
     * Runs work with an ambient deadline that nobody enforces. Needs {@link DeadlineCapability#AMBIENT}.
     *
     * @param nanos from now
     * @param body the work
     * @return its result
     * @throws Throwable what it throws
     */
    default @Nullable Object bind(long nanos, Body body) throws Throwable {
        throw new Unsupported("an ambient deadline");
    }

    /**
     * Lets work take the present ambient deadline along. Needs {@link DeadlineCapability#AMBIENT}.
     *
     * @param body the work
     * @return the same work, for any thread
     */
    default Body wrap(Body body) {
        throw new Unsupported("an ambient deadline");
    }

    /**
     * Runs asynchronous work that may take so long. Needs {@link DeadlineCapability#ASYNC}.
     *
     * @param nanos the limit
     * @param task starts the work
     * @return the future of the call
     */
    default CompletableFuture<Object> callAsync(long nanos, Callable<? extends CompletionStage<Object>> task) {
        throw new Unsupported("asynchronous work");
    }
}
