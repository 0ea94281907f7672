package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The failure that opened a breaker: what it was and when, without a reference to the exception itself, which may hold
 * one caller's data.
 *
 * <p>Immutable and thread-safe.
 *
 * @param kind how the call failed
 * @param type the class name of the exception; null if there was none or it was not told
 * @param atNanos when it was counted, on the {@code nanoTime()} of the breaker's time source
 */
public record BreakerFailure(Kind kind, @Nullable String type, long atNanos) {
    /**
     * Checks the components.
     *
     * @param kind how the call failed
     * @param type the class name of the exception, or null
     * @param atNanos when it was counted
     * @throws NullPointerException if the kind is null
     */
    public BreakerFailure {
        requireNonNull(kind, "kind");
    }

    static BreakerFailure of(Kind kind, @Nullable Throwable failure, long atNanos) {
        return new BreakerFailure(
                kind, failure == null ? null : failure.getClass().getName(), atNanos);
    }

    /** How a call can fail. */
    public enum Kind {
        /** It threw an exception, or the holder of its permit said that it failed. */
        FAILED,
        /** It returned a result that counts as a failure. */
        RESULT,
        /** It ran into the call limit, the call timeout or a deadline. */
        TIMEOUT,
        /** It succeeded, but took so long that the {@link TripCondition} counts it as slow. */
        SLOW,
        /** It was a probe, and its permit was not given back within the probe lease. */
        LAPSED
    }
}
