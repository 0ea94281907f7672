package dev.reliability.retry;

import dev.reliability.Event;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a {@link Retry} tells its listener. Immutable: any thread may read it. */
public sealed interface RetryEvent extends Event {
    /**
     * An attempt has failed or its result was rejected, and another will follow: told once for each retry, before its
     * wait. The attempt does not take place if the wait is interrupted or ends too near to the deadline.
     *
     * @param policy the name of the retry
     * @param attempt the number of the attempt that failed; 1 is the first
     * @param failure the class of what it threw; null if its result was rejected
     * @param delay how long the retry now waits
     */
    record Scheduled(String policy, long attempt, @Nullable Class<? extends Throwable> failure, Duration delay)
            implements RetryEvent {}

    /**
     * An attempt has failed or its result was rejected, and another would follow if the {@link RetryBudget} had not
     * refused it: the call ends here.
     *
     * @param policy the name of the retry
     * @param attempt the number of the attempt that failed; 1 is the first
     * @param failure the class of what it threw; null if its result was rejected
     */
    record BudgetRefused(
            String policy, long attempt, @Nullable Class<? extends Throwable> failure) implements RetryEvent {}
}
