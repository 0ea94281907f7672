package dev.reliability.testkit.contract.retry;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is retried.
 *
 * @param retryOn failure types that are, and no others; empty: every exception, but no error
 * @param abortOn failure types that are not; beats retryOn
 * @param retryIf asked about exceptions that the abort list leaves open, and which are retried beside those of retryOn;
 *     null if there is none
 * @param rejected says which results are; null if none is
 */
public record RetryChoice(
        List<Class<? extends Throwable>> retryOn,
        List<Class<? extends Throwable>> abortOn,
        @Nullable Predicate<Throwable> retryIf,
        @Nullable Predicate<@Nullable Object> rejected) {
    static final RetryChoice DEFAULT = new RetryChoice(List.of(), List.of(), null, null);

    /**
     * Copies the lists.
     *
     * @param retryOn failure types that are retried
     * @param abortOn failure types that are not
     * @param retryIf asked about exceptions
     * @param rejected says which results are retried
     */
    public RetryChoice {
        retryOn = List.copyOf(retryOn);
        abortOn = List.copyOf(abortOn);
    }

    static RetryChoice of(List<Class<? extends Throwable>> retryOn, List<Class<? extends Throwable>> abortOn) {
        return new RetryChoice(retryOn, abortOn, null, null);
    }

    static RetryChoice rejecting(Predicate<@Nullable Object> rejected) {
        return new RetryChoice(List.of(), List.of(), null, rejected);
    }

    RetryChoice retryIf(Predicate<Throwable> predicate) {
        return new RetryChoice(retryOn, abortOn, predicate, rejected);
    }
}
