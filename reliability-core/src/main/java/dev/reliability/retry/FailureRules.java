package dev.reliability.retry;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which failures are worth another attempt. The first line that applies decides:
 *
 * <ol>
 *   <li>an interrupt or a cancellation: no (RETRY-11)
 *   <li>{@link NonRetryableException}: no; {@link RetryableException}: yes (RETRY-23)
 *   <li>a type of the abort list: no
 *   <li>an {@link Error}: only by a type of the retry list that is an error type itself (RETRY-13)
 *   <li>neither retry list nor predicate: yes
 *   <li>a type of the retry list, or the predicate: yes; else no
 * </ol>
 */
record FailureRules(
        List<Class<? extends Throwable>> retryOn,
        List<Class<? extends Throwable>> abortOn,
        @Nullable Predicate<? super Exception> retryIf) {

    FailureRules {
        retryOn = List.copyOf(retryOn);
        abortOn = List.copyOf(abortOn);
    }

    /** Throws what the predicate throws. */
    boolean isRetryable(Throwable failure) {
        if (failure instanceof InterruptedException
                || failure instanceof CancellationException
                || failure instanceof NonRetryableException) {
            return false;
        }
        if (failure instanceof RetryableException) {
            return true;
        }
        if (names(abortOn, failure)) {
            return false;
        }
        if (failure instanceof Exception exception) {
            boolean all = retryOn.isEmpty() && retryIf == null;
            return all || names(retryOn, failure) || (retryIf != null && retryIf.test(exception));
        }
        return namesMoreThanThrowable(failure);
    }

    @Override
    public String toString() {
        return (retryOn.isEmpty() ? "" : ", retry on " + text(retryOn))
                + (retryIf == null ? "" : ", retry by predicate")
                + (abortOn.isEmpty() ? "" : ", abort on " + text(abortOn));
    }

    private static String text(List<Class<? extends Throwable>> types) {
        return types.stream().map(Class::getSimpleName).collect(Collectors.joining(" and "));
    }

    private static boolean names(List<Class<? extends Throwable>> types, Throwable failure) {
        for (Class<? extends Throwable> type : types) {
            if (type.isInstance(failure)) {
                return true;
            }
        }
        return false;
    }

    /** All supertypes of an error below Throwable are error types. */
    private boolean namesMoreThanThrowable(Throwable error) {
        for (Class<? extends Throwable> type : retryOn) {
            if (type != Throwable.class && type.isInstance(error)) {
                return true;
            }
        }
        return false;
    }
}
