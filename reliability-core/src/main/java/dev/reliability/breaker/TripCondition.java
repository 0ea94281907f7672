package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a closed breaker opens: {@code consecutiveFailures(5)}, {@code failureRate(0.5).overCalls(100)}, {@code
 * slowCallRate(0.8, ofSeconds(2)).overTime(ofMinutes(1)).minimumCalls(50)}.
 *
 * <p>It is looked at when an outcome is recorded. Only failures, slow calls and the success that reaches the minimum
 * number of calls can open a breaker. Neutral calls are not seen at all. Immutable and thread-safe.
 */
public abstract sealed class TripCondition {
    private TripCondition() {}

    /**
     * Opens after a number of failures in a row. A success starts the row again; a neutral call leaves it as it is.
     *
     * @param failures how many, at least 1
     * @return the condition
     * @throws IllegalArgumentException if it is less than 1
     */
    public static TripCondition consecutiveFailures(int failures) {
        TripCondition condition = new Row(failures);
        condition.check(new Problems()).throwIfAny();
        return condition;
    }

    /**
     * Opens when at least a share of the calls in a window failed.
     *
     * @param rate the share, more than 0 and at most 1, with at most 6 decimals: 0.5 is every second call; it is checked
     *     by {@link CircuitBreakerBuilder#build}
     * @return the condition, over the last 100 calls and at least 20
     */
    public static Rate failureRate(double rate) {
        return new Rate(rate, null, 100, null, null);
    }

    /**
     * Opens when at least a share of the calls in a window was slow, whether they failed or not. The breaker reads the
     * clock twice for each call.
     *
     * @param rate the share, more than 0 and at most 1, with at most 6 decimals; it is checked by {@link
     *     CircuitBreakerBuilder#build}
     * @param slow how long a call takes that is slow, or longer; positive, at most the call limit; it moves the default
     *     call limit if it is longer; checked in the same place
     * @return the condition, over the last 100 calls and at least 20
     */
    public static Rate slowCallRate(double rate, Duration slow) {
        return new Rate(rate, requireNonNull(slow, "slow"), 100, null, null);
    }

    /** Unchecked: the builder checks, with all its other options. */
    static TripCondition row(int failures) {
        return new Row(failures);
    }

    abstract Problems check(Problems problems);

    /** A closed period that opens on this condition, with nothing counted. */
    abstract Closed closed();

    /** From how many nanoseconds on a call is slow; 0 if none is. */
    long slowNanos() {
        return 0;
    }

    private static final class Row extends TripCondition {
        private final int failures;

        Row(int failures) {
            this.failures = failures;
        }

        @Override
        Problems check(Problems problems) {
            return problems.check(failures >= 1, "consecutiveFailures", "at least 1", failures);
        }

        @Override
        Closed closed() {
            return new ClosedOnRow(failures);
        }

        @Override
        public String toString() {
            return failures + " consecutive failures";
        }
    }

    /**
     * A share of the calls in a window. Rates compare exactly: 49 of 99 do not reach 0.5.
     *
     * <p>The values are checked when the breaker is built, all together. Immutable and thread-safe.
     */
    public static final class Rate extends TripCondition {
        private static final int DECIMALS = 6;
        private static final int WHOLE = 1_000_000; // as many parts as 6 decimals can tell
        private static final int DEFAULT_MINIMUM = 20;
        private static final int MOST_CALLS = 10_000;

        private final double rate;
        private final long parts; // the rate in millionths; 0 if it is out of range
        private final @Nullable Duration slow; // null: failures are counted
        private final int overCalls;
        private final @Nullable Duration overTime; // null: over calls
        private final @Nullable Integer minimum;

        private Rate(
                double rate,
                @Nullable Duration slow,
                int overCalls,
                @Nullable Duration overTime,
                @Nullable Integer minimum) {
            this.rate = rate;
            this.parts = parts(rate);
            this.slow = slow;
            this.overCalls = overCalls;
            this.overTime = overTime;
            this.minimum = minimum;
        }

        private static long parts(double rate) {
            if (!(rate > 0 && rate <= 1)) {
                return 0;
            }
            BigDecimal exact = BigDecimal.valueOf(rate).stripTrailingZeros();
            return exact.scale() > DECIMALS ? 0 : exact.movePointRight(DECIMALS).longValueExact();
        }

        /**
         * Takes the rate over the last calls.
         *
         * @param calls how many, from 1 to 10,000; 100 by default
         * @return the condition
         */
        public Rate overCalls(int calls) {
            return new Rate(rate, slow, calls, null, minimum);
        }

        /**
         * Takes the rate over the last time. The span is cut in 10 steps, counted from the first call on; the window is
         * the present step with the 9 before it, so it covers between nine tenths of the span and all of it.
         *
         * @param span positive
         * @return the condition
         */
        public Rate overTime(Duration span) {
            return new Rate(rate, slow, overCalls, requireNonNull(span, "span"), minimum);
        }

        /**
         * Sets how many calls there must be in the window.
         *
         * @param calls at least 1, at most the calls that the window holds; by default 20, or what the window holds if
         *     that is less
         * @return the condition
         */
        public Rate minimumCalls(int calls) {
            return new Rate(rate, slow, overCalls, overTime, calls);
        }

        @Override
        Problems check(Problems problems) {
            problems.check(
                    parts > 0,
                    slow == null ? "failureRate" : "slowCallRate",
                    "more than 0 and at most 1, with at most 6 decimals",
                    rate);
            if (slow != null) {
                problems.check(slow.compareTo(Duration.ZERO) > 0, "slow", "positive", slow);
            }
            if (overTime != null) {
                problems.check(overTime.compareTo(Duration.ZERO) > 0, "overTime", "positive", overTime);
            } else {
                problems.check(
                        overCalls >= 1 && overCalls <= MOST_CALLS, "overCalls", "from 1 to " + MOST_CALLS, overCalls);
            }
            problems.check(minimum() >= 1, "minimumCalls", "at least 1", minimum());
            return problems.check(
                    overTime != null || overCalls < 1 || minimum() <= overCalls,
                    "minimumCalls",
                    "at most the calls of the window, " + overCalls,
                    minimum());
        }

        private int minimum() {
            if (minimum != null) {
                return minimum;
            }
            return overTime == null ? Math.max(1, Math.min(DEFAULT_MINIMUM, overCalls)) : DEFAULT_MINIMUM;
        }

        @Override
        Closed closed() {
            return new ClosedOnRate(
                    this,
                    overTime == null
                            ? new CallWindow(this, overCalls)
                            : new TimeWindow(this, Math.max(Nanos.of(overTime) / TimeWindow.STEPS, 1)));
        }

        @Override
        long slowNanos() {
            return slow == null ? 0 : Nanos.of(slow);
        }

        boolean isOfSlowCalls() {
            return slow != null;
        }

        boolean isOverTime() {
            return overTime != null;
        }

        int minimumCalls() {
            return minimum();
        }

        /** Whether the rate is reached, exactly; no product overflows below nine million million calls. */
        boolean holds(long calls, long hits) {
            return calls >= minimum() && hits * WHOLE >= parts * calls;
        }

        @Override
        public String toString() {
            return (slow == null ? "failure rate " : "rate of calls of " + Nanos.text(slowNanos()) + " or longer ")
                    + BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString()
                    + (overTime == null ? " over " + overCalls + " calls" : " over " + Nanos.text(Nanos.of(overTime)))
                    + ", at least " + minimum() + " calls";
        }
    }
}
