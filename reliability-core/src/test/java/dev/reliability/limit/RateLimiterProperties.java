package dev.reliability.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.time.VirtualTime;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** LIMIT-1 over generated schedules: every window is counted, and a model with decimals grants the same. */
class RateLimiterProperties {
    /** After a span, somebody asks for permits. */
    record Step(long afterNanos, int permits) {}

    private record Grant(long at, int permits) {}

    @Property
    void limit_1_noWindowHoldsMoreThanThePermitsAndTheBurst(
            @ForAll @IntRange(min = 1, max = 20) int permits,
            @ForAll @LongRange(min = 20, max = 2_000) long perNanos,
            @ForAll @IntRange(min = 1, max = 20) int burst,
            @ForAll("schedules") List<Step> schedule) {
        VirtualTime time = wrapping();
        RateLimiter limiter = limiter(time, permits, perNanos, burst);
        long now = 0;
        List<Grant> grants = new ArrayList<>();
        for (Step step : schedule) {
            now += step.afterNanos;
            time.advance(Duration.ofNanos(step.afterNanos));
            int wanted = Math.min(step.permits, burst);
            if (limiter.tryAcquire(wanted)) {
                grants.add(new Grant(now, wanted));
            }
        }

        for (int from = 0; from < grants.size(); from++) {
            long start = grants.get(from).at; // a window that holds most begins with a grant
            int inWindow = grants.stream()
                    .filter(grant -> grant.at >= start && grant.at < start + perNanos)
                    .mapToInt(Grant::permits)
                    .sum();
            assertThat(inWindow).isLessThanOrEqualTo(permits + burst - 1);
        }
    }

    /** A bucket that is filled at each step, kept as an exact fraction. */
    @Property
    void limit_1_agreesWithABucketOfTokens(
            @ForAll @IntRange(min = 1, max = 20) int permits,
            @ForAll @LongRange(min = 20, max = 2_000) long perNanos,
            @ForAll @IntRange(min = 1, max = 20) int burst,
            @ForAll("schedules") List<Step> schedule) {
        VirtualTime time = wrapping();
        RateLimiter limiter = limiter(time, permits, perNanos, burst);
        long interval = (perNanos + permits - 1) / permits;
        BigInteger full = BigInteger.valueOf(burst).multiply(BigInteger.valueOf(interval));
        BigInteger tokens = full; // in nanoseconds of rate
        for (Step step : schedule) {
            time.advance(Duration.ofNanos(step.afterNanos));
            tokens = tokens.add(BigInteger.valueOf(step.afterNanos)).min(full);
            int wanted = Math.min(step.permits, burst);
            BigInteger cost = BigInteger.valueOf(wanted * interval);
            boolean granted = tokens.compareTo(cost) >= 0;

            assertThat(limiter.snapshot().available())
                    .isEqualTo(tokens.divide(BigInteger.valueOf(interval)).intValue());
            assertThat(limiter.tryAcquire(wanted)).isEqualTo(granted);
            tokens = granted ? tokens.subtract(cost) : tokens;
        }
    }

    /** The hint of a refusal is exact: a nanosecond earlier there is no permit, then there is. */
    @Property
    void limit_3_theHintOfARefusalIsExact(
            @ForAll @IntRange(min = 1, max = 20) int permits,
            @ForAll @LongRange(min = 20, max = 2_000) long perNanos,
            @ForAll @IntRange(min = 1, max = 20) int burst,
            @ForAll("schedules") List<Step> schedule) {
        VirtualTime time = wrapping();
        RateLimiter limiter = limiter(time, permits, perNanos, burst);
        for (Step step : schedule) {
            time.advance(Duration.ofNanos(step.afterNanos));
            Duration hint = limiter.snapshot().nextIn();
            if (!hint.isZero()) {
                time.advance(hint.minusNanos(1));
                assertThat(limiter.tryAcquire()).isFalse();
                time.advance(Duration.ofNanos(1));
            }
            assertThat(limiter.tryAcquire()).isTrue();
        }
    }

    private static VirtualTime wrapping() {
        return VirtualTime.manual().startingAt(Long.MAX_VALUE - 3_000); // the counter wraps on the way
    }

    private static RateLimiter limiter(VirtualTime time, int permits, long perNanos, int burst) {
        return RateLimiter.builder("generated", permits, Duration.ofNanos(perNanos))
                .burst(burst)
                .time(time)
                .build();
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        Arbitrary<Long> pauses = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(0L)),
                Tuple.of(6, Arbitraries.longs().between(1, 120)),
                Tuple.of(1, Arbitraries.longs().between(1, 5_000)));
        return Combinators.combine(pauses, Arbitraries.integers().between(1, 20))
                .as(Step::new)
                .list()
                .ofMaxSize(120);
    }
}
