package dev.reliability.mutex;

import dev.reliability.base.Nanos;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A mutex was not acquired in time. The message and the accessors say who was in the way, as seen at the end of the wait.
 *
 * <p>As thread-safe as {@link Throwable}: its own fields are final.
 */
public final class MutexTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The name of the mutex. */
    private final String name;

    /** How long the thread waited, in nanoseconds. */
    private final long waitedNanos;

    /** The name of the thread that acquired the present hold. */
    private final @Nullable String holder;

    /** How long that hold had lasted at least, in nanoseconds. */
    private final long heldAtLeastNanos;

    /** How many others were waiting. */
    private final int waiting;

    /**
     * Made by the mutex.
     *
     * @param limit how long was to be waited, in words
     * @param holding who was in the way, in words
     */
    MutexTimeoutException(String name, String limit, String holding, long waitedNanos, TimedMutex.Snapshot seen) {
        super("mutex \"" + name + "\" not acquired " + limit + ": " + holding + ", " + seen.waiting() + " waiting");
        this.name = name;
        this.waitedNanos = waitedNanos;
        this.holder = seen.holder();
        this.heldAtLeastNanos = Nanos.of(seen.heldAtLeast());
        this.waiting = seen.waiting();
    }

    /**
     * Which mutex it was.
     *
     * @return the name of the mutex
     */
    public String name() {
        return name;
    }

    /**
     * How long the thread waited.
     *
     * @return the span from the call to the end of the wait; zero if there was no wait
     */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    /**
     * Who acquired the hold that was in the way.
     *
     * @return the name of the thread that acquired it, though the hold may have been given to another thread since; null
     *     if it is not known, since the mutex changed hands or was free at that moment
     */
    public @Nullable String holder() {
        return holder;
    }

    /**
     * How long that hold had lasted.
     *
     * @return the span since a waiting thread first saw the hold; since it was acquired, if the mutex keeps the time; zero
     *     if the mutex was free at that moment
     */
    public Duration heldAtLeast() {
        return Duration.ofNanos(heldAtLeastNanos);
    }

    /**
     * How many other threads were waiting.
     *
     * @return the number of those left in the queue, without the thread that gave up
     */
    public int waiting() {
        return waiting;
    }
}
