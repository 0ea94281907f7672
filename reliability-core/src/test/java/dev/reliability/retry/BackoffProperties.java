package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** Rules RETRY-4, RETRY-5 and RETRY-6: what holds for every delay, and how delays are distributed. */
class BackoffProperties {
    private static final double ALPHA = 1e-9;

    @Property
    void retry_4_delayStaysBetweenZeroAndTheCap(
            @ForAll("backoffs") Backoff backoff, @ForAll("attempts") long attempt, @ForAll long seed) {
        Duration delay = backoff.withoutJitter().delay(attempt, Duration.ZERO, new Random(seed));

        assertThat(delay).isBetween(Duration.ZERO, backoff.cap());
    }

    @Property
    void retry_4_withoutJitterDelaysNeverDecrease(
            @ForAll("backoffs") Backoff backoff, @ForAll("attempts") long one, @ForAll("attempts") long other) {
        Backoff exact = backoff.withoutJitter();
        Duration sooner = exact.delay(Math.min(one, other), Duration.ZERO, new Random(0));
        Duration later = exact.delay(Math.max(one, other), Duration.ZERO, new Random(0));

        assertThat(later).isGreaterThanOrEqualTo(sooner);
    }

    @Property
    void retry_4_withoutJitterNeighboursNeverDecrease(
            @ForAll("backoffs") Backoff backoff, @ForAll @LongRange(min = 1, max = 200) long attempt) {
        Backoff exact = backoff.withoutJitter();

        assertThat(exact.delay(attempt + 1, Duration.ZERO, new Random(0)))
                .isGreaterThanOrEqualTo(exact.delay(attempt, Duration.ZERO, new Random(0)));
    }

    @Property
    void retry_6_jitterNeverLeavesZeroToCap(
            @ForAll("backoffs") Backoff backoff,
            @ForAll("attempts") long attempt,
            @ForAll("spans") Duration previous,
            @ForAll long seed) {
        Duration delay = backoff.delay(attempt, previous, new Random(seed));

        assertThat(delay).isBetween(Duration.ZERO, backoff.cap());
    }

    @Property
    void retry_6_jitterStaysInItsRangeAtTheEndsOfTheDraw(
            @ForAll("backoffs") Backoff backoff,
            @ForAll("attempts") long attempt,
            @ForAll("spans") Duration previous,
            @ForAll boolean highest) {
        assertThat(backoff.delay(attempt, previous, extreme(highest))).isBetween(Duration.ZERO, backoff.cap());
    }

    @Property
    void retry_5_fullJitterIsUniformFromZero(@ForAll("seeds") long seed, @ForAll("settled") long attempt) {
        Backoff backoff = seconds(2, 20).withFullJitter();

        assertUniform(backoff, attempt, Duration.ZERO, seed, 0, valueOf(attempt));
    }

    @Property
    void retry_5_equalJitterIsUniformFromHalf(@ForAll("seeds") long seed, @ForAll("settled") long attempt) {
        Backoff backoff = seconds(2, 20).withEqualJitter();

        assertUniform(backoff, attempt, Duration.ZERO, seed, valueOf(attempt) / 2, valueOf(attempt));
    }

    @Property
    void retry_5_plusMinusJitterIsUniformUpToTheCap(@ForAll("seeds") long seed, @ForAll("settled") long attempt) {
        Backoff backoff = seconds(2, 20).withJitter(0.5);
        long value = valueOf(attempt);

        assertUniform(backoff, attempt, Duration.ZERO, seed, value / 2, Math.min(20_000_000_000L, value + value / 2));
    }

    @Property
    void retry_5_decorrelatedJitterIsUniformUpToThreeTimesThePrevious(
            @ForAll("seeds") long seed, @ForAll @LongRange(min = 0, max = 25) long previousSeconds) {
        Backoff backoff = Backoff.decorrelated(Duration.ofSeconds(2), Duration.ofSeconds(20));
        long high = Math.min(20, 3 * Math.max(2, previousSeconds)) * 1_000_000_000L;

        assertUniform(backoff, 3, Duration.ofSeconds(previousSeconds), seed, 2_000_000_000L, high);
    }

    @Property
    void retry_5_decorrelatedJitterSpreadsWhenTheBaseIsAtTheCap(@ForAll("seeds") long seed) {
        Backoff backoff = Backoff.decorrelated(Duration.ofSeconds(30), Duration.ofSeconds(30));

        assertUniform(backoff, 1, Duration.ZERO, seed, 10_000_000_000L, 30_000_000_000L);
    }

    @Property
    void retry_5_aFewNanosecondsAreDrawnEquallyOften(@ForAll("seeds") long seed) {
        Backoff backoff = Backoff.constant(Duration.ofNanos(6)).withFullJitter();
        RandomGenerator random = new Random(seed);
        int draws = 700;
        long[] seen = new long[7];
        for (int i = 0; i < draws; i++) {
            seen[(int) backoff.delay(1, Duration.ZERO, random).toNanos()]++;
        }
        double expected = draws / 7.0;
        double chiSquare = Arrays.stream(seen)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        double half = chiSquare / 2;
        double probability = Math.exp(-half) * (1 + half + half * half / 2); // six degrees of freedom

        assertThat(probability).as("chi-square of %s", Arrays.toString(seen)).isGreaterThan(ALPHA);
    }

    /** Kolmogorov and Smirnov: a distance that a uniform draw exceeds with probability ALPHA. */
    private static void assertUniform(
            Backoff backoff, long attempt, Duration previous, long seed, long low, long high) {
        int draws = 2_000;
        RandomGenerator random = new Random(seed);
        long[] sample = new long[draws];
        for (int i = 0; i < draws; i++) {
            sample[i] = backoff.delay(attempt, previous, random).toNanos();
        }
        Arrays.sort(sample);
        double distance = 0;
        for (int i = 0; i < draws; i++) {
            double expected = (sample[i] - low) / (double) (high - low);
            distance = Math.max(distance, Math.max(expected - i / (double) draws, (i + 1) / (double) draws - expected));
        }

        assertThat(distance)
                .as("distance from U(%d, %d) at attempt %d, seed %d", low, high, attempt, seed)
                .isLessThan(Math.sqrt(-Math.log(ALPHA / 2) / 2 / draws));
    }

    private static Backoff seconds(int base, int cap) {
        return Backoff.exponential(Duration.ofSeconds(base), 2, Duration.ofSeconds(cap));
    }

    /** 2 s, doubling, up to 20 s, worked out apart from the code under test. */
    private static long valueOf(long attempt) {
        return attempt > 4 ? 20_000_000_000L : 1_000_000_000L << attempt;
    }

    /** A generator whose bounded draws are the first or the last of their range. */
    static RandomGenerator extreme(boolean highest) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("only bounded draws are expected");
            }

            @Override
            public long nextLong(long origin, long bound) {
                assertThat(bound).isGreaterThan(origin);
                return highest ? bound - 1 : origin;
            }
        };
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().between(1, 50); // fixed ones: the verdict of a run never depends on chance
    }

    @Provide
    Arbitrary<Long> settled() {
        return Arbitraries.of(1L, 2L, 3L, 4L, 5L, 1_000_000L);
    }

    @Provide
    Arbitrary<Long> attempts() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(1, 100),
                Arbitraries.longs().between(1, Integer.MAX_VALUE),
                Arbitraries.longs().between(1, Long.MAX_VALUE),
                Arbitraries.of((long) Integer.MAX_VALUE, Long.MAX_VALUE));
    }

    @Provide
    Arbitrary<Duration> spans() {
        return Arbitraries.oneOf(
                Arbitraries.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofSeconds(Long.MAX_VALUE)),
                Arbitraries.longs().between(0, 10).map(Duration::ofNanos),
                Arbitraries.longs().between(0, Long.MAX_VALUE).map(Duration::ofNanos),
                Arbitraries.longs().between(0, 60_000).map(Duration::ofMillis));
    }

    @Provide
    Arbitrary<Backoff> backoffs() {
        Arbitrary<Double> factors = Arbitraries.oneOf(
                Arbitraries.of(1.0, Math.nextUp(1.0), 1e-12 + 1, 2.0, 3.0, 1e300, Double.MAX_VALUE),
                Arbitraries.doubles().between(1, 10));
        Arbitrary<Backoff> exponential =
                Combinators.combine(spans(), factors, spans()).as(Backoff::exponential);
        Arbitrary<Backoff> linear =
                Combinators.combine(spans(), spans(), spans()).as(Backoff::linear);
        Arbitrary<Backoff> decorrelated = Combinators.combine(spans(), spans()).as(Backoff::decorrelated);
        Arbitrary<Backoff> custom =
                Combinators.combine(spans(), spans()).as((span, cap) -> Backoff.custom(attempt -> span, cap));
        Arbitrary<Backoff> plain = Arbitraries.oneOf(exponential, linear, custom, spans().map(Backoff::constant));
        Arbitrary<Double> shares = Arbitraries.doubles().between(0, 1);
        return Arbitraries.oneOf(
                plain,
                plain.map(Backoff::withFullJitter),
                plain.map(Backoff::withEqualJitter),
                Combinators.combine(plain, shares).as(Backoff::withJitter),
                plain.map(backoff -> backoff.withJitter(1)),
                decorrelated);
    }

    @Property
    void retry_4_agreesWithASlowLoop(@ForAll @LongRange(min = 1, max = 300) long attempt) {
        LongUnaryOperator doubling = n -> {
            long delay = 1_000_000_000L;
            for (long i = 1; i < n && delay < 60_000_000_000L; i++) {
                delay *= 2;
            }
            return Math.min(delay, 60_000_000_000L);
        };

        assertThat(seconds(1, 60).delay(attempt, Duration.ZERO, new Random(0)).toNanos())
                .isEqualTo(doubling.applyAsLong(attempt));
    }
}
