package dev.reliability.limit;

import dev.reliability.Event;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a {@link RateLimiter} or a {@link ConcurrencyLimiter} tells its listener. Immutable: any thread may read it. */
public sealed interface LimitEvent extends Event {
    /**
     * A caller was not admitted, by exception or by the answer of a {@code tryAcquire}.
     *
     * @param policy the name of the limiter
     * @param waited how long the caller had waited; zero if it was refused at once
     * @param retryAfter how long a new caller would have to wait; null if that is not known
     */
    record Refused(String policy, Duration waited, @Nullable Duration retryAfter) implements LimitEvent {}

    /**
     * A caller was admitted after a wait.
     *
     * @param policy the name of the limiter
     * @param waited how long the caller had waited
     */
    record Waited(String policy, Duration waited) implements LimitEvent {}
}
