package dev.reliability.retry;

import dev.reliability.RetryAfter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a retry repeats as long as attempts and deadline allow, whatever its lists and predicates say. It may
 * say how long to wait at least.
 *
 * <p>As thread-safe as {@link Throwable}: its own field is final.
 */
public class RetryableException extends RuntimeException implements RetryAfter {
    private static final long serialVersionUID = 1L;

    /** The wait hint; null if there is none. */
    private final @Nullable Duration retryAfter;

    /** Without message, cause and hint. */
    public RetryableException() {
        this.retryAfter = null;
    }

    /**
     * With a message.
     *
     * @param message what failed
     */
    public RetryableException(@Nullable String message) {
        super(message);
        this.retryAfter = null;
    }

    /**
     * With a cause, whose text becomes the message.
     *
     * @param cause why it failed
     */
    public RetryableException(@Nullable Throwable cause) {
        super(cause);
        this.retryAfter = null;
    }

    /**
     * With message and cause.
     *
     * @param message what failed
     * @param cause why it failed
     */
    public RetryableException(@Nullable String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    /**
     * With message, cause and wait hint.
     *
     * @param message what failed
     * @param cause why it failed
     * @param retryAfter the shortest wait before the next attempt; null or negative: no hint
     */
    public RetryableException(@Nullable String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
