package dev.reliability;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A failure that knows how long to wait before the next attempt is worth its while: an HTTP answer with {@code
 * Retry-After}, an open breaker, a limiter that refuses.
 *
 * <p>Asked on the thread that goes on with the call; an instance that several threads throw must be thread-safe.
 */
public interface RetryAfter {
    /**
     * The wait hint.
     *
     * @return the shortest wait before the next attempt; null if there is no hint. A negative one is ignored.
     */
    @Nullable
    Duration retryAfter();
}
