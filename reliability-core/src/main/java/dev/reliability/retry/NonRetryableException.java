package dev.reliability.retry;

import org.jspecify.annotations.Nullable;

/**
 * A failure that no retry repeats, whatever its lists and predicates say.
 *
 * <p>As thread-safe as {@link Throwable}: it adds no state.
 */
public class NonRetryableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without message and cause. */
    public NonRetryableException() {}

    /**
     * With a message.
     *
     * @param message what failed
     */
    public NonRetryableException(@Nullable String message) {
        super(message);
    }

    /**
     * With a cause, whose text becomes the message.
     *
     * @param cause why it failed
     */
    public NonRetryableException(@Nullable Throwable cause) {
        super(cause);
    }

    /**
     * With message and cause.
     *
     * @param message what failed
     * @param cause why it failed
     */
    public NonRetryableException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
