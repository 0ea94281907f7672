package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Numbers that others have published for formulas which are also ours: RETRY-4, 6. Where a family differs, the comment
 * says how, and nothing is taken from it.
 */
class BackoffVectorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static List<Duration> first(int attempts, Backoff backoff, RandomGenerator random) {
        return LongStream.rangeClosed(1, attempts)
                .mapToObj(attempt -> backoff.delay(attempt, Duration.ZERO, random))
                .toList();
    }

    private static List<Duration> millis(long... millis) {
        return LongStream.of(millis).mapToObj(Duration::ofMillis).toList();
    }

    /** A generator whose draws lie at a share of their range, from 0, its beginning, to 1, its end. */
    private static RandomGenerator at(double share) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("only bounded draws are expected");
            }

            @Override
            public long nextLong(long origin, long bound) {
                return origin + Math.round((bound - 1 - origin) * share);
            }
        };
    }

    /**
     * AWS SDK for Java v2, FullJitterBackoffStrategyTest, standard mode (1 s, doubling, 20 s): the longest and the middle
     * delay of retries 0 to 5. Its shortest is 1 ms; ours is zero, as in the article that both go back to.
     */
    @Test
    void retry_6_vectorsOfTheAwsSdk_fullJitter() {
        Backoff backoff = Backoff.exponential(SECOND, 2, Duration.ofSeconds(20)).withFullJitter();

        assertThat(first(6, backoff, at(1))).isEqualTo(millis(1_000, 2_000, 4_000, 8_000, 16_000, 20_000));
        assertThat(first(6, backoff, at(0.5))).isEqualTo(millis(500, 1_000, 2_000, 4_000, 8_000, 10_000));
    }

    /**
     * AWS SDK for Java v2, EqualJitterBackoffStrategyTest: a base of 1 s, retry 10, a draw of 12,345 ms. The other cases
     * there rest on its ceiling of 2^31 - 1 ms, or on draws that are out of range.
     */
    @Test
    void retry_6_vectorsOfTheAwsSdk_equalJitter() {
        Backoff backoff = Backoff.exponential(SECOND, 2, DAY).withEqualJitter();
        RandomGenerator draw = new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("only bounded draws are expected");
            }

            @Override
            public long nextLong(long origin, long bound) {
                return origin + Duration.ofMillis(12_345).toNanos();
            }
        };

        assertThat(backoff.delay(11, Duration.ZERO, draw)).isEqualTo(Duration.ofMillis((1 << 10) * 1_000 / 2 + 12_345));
    }

    /**
     * The AWS article's simulator (aws-samples/aws-arch-backoff-simulator) draws decorrelated jitter from base to 3 *
     * previous, with base 5 and cap 2,000, previous being the base at first. Below the cap our range is the same; at the
     * cap there each draw beyond it is the cap itself, so that the highest draws agree as well.
     */
    @Test
    void retry_6_vectorsOfTheAwsSimulator_decorrelatedJitter() {
        Backoff backoff = Backoff.decorrelated(Duration.ofMillis(5), Duration.ofMillis(2_000));
        Duration previous = Duration.ZERO;
        for (long highest : new long[] {15, 45, 135, 405, 1_215, 2_000, 2_000}) {
            assertThat(backoff.delay(1, previous, at(0))).isEqualTo(Duration.ofMillis(5));
            previous = backoff.delay(1, previous, at(1));
            assertThat(previous).isEqualTo(Duration.ofMillis(highest));
        }
    }

    /**
     * gRPC proposal A6: the n-th retry occurs at random(0, min(initialBackoff * backoffMultiplier^(n-1), maxBackoff)),
     * with its example of 0.1 s, 2 and 1 s.
     */
    @Test
    void retry_6_vectorsOfGrpcA6_fullJitter() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), 2, SECOND).withFullJitter();

        assertThat(first(6, backoff, at(1))).isEqualTo(millis(100, 200, 400, 800, 1_000, 1_000));
        assertThat(first(6, backoff, at(0))).isEqualTo(millis(0, 0, 0, 0, 0, 0));
    }

    /** Polly, RetryHelperTests: Constant_Ok, Linear_Ok, Exponential_Ok, MaxDelay_Ok, OverflowWithMaxDelay. */
    @Test
    void retry_4_vectorsOfPolly_withoutJitter() {
        Random unused = new Random(0);

        assertThat(first(3, Backoff.constant(SECOND), unused)).isEqualTo(millis(1_000, 1_000, 1_000));
        assertThat(first(3, Backoff.linear(SECOND, SECOND, DAY), unused)).isEqualTo(millis(1_000, 2_000, 3_000));
        assertThat(first(3, Backoff.exponential(SECOND, 2, DAY), unused)).isEqualTo(millis(1_000, 2_000, 4_000));
        assertThat(first(3, Backoff.exponential(Duration.ZERO, 2, DAY), unused)).isEqualTo(millis(0, 0, 0));
        assertThat(Backoff.exponential(Duration.ofSeconds(10), 2, SECOND).delay(3, Duration.ZERO, unused))
                .isEqualTo(SECOND);
        assertThat(Backoff.exponential(DAY, 2, DAY.multipliedBy(2)).delay(1_001, Duration.ZERO, unused))
                .isEqualTo(DAY.multipliedBy(2));
    }

    /**
     * Polly, RetryHelperTests: Constant_Jitter_Ok and Linear_Jitter_Ok, a quarter more or less. Its exponential backoff
     * with jitter is another formula (DecorrelatedJitterBackoffV2), which we do not have.
     */
    @Test
    void retry_6_vectorsOfPolly_plusMinusJitter() {
        Backoff constant = Backoff.constant(SECOND).withCap(DAY).withJitter(0.25);
        Backoff linear = Backoff.linear(SECOND, SECOND, DAY).withJitter(0.25);

        for (double[] vector : new double[][] {{0, 0.75}, {0.4, 0.95}, {0.6, 1.05}, {1, 1.25}}) {
            assertThat(seconds(constant, 1, vector[0])).isCloseTo(vector[1], within(2e-9));
        }
        for (double[] vector : new double[][] {{0, 2.25}, {0.4, 2.85}, {0.5, 3}, {0.6, 3.15}, {1, 3.75}}) {
            assertThat(seconds(linear, 3, vector[0])).isCloseTo(vector[1], within(2e-9));
        }
    }

    private static double seconds(Backoff backoff, long attempt, double share) {
        return backoff.delay(attempt, Duration.ZERO, at(share)).toNanos() / 1e9;
    }

    /**
     * cockatiel, ExponentialBackoff.test.ts: its defaults (128 ms, 2, 30 s) without jitter. Its default, decorrelated
     * jitter, is Polly's other formula.
     */
    @Test
    void retry_4_vectorsOfCockatiel_withoutJitter() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(128), 2, Duration.ofSeconds(30));

        assertThat(first(11, backoff, new Random(0)))
                .isEqualTo(millis(128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 30_000, 30_000, 30_000));
    }
}
