package dev.reliability.cleanup;

import org.jspecify.annotations.Nullable;

/**
 * A scope could not be cleaned up as it should. Thrown by {@link CleanupScope#close} if the primary failure of its
 * actions is a checked exception: that is the cause, and carries the later failures as suppressed ones. Given, without a
 * cause, to the uncaught-exception handler if a scope without a listener is abandoned at shutdown.
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

    /**
     * Which scope.
     *
     * @return the name that the scope was opened with
     */
    public String scope() {
        return scope;
    }
}
