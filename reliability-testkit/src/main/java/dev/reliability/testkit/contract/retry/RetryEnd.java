package dev.reliability.testkit.contract.retry;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failure that a retry has thrown tells about that retry.
 *
 * @param reason why it ended
 * @param attempts how often the task ran
 * @param failures what the attempts threw, oldest first: the first one and the last 8
 * @param decisionFailure what a predicate or a backoff function threw instead of deciding; null if none did
 */
public record RetryEnd(
        Reason reason,
        long attempts,
        List<Throwable> failures,
        @Nullable Throwable decisionFailure) {
    /** Why a retry ended. */
    public enum Reason {
        /** The last attempt has failed. */
        EXHAUSTED,
        /** There is no time for another attempt. */
        DEADLINE,
        /** The budget does not pay for another attempt. */
        BUDGET,
        /** The thread was interrupted. */
        INTERRUPTED,
        /** The failure is none that is retried. */
        NOT_RETRYABLE,
        /** The wait hint is too long. */
        HINT
    }

    /**
     * Copies the list and checks that there is a reason.
     *
     * @param reason why it ended
     * @param attempts how often the task ran
     * @param failures what the attempts threw
     * @param decisionFailure what a predicate or a backoff function threw
     */
    public RetryEnd {
        requireNonNull(reason, "reason");
        failures = List.copyOf(failures);
    }
}
