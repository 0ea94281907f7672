package dev.reliability.cleanup;

import dev.reliability.base.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * A scope could not be cleaned up as it should. Thrown by {@link CleanupScope#close} if the primary failure of its
 * actions is a checked exception: that is the cause, and carries the later failures as suppressed ones. Without a cause,
 * thrown by it if a detachable scope was not closed within its grace, and given to the uncaught-exception handler if a
 * scope without a listener is abandoned at shutdown, has an action that overruns its grace, or was never closed; the stack
 * trace of the latter two is that of the action and of the opening.
 *
 * <p>As thread-safe as {@link Throwable}: its own field is final.
 */
public final class CleanupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The name of the scope. */
    private final String scope;

    private CleanupException(String scope, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.scope = scope;
    }

    static CleanupException failed(String scope, Throwable cause) {
        return new CleanupException(scope, "cleanup of scope \"" + scope + "\" failed: " + cause, cause);
    }

    static CleanupException abandoned(String scope, int actionsLeft) {
        return new CleanupException(
                scope, "scope \"" + scope + "\" abandoned at shutdown with " + actionsLeft + " actions left", null);
    }

    static CleanupException overran(String scope, String thread, StackTraceElement[] stack) {
        CleanupException overran = new CleanupException(
                scope,
                "an action of scope \"" + scope + "\" has overrun its grace and goes on in thread \"" + thread
                        + "\", which is here",
                null);
        overran.setStackTrace(stack);
        return overran;
    }

    static CleanupException detached(String scope, long graceNanos, int actionsLeft) {
        return new CleanupException(
                scope,
                "scope \"" + scope + "\" not closed within its grace of " + Nanos.text(graceNanos) + ": " + actionsLeft
                        + " actions left, which go on without the caller",
                null);
    }

    static CleanupException leaked(String scope) {
        return new CleanupException(
                scope, "scope \"" + scope + "\" became unreachable and was never closed; it was opened here", null);
    }

    /**
     * Which scope.
     *
     * @return the name that the scope was opened with
     */
    public String scope() {
        return scope;
    }
}
