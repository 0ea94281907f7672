package dev.reliability.testkit.contract.breaker;

/**
 * When a breaker opens.
 *
 * @param kind what is counted
 * @param percent the rate; 0 for consecutive failures
 * @param calls how many failures in a row, or over how many of the last calls the rate is; 0 over a time
 * @param minimumCalls how many calls there must be; 0 for consecutive failures
 * @param spanNanos over which time the rate is; 0 otherwise
 * @param slowNanos from when on a call is slow; 0 if none is
 */
public record BreakerTrip(Kind kind, int percent, int calls, int minimumCalls, long spanNanos, long slowNanos) {
    /** What is counted. */
    public enum Kind {
        /** Failures in a row. */
        CONSECUTIVE_FAILURES,
        /** Failures among the last calls. */
        FAILURE_RATE,
        /** Failures in a time. */
        TIMED_RATE,
        /** Slow calls among the last calls. */
        SLOW_RATE
    }

    static BreakerTrip row(int failures) {
        return new BreakerTrip(Kind.CONSECUTIVE_FAILURES, 0, failures, 0, 0, 0);
    }

    static BreakerTrip rate(int percent, int calls, int minimumCalls) {
        return new BreakerTrip(Kind.FAILURE_RATE, percent, calls, minimumCalls, 0, 0);
    }

    static BreakerTrip timed(int percent, long spanNanos, int minimumCalls) {
        return new BreakerTrip(Kind.TIMED_RATE, percent, 0, minimumCalls, spanNanos, 0);
    }

    static BreakerTrip slow(int percent, int calls, int minimumCalls, long slowNanos) {
        return new BreakerTrip(Kind.SLOW_RATE, percent, calls, minimumCalls, 0, slowNanos);
    }
}
