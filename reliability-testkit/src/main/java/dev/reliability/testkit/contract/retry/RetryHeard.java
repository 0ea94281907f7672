package dev.reliability.testkit.contract.retry;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What a listener was told.
 *
 * @param kind a retry, or the refusal of one
 * @param attempt the number of the attempt that failed; 1 is the first
 * @param failure the class of what it threw; null if its result was rejected
 * @param delayNanos how long the retry is going to wait; 0 for a refusal
 */
public record RetryHeard(Kind kind, long attempt, @Nullable Class<? extends Throwable> failure, long delayNanos) {
    /** What happened. */
    public enum Kind {
        /** Another attempt will follow, after a wait. */
        RETRY,
        /** Another attempt would follow, but the budget does not pay for it. */
        REFUSED
    }

    /**
     * Checks that there is a kind.
     *
     * @param kind a retry, or the refusal of one
     * @param attempt the number of the attempt that failed
     * @param failure the class of what it threw
     * @param delayNanos how long the retry is going to wait
     */
    public RetryHeard {
        requireNonNull(kind, "kind");
    }
}
