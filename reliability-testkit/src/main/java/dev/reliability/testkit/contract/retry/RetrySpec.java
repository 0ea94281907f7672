package dev.reliability.testkit.contract.retry;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The retry that a rule asks for. Fields that belong to a capability are set only where it is supported.
 *
 * @param maxAttempts how often the task runs at most, the first time included; {@link #DEFAULT}, {@link #UNLIMITED}
 * @param backoff how long to wait in between
 * @param choice what is retried
 * @param longestHintNanos the longest hint that is waited for; {@link #DEFAULT} for the cap of the backoff
 * @param minAttemptNanos what has to be left until the deadline for another attempt; 0 by default
 * @param budget shared by the callers of this adapter; null if there is none
 * @param listener told about each retry; null if nobody is
 */
public record RetrySpec(
        int maxAttempts,
        BackoffSpec backoff,
        RetryChoice choice,
        long longestHintNanos,
        long minAttemptNanos,
        @Nullable BudgetSpec budget,
        @Nullable Consumer<RetryHeard> listener) {
    /** What the library itself takes where nothing is said. */
    public static final int DEFAULT = -1;

    /** Until something else ends the retry. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /**
     * Checks that nothing is null that may not be.
     *
     * @param maxAttempts how often the task runs at most
     * @param backoff how long to wait in between
     * @param choice what is retried
     * @param longestHintNanos the longest hint that is waited for
     * @param minAttemptNanos what has to be left until the deadline
     * @param budget shared by the callers
     * @param listener told about each retry
     */
    public RetrySpec {
        requireNonNull(backoff, "backoff");
        requireNonNull(choice, "choice");
    }

    static RetrySpec of(int maxAttempts, BackoffSpec backoff) {
        return new RetrySpec(maxAttempts, backoff, RetryChoice.DEFAULT, DEFAULT, 0, null, null);
    }

    RetrySpec choosing(RetryChoice other) {
        return new RetrySpec(maxAttempts, backoff, other, longestHintNanos, minAttemptNanos, budget, listener);
    }

    RetrySpec withLongestHint(long nanos) {
        return new RetrySpec(maxAttempts, backoff, choice, nanos, minAttemptNanos, budget, listener);
    }

    RetrySpec withMinAttempt(long nanos) {
        return new RetrySpec(maxAttempts, backoff, choice, longestHintNanos, nanos, budget, listener);
    }

    RetrySpec withBudget(BudgetSpec shared) {
        return new RetrySpec(maxAttempts, backoff, choice, longestHintNanos, minAttemptNanos, shared, listener);
    }

    RetrySpec tellingTo(Consumer<RetryHeard> told) {
        return new RetrySpec(maxAttempts, backoff, choice, longestHintNanos, minAttemptNanos, budget, told);
    }
}
