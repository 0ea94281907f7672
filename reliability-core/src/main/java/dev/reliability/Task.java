package dev.reliability;

import org.jspecify.annotations.Nullable;

/**
 * Work that gives a result and may fail with a checked exception of its own. Run by {@link Policy#call}.
 *
 * <p>A lambda that throws no checked exception is a {@code Task<T, RuntimeException>}, so that its caller declares
 * nothing. Work that throws {@link InterruptedException} beside another checked exception is an {@link
 * InterruptibleTask}: Java would join the two to {@code Exception}.
 *
 * <p>Run on the thread that calls, unless the method that takes it says otherwise. One that several calls share must be
 * thread-safe.
 *
 * @param <T> the type of the result, which may be null
 * @param <X> the checked exception that the work throws; {@link RuntimeException} where it throws none
 */
@FunctionalInterface
public interface Task<T extends @Nullable Object, X extends Exception> extends InterruptibleTask<T, X> {
    /**
     * Does the work.
     *
     * @return the result, which may be null
     * @throws X if the work fails
     */
    @Override
    T call() throws X;
}
