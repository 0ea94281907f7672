package dev.reliability.cleanup;

import dev.reliability.Action;
import dev.reliability.Task;
import org.jspecify.annotations.Nullable;

/**
 * Owns what was registered with it, and gives it back when it is closed: newest first, all of it, exactly once.
 *
 * <p>Opened by {@link Cleanup}, and closed by try-with-resources:
 *
 * <pre>{@code
 * try (var scope = Cleanup.scope()) {
 *   Path bundle = scope.open(() -> Files.createTempFile("bundle", ".js"), Files::deleteIfExists);
 *   Connection db = scope.add(pool.getConnection());
 *   scope.defer(() -> log.info("done"));
 *   ...
 * }
 * }</pre>
 *
 * <p><b>Registering late.</b> What is registered while the scope is being closed is still run, in order: it is the newest.
 * What is registered after that is closed at once, on the calling thread and with the outcome FAILURE, and {@link
 * IllegalStateException} is thrown, with the failure of that closing suppressed in it.
 *
 * <p><b>Interrupts.</b> While actions run the interrupt flag is clear: one that is pending when closing begins disturbs
 * none of them. One that arrives meanwhile reaches at most the action that runs at that moment: Java has no way of
 * keeping it from that one. Either way, and also if an action throws {@link InterruptedException}, the flag is set when
 * the closing ends.
 *
 * <p>Thread-safe. Registering happens before the action runs, and the actions happen before every {@code close} returns.
 */
public sealed interface CleanupScope extends AutoCloseable permits StackedScope {
    /**
     * Gives one value back.
     *
     * @param <T> the type of the value
     */
    @FunctionalInterface
    interface Closer<T extends @Nullable Object> {
        /**
         * Gives a value back. A method that returns something, such as {@code Files::deleteIfExists}, will do as well.
         *
         * @param value what the scope owns
         * @throws Exception if it cannot be given back
         */
        void close(T value) throws Exception;
    }

    /** A cleanup action that acts by how the work ended. */
    @FunctionalInterface
    interface OutcomeAction {
        /**
         * Cleans up.
         *
         * @param outcome how the work ended
         * @throws Exception if the action fails
         */
        void run(Outcome outcome) throws Exception;
    }

    /**
     * Work with a scope that gives a result.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the work throws; {@link RuntimeException} where it throws none
     */
    @FunctionalInterface
    public interface ScopedTask<T extends @Nullable Object, X extends Exception> {
        /**
         * Does the work.
         *
         * @param scope closed when the work has ended
         * @return the result
         * @throws X if the work fails
         */
        T call(CleanupScope scope) throws X;
    }

    /**
     * Work with a scope, without a result.
     *
     * @param <X> the checked exception that the work throws; {@link RuntimeException} where it throws none
     */
    @FunctionalInterface
    public interface ScopedAction<X extends Exception> {
        /**
         * Does the work.
         *
         * @param scope closed when the work has ended
         * @throws X if the work fails
         */
        void run(CleanupScope scope) throws X;
    }

    /**
     * Opens something and owns it. The memory for its entry is reserved before it is opened, so that nothing that can
     * fail lies between its opening and its being owned.
     *
     * @param <T> what is opened
     * @param <X> the checked exception that the opening throws
     * @param opener opens it; if it throws, nothing is registered. A null from it is given back, with nothing to close
     * @param closer closes it, with the value
     * @return what was opened
     * @throws X what the opener throws
     * @throws IllegalStateException if this scope is closed: then the opener does not run; or if it was closed while the
     *     opener ran: then the value is closed at once
     */
    <T extends @Nullable Object, X extends Exception> T open(Task<? extends T, X> opener, Closer<? super T> closer)
            throws X;

    /**
     * Owns something that is open already. If it cannot be registered, it is closed at once.
     *
     * @param <T> what is owned
     * @param closeable closed by its own {@code close}
     * @return the same object
     * @throws IllegalStateException if this scope is closed; the object is closed at once
     */
    <T extends AutoCloseable> T add(T closeable);

    /**
     * Registers an action that runs when this scope is closed.
     *
     * @param action what to do
     * @throws IllegalStateException if this scope is closed; the action is run at once
     */
    void defer(Action<?> action);

    /**
     * Registers an action that is told how the work ended.
     *
     * @param action what to do
     * @throws IllegalStateException if this scope is closed; the action is run at once, with {@link Outcome#FAILURE}
     */
    void defer(OutcomeAction action);

    /**
     * Opens a scope inside this one, with the same name and options.
     *
     * @return a scope that is closed with this one, if not before
     * @throws IllegalStateException if this scope is closed
     */
    CleanupScope child();

    /**
     * Opens a scope inside this one, with the same options. When this scope is closed and the child is still open, the
     * child is closed in its turn, as one of the entries: after what was registered here later, and before what was
     * registered earlier. What failed in it counts as one failure, its primary one. Its actions are told the outcome of this
     * scope, unless the child itself has succeeded. A child that another thread is closing is waited for.
     *
     * <p>A child that is closed early leaves: it costs this scope neither memory nor time any more, so a scope that lives
     * long may have any number of them, one after the other. A child moves with the other entries of its scope by {@link
     * #moveTo}; after {@link #release} it is on its own.
     *
     * @param name the name of the child in messages and events
     * @return a scope that is closed with this one, if not before
     * @throws IllegalStateException if this scope is closed
     */
    CleanupScope child(String name);

    /**
     * Says that the work has succeeded: the actions will be told {@link Outcome#SUCCESS}. The last statement of the body;
     * what is thrown after it does not take it back. Calling it again does nothing.
     *
     * @throws IllegalStateException if the closing of this scope has begun, so that its actions have been told otherwise
     */
    void succeed();

    /**
     * Moves all that this scope owns to another one, where it is newer than what that one owns, in unchanged order. This
     * scope stays open. At every moment each entry has exactly one owner.
     *
     * @param other the new owner
     * @throws IllegalArgumentException if the other one is this one, or inside it: a child, or a child of one. Then this
     *     scope keeps all
     * @throws IllegalStateException if the closing of this scope has begun: then it keeps all; or if the other one is
     *     closed: then all of it is closed at once
     */
    void moveTo(CleanupScope other);

    /**
     * Lets go of all that this scope owns, without running it: from now on that is the caller's to close. This scope
     * stays open. As the last statement of a body it makes a scope that cleans up only on failure.
     *
     * @throws IllegalStateException if the closing of this scope has begun: then it keeps all
     */
    void release();

    /**
     * Whether everything has been run and nothing can be registered any more.
     *
     * @return false before and while this scope is closed, true after
     */
    boolean isClosed();

    /**
     * Runs every action that is registered, newest first, on the calling thread. If another thread is closing this
     * scope, waits until it is done, without regard to deadlines and to interrupts, which it keeps, and throws nothing;
     * so an action must not wait for a thread that closes its scope, nor an action of a child for one that closes the
     * parent. From inside an action of this scope it returns at once: the rest follows when the action ends. On a
     * closed scope it does nothing.
     *
     * <p>The actions see no ambient {@link dev.reliability.time.Deadline} but their grace, if they have one ({@link
     * Cleanup.Builder#grace}).
     *
     * <p>A failing action skips nothing. The first failure is primary, but if there is an {@link Error} among them, the
     * first of these is; the others are suppressed in it, in order, each instance once. What is unchecked is thrown as it
     * is. If the scope reports to its listener only ({@link Cleanup.Builder#reportOnlyTo}), nothing is thrown.
     *
     * <p>If the thread has no stack left ({@link StackOverflowError}), or no memory, for the frames of this library, that
     * error is thrown, the actions that have not begun stay registered, and the scope can be closed again: by the thread once
     * it has unwound, or with its parent. What failed until then is thrown by that close. Each level of nested children needs
     * some frames of the stack. An action is begun once its own code is called, even if that overflows at once.
     *
     * @throws CleanupException if the primary failure is a checked exception, which is its cause; or if the scope is {@link
     *     Cleanup.Builder#detachable} and was not closed within its grace
     */
    @Override
    void close();
}
