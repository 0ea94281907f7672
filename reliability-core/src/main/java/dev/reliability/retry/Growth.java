package dev.reliability.retry;

import static java.util.Objects.requireNonNull;

import dev.reliability.base.Nanos;
import java.time.Duration;
import java.util.function.LongFunction;

/**
 * How a delay grows with the number of failed attempts, before jitter. Each answer takes constant time and stays in
 * [0, {@link Nanos#MAX}], whatever the attempt (rule RETRY-4); {@link Backoff} applies its cap.
 */
sealed interface Growth {
    /** The delay in nanoseconds after a number of failed attempts, at least 1. */
    long nanos(long attempt);

    record Constant(long delayNanos) implements Growth {
        @Override
        public long nanos(long attempt) {
            return delayNanos;
        }

        @Override
        public String toString() {
            return delayNanos == 0 ? "none" : "constant " + Nanos.text(delayNanos);
        }
    }

    record Linear(long baseNanos, long incrementNanos) implements Growth {
        @Override
        public long nanos(long attempt) {
            long room = Nanos.MAX - baseNanos;
            long steps = attempt - 1;
            // Compared by division, for the product may not fit into a long.
            return incrementNanos > 0 && steps > room / incrementNanos ? Nanos.MAX : baseNanos + steps * incrementNanos;
        }

        @Override
        public String toString() {
            return "linear " + Nanos.text(baseNanos) + " +" + Nanos.text(incrementNanos);
        }
    }

    record Exponential(long baseNanos, double factor) implements Growth {
        /**
         * In floating point, so that it saturates where a long would overflow: {@link Math#pow} never decreases with its
         * exponent, infinity becomes the largest long, and zero times infinity, which is no number, becomes zero. Never
         * less than the base, whose last digits do not fit into a double.
         */
        @Override
        public long nanos(long attempt) {
            long grown = (long) (baseNanos * Math.pow(factor, (double) (attempt - 1)));
            return Math.min(Nanos.MAX, Math.max(baseNanos, grown));
        }

        @Override
        public String toString() {
            return "exponential " + Nanos.text(baseNanos) + " x" + factor;
        }
    }

    record Custom(LongFunction<Duration> function) implements Growth {
        @Override
        public long nanos(long attempt) {
            Duration delay = requireNonNull(function.apply(attempt), "delay");
            if (delay.isNegative()) {
                throw new IllegalArgumentException(
                        "delay after attempt " + attempt + " must not be negative, but was " + delay);
            }
            return Nanos.of(delay);
        }

        @Override
        public String toString() {
            return "custom";
        }
    }
}
