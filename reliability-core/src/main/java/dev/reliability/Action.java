package dev.reliability;

import org.jspecify.annotations.Nullable;

/**
 * Work without a result. Run by {@link Policy#run}.
 *
 * <p>Run on the thread that calls, unless the method that takes it says otherwise. One that several calls share must be
 * thread-safe.
 *
 * @param <X> the checked exception that the work throws; {@link RuntimeException} where it throws none
 */
@FunctionalInterface
public interface Action<X extends Exception> extends Task<@Nullable Void, X> {
    /**
     * Does the work.
     *
     * @throws X if the work fails
     */
    void run() throws X;

    /**
     * Does the work, as a task whose result is null. An action is a task so that running one makes no object.
     *
     * @return null
     * @throws X if the work fails
     */
    @Override
    @SuppressWarnings("NullAway") // null by its type argument, which is seen on JDK 21+ only
    default @Nullable Void call() throws X {
        run();
        return null;
    }
}
