package dev.reliability.testkit.contract.retry;

import static java.util.Objects.requireNonNull;

import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait after a failed attempt: {@code v = min(cap, base * factor ^ (attempt - 1))}, and jitter around it.
 *
 * @param baseNanos the delay after the first attempt; not negative
 * @param factor how many times as long each further one is; at least 1
 * @param capNanos the longest delay; not negative
 * @param jitter what is drawn around it
 * @param share of {@link Jitter#PLUS_MINUS}, from 0 to 1; 0 for the others
 * @param function instead of all this but the cap: from the number of failed attempts to nanoseconds; null for none
 */
public record BackoffSpec(
        long baseNanos,
        double factor,
        long capNanos,
        Jitter jitter,
        double share,
        @Nullable LongUnaryOperator function) {
    /** What is drawn, each uniformly. */
    public enum Jitter {
        /** {@code v} itself. */
        NONE,
        /** From 0 to {@code v}. */
        FULL,
        /** From {@code v / 2} to {@code v}. */
        EQUAL,
        /** From {@code b} to {@code min(cap, 3 * max(b, previous))}, with {@code b = min(base, cap / 3)}. */
        DECORRELATED,
        /** From {@code v - share * v} to {@code min(cap, v + share * v)}. */
        PLUS_MINUS
    }

    /**
     * Checks that nothing is null.
     *
     * @param baseNanos the delay after the first attempt
     * @param factor how many times as long each further one is
     * @param capNanos the longest delay
     * @param jitter what is drawn around it
     * @param share of plus/minus jitter
     * @param function instead of all this but the cap
     */
    public BackoffSpec {
        requireNonNull(jitter, "jitter");
    }

    /**
     * The same delay each time.
     *
     * @param nanos the delay
     * @return a backoff without jitter, the delay of which is its cap as well
     */
    public static BackoffSpec constant(long nanos) {
        return growing(nanos, 1, nanos);
    }

    static BackoffSpec growing(long baseNanos, double factor, long capNanos) {
        return new BackoffSpec(baseNanos, factor, capNanos, Jitter.NONE, 0, null);
    }

    BackoffSpec with(Jitter other, double newShare) {
        return new BackoffSpec(baseNanos, factor, capNanos, other, newShare, function);
    }

    BackoffSpec by(LongUnaryOperator other) {
        return new BackoffSpec(baseNanos, factor, capNanos, jitter, share, other);
    }

    /** The delay without jitter, for attempt 1 and above. */
    double valueNanos(long attempt) {
        double grown = baseNanos == 0 ? 0 : baseNanos * Math.pow(factor, attempt - 1.0);
        return Math.min((double) capNanos, grown);
    }

    /** The shortest delay that the jitter may give. */
    double lowNanos(long attempt) {
        double value = valueNanos(attempt);
        return switch (jitter) {
            case NONE -> value;
            case FULL -> 0;
            case EQUAL -> value / 2;
            case DECORRELATED -> Math.min((double) baseNanos, capNanos / 3.0);
            case PLUS_MINUS -> value - share * value;
        };
    }

    /** The longest delay that the jitter may give. */
    double highNanos(long attempt, long previousNanos) {
        double cap = (double) capNanos;
        double value = valueNanos(attempt);
        return switch (jitter) {
            case NONE, FULL, EQUAL -> value;
            case DECORRELATED -> Math.min(cap, 3 * Math.max(lowNanos(attempt), (double) previousNanos));
            case PLUS_MINUS -> Math.min(cap, value + share * value);
        };
    }
}
