package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Unsupported;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Lets the {@link RetryContract} drive somebody's retry. One is made for each {@link RetrySpec}; it is called by several
 * threads at a time. What a capability is needed for throws {@link Unsupported} where it is not there. Data that the
 * library's documentation excludes may be passed over by {@link org.opentest4j.TestAbortedException}: such a try counts for
 * nothing.
 */
public interface RetryAdapter {
    /**
     * Runs a task with retries.
     *
     * @param body the task
     * @return what the retry returns
     * @throws Throwable what the retry throws, as it is: the adapter unwraps nothing
     */
    @Nullable
    Object call(Body body) throws Throwable;

    /**
     * A failure that is never retried, whatever the spec says.
     *
     * @param message of the failure
     * @return a new instance, which a task will throw
     */
    Throwable neverRetried(String message);

    /**
     * A failure that is always retried, whatever the spec says.
     *
     * @param message of the failure
     * @return a new instance, which a task will throw
     */
    Throwable alwaysRetried(String message);

    /**
     * Whether something thrown says that all attempts ended with rejected results.
     *
     * @param failure what the retry threw
     * @return false by default: such a retry returns the last result
     */
    default boolean isExhaustion(Throwable failure) {
        return false;
    }

    /**
     * What a failure tells about the retry that threw it. Needs {@link RetryCapability#REPORT}.
     *
     * @param failure what was thrown
     * @return what it tells; null if it tells nothing
     */
    default @Nullable RetryEnd report(Throwable failure) {
        throw new Unsupported("a report");
    }

    /**
     * Computes one delay of the spec's backoff. Needs {@link RetryCapability#DELAYS}.
     *
     * @param attempt how many attempts have failed, from 1 to 2^31 - 1
     * @param previousNanos the delay before this one, 0 for the first
     * @param random what jitter is drawn from
     * @return the delay in nanoseconds
     */
    default long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
        throw new Unsupported("delays");
    }

    /**
     * Runs a task with retries and a deadline for the call. The task is not interrupted. Needs {@link
     * RetryCapability#DEADLINE}.
     *
     * @param nanos until the deadline; zero or negative if it has passed
     * @param body the task
     * @return what the retry returns
     * @throws Throwable what the retry throws
     */
    default @Nullable Object callWithin(long nanos, Body body) throws Throwable {
        throw new Unsupported("a deadline");
    }

    /**
     * Whether something thrown says that a deadline had passed. Needs {@link RetryCapability#DEADLINE}.
     *
     * @param failure what {@link #callWithin} threw
     * @return whether it does
     */
    default boolean isDeadlineExceeded(Throwable failure) {
        throw new Unsupported("a deadline");
    }

    /**
     * A failure that says how long to wait. Needs {@link RetryCapability#HINT}.
     *
     * @param hint how long at least; negative is malformed
     * @return a new instance, which a task will throw
     */
    default Throwable hinted(Duration hint) {
        throw new Unsupported("wait hints");
    }

    /**
     * Runs asynchronous work with retries. Needs {@link RetryCapability#ASYNC}.
     *
     * @param task starts the work
     * @return the future of the call
     */
    default CompletableFuture<Object> callAsync(Callable<? extends CompletionStage<Object>> task) {
        throw new Unsupported("asynchronous work");
    }

    /**
     * What the running task is told about its attempt. Needs {@link RetryCapability#ATTEMPT}.
     *
     * @return asked for inside a task, and so about the innermost retry around it
     */
    default RetryAttempt attempt() {
        throw new Unsupported("the attempt");
    }

    /**
     * Whether a request that was answered may be sent again. Needs {@link RetryCapability#HTTP}.
     *
     * @param method of the request
     * @param idempotencyKey whether it carries one
     * @param status of the answer
     * @return the verdict
     */
    default boolean retriesStatus(String method, boolean idempotencyKey, int status) {
        throw new Unsupported("HTTP");
    }

    /**
     * Whether a request that was not answered may be sent again. Needs {@link RetryCapability#HTTP}.
     *
     * @param method of the request
     * @param idempotencyKey whether it carries one
     * @param failure what the client threw
     * @return the verdict
     */
    default boolean retriesFailure(String method, boolean idempotencyKey, Throwable failure) {
        throw new Unsupported("HTTP");
    }

    /**
     * The wait hint of an HTTP answer. Needs {@link RetryCapability#HTTP}.
     *
     * @param headers from the name of a header to its value, or null
     * @return the hint, null if there is none or a malformed one
     */
    default @Nullable Duration retryAfter(Function<String, @Nullable String> headers) {
        throw new Unsupported("HTTP");
    }

    /**
     * Whether work on a database may run again. Needs {@link RetryCapability#SQL}.
     *
     * @param failure what was thrown
     * @param phase where
     * @param idempotent whether the work is declared to do no harm when done twice
     * @return the verdict
     */
    default boolean retriesSql(SQLException failure, SqlPhase phase, boolean idempotent) {
        throw new Unsupported("SQL");
    }

    /**
     * Whether work on a database may have been done, or not. Needs {@link RetryCapability#SQL}.
     *
     * @param failure what was thrown
     * @param phase where
     * @return true if the outcome is unknown
     */
    default boolean isOutcomeUnknown(SQLException failure, SqlPhase phase) {
        throw new Unsupported("SQL");
    }
}
