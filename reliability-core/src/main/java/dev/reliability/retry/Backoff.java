package dev.reliability.retry;

import static java.util.Objects.requireNonNull;

import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt: a delay that grows with the number of failed attempts up to a cap, and
 * jitter, so that callers who failed together do not come back together.
 *
 * <p>A backoff is a value and its {@link #delay} a pure function. For every attempt from 1 to {@link Long#MAX_VALUE} and
 * any base, factor and cap a delay takes constant time to compute and lies in [0, cap]; without jitter the sequence never
 * decreases (a {@linkplain #custom custom} one goes its own way). Spans of more than 100 years count as 100 years.
 *
 * <p><b>Formulas.</b> Let {@code v = min(cap, growth(attempt))}; {@code U(a, b)} is a uniform draw of nanoseconds from
 * {@code a} to {@code b}, both included. Jitter is drawn around {@code v}, not around what the cap cuts off, so that
 * delays still spread when they have reached the cap:
 *
 * <table>
 * <caption>The delay after a failed attempt</caption>
 * <tr><th>jitter</th><th>delay</th><th>source</th></tr>
 * <tr><td>none</td><td>{@code v}</td><td></td></tr>
 * <tr><td>full</td><td>{@code U(0, v)}</td><td>[1]</td></tr>
 * <tr><td>equal</td><td>{@code U(v / 2, v)}</td><td>[1]</td></tr>
 * <tr><td>decorrelated</td><td>{@code U(b, min(cap, 3 * max(b, previous)))} with {@code b = min(base, cap / 3)}</td>
 * <td>[1]; there {@code min(cap, U(base, 3 * previous))}, which clumps at the cap</td></tr>
 * <tr><td>plus/minus {@code f}</td><td>{@code U(v - f * v, min(cap, v + f * v))}</td>
 * <td>[2]; the range is cut at the cap, the draw is not, so that at the cap it is {@code U(cap - f * cap, cap)}</td></tr>
 * </table>
 *
 * <ul>
 *   <li>[1] M. Brooker, <i>Exponential Backoff And Jitter</i>, AWS Architecture Blog, 2015
 *   <li>[2] gRPC, <i>Connection Backoff Protocol</i>, with {@code f = 0.2}
 * </ul>
 *
 * <p>Immutable and thread-safe, as far as a custom function is.
 */
public final class Backoff {
    private enum Jitter {
        NONE,
        FULL,
        EQUAL,
        DECORRELATED,
        PLUS_MINUS
    }

    private final Growth growth;
    private final long capNanos;
    private final Jitter jitter;
    private final double plusMinus; // 0 unless the jitter is PLUS_MINUS

    private Backoff(Growth growth, long capNanos, Jitter jitter, double plusMinus) {
        this.growth = growth;
        this.capNanos = capNanos;
        this.jitter = jitter;
        this.plusMinus = plusMinus;
    }

    /**
     * No delay at all.
     *
     * @return a backoff whose delays and cap are zero
     */
    public static Backoff none() {
        return constant(Duration.ZERO);
    }

    /**
     * The same delay each time.
     *
     * @param delay which is the cap as well: to let plus/minus jitter lengthen it, see {@link #withCap}; not negative
     * @return a backoff without jitter
     * @throws IllegalArgumentException if the delay is negative
     */
    public static Backoff constant(Duration delay) {
        new Problems()
                .check(!requireNonNull(delay, "delay").isNegative(), "delay", "zero or more", delay)
                .throwIfAny();
        return new Backoff(new Growth.Constant(Nanos.of(delay)), Nanos.of(delay), Jitter.NONE, 0);
    }

    /**
     * A delay that grows by the same amount each time: {@code base + (attempt - 1) * increment}.
     *
     * @param base the delay after the first attempt; not negative
     * @param increment by how much each further one is longer; not negative
     * @param cap the longest delay; not negative
     * @return a backoff without jitter
     * @throws IllegalArgumentException if a span is negative
     */
    public static Backoff linear(Duration base, Duration increment, Duration cap) {
        requireNonNull(base, "base");
        requireNonNull(increment, "increment");
        requireNonNull(cap, "cap");
        new Problems()
                .check(!base.isNegative(), "base", "zero or more", base)
                .check(!increment.isNegative(), "increment", "zero or more", increment)
                .check(!cap.isNegative(), "cap", "zero or more", cap)
                .throwIfAny();
        return new Backoff(new Growth.Linear(Nanos.of(base), Nanos.of(increment)), Nanos.of(cap), Jitter.NONE, 0);
    }

    /**
     * A delay that is multiplied each time: {@code base * factor ^ (attempt - 1)}.
     *
     * @param base the delay after the first attempt; not negative
     * @param factor how many times as long each further one is; finite, at least 1
     * @param cap the longest delay; not negative
     * @return a backoff without jitter
     * @throws IllegalArgumentException if an argument is out of its range
     */
    public static Backoff exponential(Duration base, double factor, Duration cap) {
        requireNonNull(base, "base");
        requireNonNull(cap, "cap");
        new Problems()
                .check(!base.isNegative(), "base", "zero or more", base)
                .check(factor >= 1 && factor <= Double.MAX_VALUE, "factor", "a finite number of at least 1", factor)
                .check(!cap.isNegative(), "cap", "zero or more", cap)
                .throwIfAny();
        return new Backoff(new Growth.Exponential(Nanos.of(base), factor), Nanos.of(cap), Jitter.NONE, 0);
    }

    /**
     * A delay that is drawn from a range which depends on the delay before: decorrelated jitter. Its growth is that of a
     * random walk; {@link #withoutJitter} leaves {@code exponential(base, 3, cap)}.
     *
     * @param base the shortest delay, or a third of the cap if that is shorter; not negative
     * @param cap the longest delay; not negative
     * @return a backoff with decorrelated jitter
     * @throws IllegalArgumentException if a span is negative
     */
    public static Backoff decorrelated(Duration base, Duration cap) {
        return exponential(base, 3, cap).with(Jitter.DECORRELATED, 0);
    }

    /**
     * A delay that a function gives. If it throws, or answers null or a negative span, the retry ends with the task's
     * failure.
     *
     * @param function from the number of failed attempts, at least 1, to the delay
     * @param cap the longest delay, where longer answers are cut; not negative
     * @return a backoff without jitter
     * @throws IllegalArgumentException if the cap is negative
     */
    public static Backoff custom(LongFunction<Duration> function, Duration cap) {
        requireNonNull(function, "function");
        return new Backoff(new Growth.Custom(function), 0, Jitter.NONE, 0).withCap(cap);
    }

    /**
     * The same backoff with another cap.
     *
     * @param cap the longest delay; not negative
     * @return a new value
     * @throws IllegalArgumentException if the cap is negative
     */
    public Backoff withCap(Duration cap) {
        new Problems()
                .check(!requireNonNull(cap, "cap").isNegative(), "cap", "zero or more", cap)
                .throwIfAny();
        return new Backoff(growth, Nanos.of(cap), jitter, plusMinus);
    }

    /**
     * The same backoff with full jitter: anything from zero to the delay.
     *
     * @return a new value
     */
    public Backoff withFullJitter() {
        return with(Jitter.FULL, 0);
    }

    /**
     * The same backoff with equal jitter: anything from half the delay to the delay.
     *
     * @return a new value
     */
    public Backoff withEqualJitter() {
        return with(Jitter.EQUAL, 0);
    }

    /**
     * The same backoff with plus/minus jitter: up to a share of the delay shorter or longer, but within the cap.
     *
     * @param factor the share, from 0 to 1
     * @return a new value
     * @throws IllegalArgumentException if the share is out of its range
     */
    public Backoff withJitter(double factor) {
        new Problems()
                .check(factor >= 0 && factor <= 1, "factor", "from 0 to 1", factor)
                .throwIfAny();
        return with(Jitter.PLUS_MINUS, factor);
    }

    /**
     * The same backoff without jitter.
     *
     * @return a new value
     */
    public Backoff withoutJitter() {
        return with(Jitter.NONE, 0);
    }

    private Backoff with(Jitter other, double factor) {
        return new Backoff(growth, capNanos, other, factor);
    }

    /**
     * The longest delay.
     *
     * @return the cap, at most 100 years
     */
    public Duration cap() {
        return Duration.ofNanos(capNanos);
    }

    long capNanos() {
        return capNanos;
    }

    /**
     * The delay after a failed attempt.
     *
     * @param attempt how many attempts have failed; at least 1
     * @param previous the delay before that attempt, zero for the first; only decorrelated jitter looks at it
     * @param random what the jitter is drawn from
     * @return the delay, from zero to the cap
     * @throws IllegalArgumentException if the attempt is below 1 or the previous delay negative
     * @throws RuntimeException what a custom function throws
     */
    public Duration delay(long attempt, Duration previous, RandomGenerator random) {
        requireNonNull(previous, "previous");
        requireNonNull(random, "random");
        new Problems()
                .check(attempt >= 1, "attempt", "at least 1", attempt)
                .check(!previous.isNegative(), "previous", "zero or more", previous)
                .throwIfAny();
        return Duration.ofNanos(delayNanos(attempt, Nanos.of(previous), random));
    }

    /** The delay in nanoseconds; see {@link #delay}. */
    long delayNanos(long attempt, long previousNanos, RandomGenerator random) {
        return switch (jitter) {
            case NONE -> value(attempt);
            case FULL -> uniform(0, value(attempt), random);
            case EQUAL -> {
                long value = value(attempt);
                yield uniform(value / 2, value, random);
            }
            case DECORRELATED -> decorrelated(previousNanos, random);
            case PLUS_MINUS -> {
                long value = value(attempt);
                long spread = Math.min(value, (long) (value * plusMinus)); // a double may round above the value
                yield uniform(value - spread, Math.min(capNanos, value + spread), random);
            }
        };
    }

    private long value(long attempt) {
        return Math.min(capNanos, growth.nanos(attempt));
    }

    private long decorrelated(long previousNanos, RandomGenerator random) {
        long third = capNanos / 3;
        long low = Math.min(growth.nanos(1), third);
        long before = Math.max(low, previousNanos);
        return uniform(low, before > third ? capNanos : 3 * before, random);
    }

    private static long uniform(long low, long high, RandomGenerator random) {
        return random.nextLong(low, high + 1); // no overflow: spans end at 100 years, longs at 292
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Backoff that
                && growth.equals(that.growth)
                && capNanos == that.capNanos
                && jitter == that.jitter
                && plusMinus == that.plusMinus;
    }

    @Override
    public int hashCode() {
        return Objects.hash(growth, capNanos, jitter, plusMinus);
    }

    @Override
    public String toString() {
        String text = growth + " up to " + Nanos.text(capNanos);
        return switch (jitter) {
            case NONE -> text;
            case FULL -> text + ", full jitter";
            case EQUAL -> text + ", equal jitter";
            case DECORRELATED -> text + ", decorrelated jitter";
            case PLUS_MINUS -> text + ", jitter of " + plusMinus;
        };
    }
}
