package dev.reliability.time;

import static java.util.Objects.requireNonNull;

import dev.reliability.base.Nanos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Work was not finished in its time. Thrown where the limit is enforced; what the work itself threw after the limit had
 * passed is the cause, unless it only says that a wait was interrupted.
 *
 * <p>As thread-safe as {@link Throwable}: its own fields are final.
 */
public final class DeadlineExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Which limit was binding. */
    private final String limit;

    /** What it granted, in nanoseconds. */
    private final long grantedNanos;

    /** How long the work ran, in nanoseconds. */
    private final long ranNanos;

    DeadlineExceededException(String limit, long grantedNanos, long ranNanos, @Nullable Throwable cause) {
        super(
                ranNanos <= 0
                        ? limit + " had passed before the work began; granted were " + Nanos.text(grantedNanos)
                        : limit + " of " + Nanos.text(grantedNanos) + " exceeded after " + Nanos.text(ranNanos),
                cause);
        this.limit = requireNonNull(limit, "limit");
        this.grantedNanos = grantedNanos;
        this.ranNanos = ranNanos;
    }

    /**
     * Which limit was binding.
     *
     * @return {@code deadline}, or {@code timeout} followed by the timeout's name
     */
    public String limit() {
        return limit;
    }

    /**
     * What the binding limit granted.
     *
     * @return the span from the making of the deadline, or from the start of the call, to the limit
     */
    public Duration granted() {
        return Duration.ofNanos(grantedNanos);
    }

    /**
     * How long the work ran.
     *
     * @return the span from the start of the work to its end; zero if it was not begun
     */
    public Duration ran() {
        return Duration.ofNanos(ranNanos);
    }
}
