package dev.reliability;

import org.jspecify.annotations.Nullable;

/**
 * Work that gives a result, may fail with a checked exception of its own, and answers to an interrupt. Run by {@link
 * Policy#callInterruptibly}.
 *
 * <p>Run on the thread that calls, unless the method that takes it says otherwise. One that several calls share must be
 * thread-safe.
 *
 * @param <T> the type of the result, which may be null
 * @param <X> the checked exception that the work throws; {@link RuntimeException} where it throws none
 */
@FunctionalInterface
public interface InterruptibleTask<T extends @Nullable Object, X extends Exception> {
    /**
     * Does the work.
     *
     * @return the result, which may be null
     * @throws X if the work fails
     * @throws InterruptedException if the thread is interrupted
     */
    T call() throws X, InterruptedException;
}
