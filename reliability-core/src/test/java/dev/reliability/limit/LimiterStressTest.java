package dev.reliability.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Stress;
import dev.reliability.limit.ConcurrencyLimiter.Permit;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** Waits below a millisecond for permits, on many threads: never more than allowed, and nothing is left. */
class LimiterStressTest {
    private static final class Concurrency implements Stress.Subject {
        private static final int MAX = 4;

        private final ConcurrencyLimiter limiter = ConcurrencyLimiter.of("stress", MAX);
        private final AtomicInteger inside = new AtomicInteger();
        private final LongAdder entered = new LongAdder();
        private final LongAdder refused = new LongAdder();

        @Override
        public void run(Random random) throws InterruptedException {
            try (Permit permit = limiter.acquire(Stress.upToHalfAMillisecond(random))) {
                assertThat(permit).isNotNull();
                assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(MAX);
                entered.increment();
                Stress.pauseNowAndThen(random);
                inside.decrementAndGet();
            } catch (LimitExceededException late) {
                refused.increment();
            }
        }

        @Override
        public void check() {
            assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
            assertThat(entered.sum()).isPositive();
            assertThat(refused.sum()).isPositive();
        }
    }

    @Test
    void limit_2_3_stressOnPlatformThreads() throws Exception {
        Stress.onPlatformThreads(new Concurrency());
    }

    @Test
    void limit_2_3_stressOnVirtualThreads() throws Exception {
        Stress.onVirtualThreads(new Concurrency());
    }

    private static final class Rate implements Stress.Subject {
        private static final int BURST = 5;
        private static final int INTERVAL_NANOS = 20_000;

        private final long beganNanos = System.nanoTime();
        private final RateLimiter limiter = RateLimiter.builder("stress", 1, Duration.ofNanos(INTERVAL_NANOS))
                .burst(BURST)
                .build();
        private final LongAdder taken = new LongAdder();
        private final LongAdder refused = new LongAdder();

        @Override
        public void run(Random random) throws InterruptedException {
            int permits = 1 + random.nextInt(BURST);
            try {
                limiter.acquire(permits, Stress.upToHalfAMillisecond(random));
                taken.add(permits);
            } catch (LimitExceededException late) {
                refused.increment();
            }
        }

        @Override
        public void check() {
            long come = (System.nanoTime() - beganNanos) / INTERVAL_NANOS;
            assertThat(limiter.snapshot().waiting()).isZero();
            assertThat(taken.sum()).isPositive().isLessThanOrEqualTo(BURST + come);
            assertThat(refused.sum()).isPositive();
        }
    }

    @Test
    void limit_1_3_stressOnPlatformThreads() throws Exception {
        Stress.onPlatformThreads(new Rate());
    }

    @Test
    void limit_1_3_stressOnVirtualThreads() throws Exception {
        Stress.onVirtualThreads(new Rate());
    }
}
