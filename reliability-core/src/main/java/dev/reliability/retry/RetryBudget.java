package dev.reliability.retry;

import dev.reliability.base.Problems;
import dev.reliability.time.spi.Seam;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the retries of many callers together, so that an outage does not meet a multiple of its usual load. It
 * holds tokens, and is given to every retry that is to share it: {@link Retry.Builder#budget}.
 *
 * <p><b>Formula.</b> The budget begins full. With {@code tokens} always from 0 to {@code max}:
 *
 * <table>
 * <caption>What changes the tokens</caption>
 * <tr><th>what happens</th><th>tokens</th></tr>
 * <tr><td>a call succeeds at its first attempt</td><td>{@code min(max, tokens + ratio)}</td></tr>
 * <tr><td>a second passes</td><td>{@code min(max, tokens + minPerSecond)}, evenly spread over the second</td></tr>
 * <tr><td>a retry is due, {@code tokens >= 1}</td><td>{@code tokens - 1}, and the retry takes place</td></tr>
 * <tr><td>a retry is due, {@code tokens < 1}</td><td>unchanged, and the retry is refused</td></tr>
 * <tr><td>a retry does not take place after all</td><td>{@code min(max, tokens + 1)}</td></tr>
 * </table>
 *
 * <p>So in any span of {@code s} seconds with {@code c} calls that succeed at once there are at most {@code max + ratio *
 * c + minPerSecond * s} retries. Other outcomes change nothing.
 *
 * <p><b>Sources.</b> The counter is that of gRPC's retry throttling [1] with two differences: every token can be spent
 * (there only the upper half), and a refused retry costs nothing (there every failure costs one, so that an outage also
 * uses up what would have been there for its end). A retry that succeeds gives nothing back; in the token bucket of the
 * AWS SDKs [2], from which the default maximum comes (500 at a cost of 5), it gives back its cost, so that retries that
 * succeed are not limited at all. The floor and the default ratio are those of Finagle's RetryBudget [3].
 *
 * <ul>
 *   <li>[1] gRPC proposal A6, <i>Client Retries</i>, "Throttling Retry Attempts and Hedged RPCs"
 *   <li>[2] AWS SDKs, standard retry mode, retry quota
 *   <li>[3] Twitter Finagle, {@code com.twitter.finagle.service.RetryBudget}
 * </ul>
 *
 * <p>Thread-safe and lock-free. The counts are exact, in billionths of a token, however many threads share the budget. A
 * success reads a full budget and writes nothing. What the tokens say is not meant to order other memory accesses.
 */
public final class RetryBudget {
    /** One token; so small a unit that a token a second is one unit a nanosecond. */
    private static final long TOKEN = 1_000_000_000;

    /** What is in hand, and since when the floor has been adding to it. Of a full budget the instant means nothing. */
    private record Level(long tokens, long sinceNanos) {}

    private static final VarHandle LEVEL;
    private static final VarHandle TIME;

    static {
        try {
            LEVEL = MethodHandles.lookup().findVarHandle(RetryBudget.class, "level", Level.class);
            TIME = MethodHandles.lookup().findVarHandle(RetryBudget.class, "time", Seam.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final double ratio;
    private final long earned; // units for a success
    private final long max; // units
    private final long perNanosecond; // units
    private volatile Level level;
    private volatile @Nullable Seam time; // of the floor; set once

    private RetryBudget(Builder builder) {
        this.ratio = builder.ratio;
        this.earned = Math.round(builder.ratio * TOKEN);
        this.max = builder.max * TOKEN;
        this.perNanosecond = builder.minPerSecond;
        this.level = new Level(max, 0);
    }

    /**
     * A full budget of 100 tokens with a floor of one a second.
     *
     * @param ratio how many retries a call that succeeds at once pays for; from 0 to 1,000
     * @return the budget
     * @throws IllegalArgumentException if the ratio is out of its range
     */
    public static RetryBudget of(double ratio) {
        return builder().ratio(ratio).build();
    }

    /**
     * The options of a budget.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Whether the floor may count by this source: instants of two sources do not compare. The first one stays. */
    boolean counts(Seam source) {
        return TIME.compareAndSet(this, null, source) || time == source;
    }

    /** A call has succeeded at its first attempt. */
    void earn(Seam seam) {
        add(earned, seam);
    }

    /** A retry that was paid for does not take place. */
    void giveBack(Seam seam) {
        add(TOKEN, seam);
    }

    private void add(long units, Seam seam) {
        for (Level was = level; was.tokens < max && units > 0; was = level) {
            seam.checkpoint();
            if (LEVEL.compareAndSet(this, was, new Level(Math.min(max, was.tokens + units), was.sinceNanos))) {
                return;
            }
        }
    }

    /** Pays for a retry. False: there is not enough, and nothing is taken. */
    boolean tryTake(Seam seam) {
        while (true) {
            Level was = level;
            long now = perNanosecond == 0 ? 0 : seam.nanoTime(); // read after the level: never before its instant
            long tokens = tokensAt(was, now);
            if (tokens < TOKEN) {
                return false;
            }
            seam.checkpoint();
            if (LEVEL.compareAndSet(this, was, new Level(tokens - TOKEN, now))) {
                return true;
            }
        }
    }

    private long tokensAt(Level was, long now) {
        long missing = max - was.tokens;
        if (missing == 0 || perNanosecond == 0) {
            return was.tokens;
        }
        long nanos = Math.max(0, now - was.sinceNanos);
        return nanos > missing / perNanosecond ? max : was.tokens + nanos * perNanosecond;
    }

    /**
     * How many retries are paid for.
     *
     * @return the tokens from 0 to the maximum, without what the floor has added since the last retry
     */
    public double tokens() {
        return (double) level.tokens / TOKEN;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "RetryBudget[%s a success, %d a second, %.1f of %d tokens]",
                ratio,
                perNanosecond,
                tokens(),
                max / TOKEN);
    }

    /** The options of a {@link RetryBudget}. Not thread-safe. */
    public static final class Builder {
        private double ratio = 0.2;
        private int minPerSecond = 1;
        private int max = 100;

        private Builder() {}

        /**
         * Sets how many retries a call that succeeds at its first attempt pays for.
         *
         * @param ratio from 0 to 1,000, in steps of a billionth; 0.2 by default
         * @return this
         */
        public Builder ratio(double ratio) {
            this.ratio = ratio;
            return this;
        }

        /**
         * Sets how many retries are paid for whatever calls succeed, so that a program with few calls can retry at all.
         *
         * @param retries tokens a second; zero or more; 1 by default
         * @return this
         */
        public Builder minPerSecond(int retries) {
            this.minPerSecond = retries;
            return this;
        }

        /**
         * Sets how many tokens there are at most, and at the beginning: how many retries an outage may cause at once.
         *
         * @param tokens from 1 to 1,000,000,000; 100 by default
         * @return this
         */
        public Builder max(int tokens) {
            this.max = tokens;
            return this;
        }

        /**
         * Makes the budget.
         *
         * @return a full budget
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         */
        public RetryBudget build() {
            new Problems()
                    .check(ratio >= 0 && ratio <= 1_000, "ratio", "from 0 to 1000", ratio)
                    .check(minPerSecond >= 0, "minPerSecond", "zero or more", minPerSecond)
                    .check(max >= 1 && max <= 1_000_000_000, "max", "from 1 to 1000000000", max)
                    .throwIfAny();
            return new RetryBudget(this);
        }
    }
}
