package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Unsupported;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets the {@link CleanupScopeContract} drive one of somebody's scopes. What a capability is needed for throws {@link
 * Unsupported} where it is not there. Its methods are called by several threads.
 */
public interface CleanupAdapter {
    /** Closes a value. */
    @FunctionalInterface
    interface Closer {
        /**
         * Closes it.
         *
         * @param value what was opened
         * @throws Exception if that fails
         */
        void close(Object value) throws Exception;
    }

    /**
     * Opens a value and owns it.
     *
     * @param opener opens it, or throws an exception; never null
     * @param closer closes it
     * @return what was opened
     * @throws Throwable what the scope throws
     */
    Object open(Body opener, Closer closer) throws Throwable;

    /**
     * Owns a value that is open already.
     *
     * @param value what to close
     * @throws Throwable what the scope throws
     */
    void add(AutoCloseable value) throws Throwable;

    /**
     * Closes the scope.
     *
     * @throws Throwable what the scope throws, as it is
     */
    void close() throws Throwable;

    /**
     * Runs work with this scope, and closes it. Needs {@link CleanupCapability#CALL}.
     *
     * @param work what to run
     * @return its result
     * @throws Throwable what comes of it
     */
    default @Nullable Object call(Body work) throws Throwable {
        throw new Unsupported("work with a scope");
    }

    /**
     * Registers an action that is told how the work ended. Needs {@link CleanupCapability#OUTCOME}.
     *
     * @param action what to do
     */
    default void defer(Consumer<CleanupOutcome> action) {
        throw new Unsupported("outcomes");
    }

    /** Says that the work has succeeded. Needs {@link CleanupCapability#OUTCOME}. */
    default void succeed() {
        throw new Unsupported("outcomes");
    }

    /**
     * Opens a scope inside this one. Needs {@link CleanupCapability#CHILD}.
     *
     * @return the inner scope
     */
    default CleanupAdapter child() {
        throw new Unsupported("children");
    }

    /**
     * Moves all that this scope owns to another one. Needs {@link CleanupCapability#TRANSFER}.
     *
     * @param other an adapter of the same class
     */
    default void moveTo(CleanupAdapter other) {
        throw new Unsupported("transfer");
    }

    /** Lets go of all that this scope owns. Needs {@link CleanupCapability#TRANSFER}. */
    default void release() {
        throw new Unsupported("transfer");
    }

    /** Has the leaks told that are known by now, if that does not happen by itself. Needs {@link CleanupCapability#LEAK}. */
    default void reportLeaks() {
        throw new Unsupported("leaks");
    }
}
