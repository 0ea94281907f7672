package dev.reliability.retry;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import dev.reliability.base.Nanos;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a {@link Retry} was built with. */
record RetrySettings(
        String name,
        long maxAttempts,
        Backoff backoff,
        FailureRules rules,
        @Nullable Predicate<Object> retryOnResult,
        long longestHintNanos,
        long minAttemptNanos,
        @Nullable RetryBudget budget,
        @Nullable EventListener listener,
        @Nullable Executor executor,
        Seam seam) {

    /** A predicate that throws has not rejected; a result has no place for what it threw. */
    boolean rejects(@Nullable Object result) {
        try {
            return retryOnResult != null && retryOnResult.test(result);
        } catch (Throwable broken) {
            Events.report(broken);
            return false;
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Retry[").append(name).append(", ");
        text.append(maxAttempts == Long.MAX_VALUE ? "unlimited" : Long.toString(maxAttempts))
                .append(maxAttempts == 1 ? " attempt, " : " attempts, ")
                .append(backoff)
                .append(rules)
                .append(retryOnResult == null ? "" : ", results by predicate");
        if (longestHintNanos != backoff.capNanos()) {
            text.append(", hints up to ").append(Nanos.text(longestHintNanos));
        }
        if (minAttemptNanos > 0) {
            text.append(", attempts of at least ").append(Nanos.text(minAttemptNanos));
        }
        return text.append(budget == null ? "" : ", " + budget).append(']').toString();
    }
}
