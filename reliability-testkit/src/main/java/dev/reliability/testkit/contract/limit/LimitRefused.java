package dev.reliability.testkit.contract.limit;

import org.jspecify.annotations.Nullable;

/** Thrown by an adapter: no permit was had in time. */
public final class LimitRefused extends Exception {
    private static final long serialVersionUID = 1;
    /** What is not known. */
    public static final long UNKNOWN = -1;

    /** Nanoseconds after which it is worth coming again. */
    private final long waitNanos;

    /**
     * A refusal.
     *
     * @param cause what the limiter threw; null if it threw nothing
     * @param waitNanos how long a caller that comes now would have to wait, as the refusal tells it; {@link #UNKNOWN} if
     *     it does not
     */
    public LimitRefused(@Nullable Throwable cause, long waitNanos) {
        super("refused, the wait is " + waitNanos + " ns", cause);
        this.waitNanos = waitNanos;
    }

    long waitNanos() {
        return waitNanos;
    }
}
