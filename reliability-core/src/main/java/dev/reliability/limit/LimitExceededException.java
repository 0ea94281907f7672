package dev.reliability.limit;

import dev.reliability.RetryAfter;
import dev.reliability.base.Nanos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimiter} or a {@link ConcurrencyLimiter} did not admit a caller; nothing was run, and no permit is held.
 *
 * <p>It has no stack trace and makes its message when asked for it: refusals come in storms.
 *
 * <p>As thread-safe as {@link Throwable}: its own fields are final.
 */
public final class LimitExceededException extends RuntimeException implements RetryAfter {
    private static final long serialVersionUID = 1L;

    /** The name of the limiter. */
    private final String name;

    /** Its kind and name. */
    private final String title;

    /** What it allows, in words. */
    private final String limit;

    /** How long the caller might wait, in nanoseconds. */
    private final long allowedNanos;

    /** Whether that was all that the ambient deadline left. */
    private final boolean byDeadline;

    /** How long it waited, in nanoseconds. */
    private final long waitedNanos;

    /** How long a new caller would have to wait, in nanoseconds; negative if that is not known. */
    private final long retryAfterNanos;

    /** How many others were waiting. */
    private final int waiting;

    LimitExceededException(Teller limiter, Patience patience, long waitedNanos, long retryAfterNanos, int waiting) {
        super(null, null, true, false);
        this.name = limiter.name();
        this.title = limiter.title();
        this.limit = limiter.limit();
        this.allowedNanos = Math.max(patience.nanos(), 0);
        this.byDeadline = patience.byDeadline();
        this.waitedNanos = waitedNanos;
        this.retryAfterNanos = retryAfterNanos;
        this.waiting = waiting;
    }

    /**
     * Which limiter it was.
     *
     * @return the name that the limiter was made with
     */
    public String name() {
        return name;
    }

    /**
     * How long the caller waited.
     *
     * @return the span from the call to the refusal; zero if it was refused at once
     */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    /**
     * How many others were waiting.
     *
     * @return the number of those in the queue when the caller was refused, without the caller
     */
    public int waiting() {
        return waiting;
    }

    /**
     * How long a caller that came at the moment of the refusal would have to wait.
     *
     * @return the wait behind all who wait already; null from a concurrency limiter, which cannot know it
     */
    @Override
    public @Nullable Duration retryAfter() {
        return retryAfterNanos < 0 ? null : Duration.ofNanos(retryAfterNanos);
    }

    @Override
    public String getMessage() {
        String when = waitedNanos == 0 ? " at once" : " after " + Nanos.text(waitedNanos);
        String due = retryAfterNanos < 0 ? "no permit was free" : "the wait is " + Nanos.text(retryAfterNanos);
        String allowed =
                allowedNanos == 0 ? "the caller does not wait" : "the caller may wait " + Nanos.text(allowedNanos);
        return title + " (" + limit + ") refused a caller" + when + ": " + due + ", " + waiting + " waiting, " + allowed
                + (byDeadline ? ", all that the ambient deadline left" : "");
    }
}
