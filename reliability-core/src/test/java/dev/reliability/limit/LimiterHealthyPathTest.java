package dev.reliability.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.reliability.Policy;
import dev.reliability.Task;
import dev.reliability.mutex.ScriptedTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an admitted call costs: no object, and of the rate limiter one reading of the clock (EVENT-3). */
class LimiterHealthyPathTest {
    private static final Task<String, RuntimeException> TASK = () -> "value";

    private static RateLimiter rate() {
        return RateLimiter.builder("healthy", 1_000_000_000, Duration.ofSeconds(1))
                .burst(1_000_000_000)
                .build();
    }

    @Test
    void event_3_anAdmittedCallMakesNoObject() {
        ConcurrencyLimiter concurrency = ConcurrencyLimiter.of("healthy", 1);
        for (Policy policy : new Policy[] {rate(), concurrency, rate().around(concurrency)}) {
            assertThat(bytesOf20000(() -> policy.call(TASK))).as("%s", policy).isLessThan(20_000);
        }
    }

    @Test
    void event_3_tryAcquireOfARateLimiterMakesNoObject() {
        RateLimiter open = rate();
        assertThat(bytesOf20000(open::tryAcquire)).isLessThan(20_000);
        RateLimiter closed = RateLimiter.of("closed", 1, Duration.ofDays(1));
        assertThat(closed.tryAcquire()).isTrue();
        assertThat(bytesOf20000(closed::tryAcquire)).isLessThan(20_000);
    }

    @Test
    void event_3_theConcurrencyLimiterReadsNoClockAndTheRateLimiterReadsItOnce() {
        ScriptedTime time = new ScriptedTime();
        ConcurrencyLimiter concurrency = ConcurrencyLimiter.builder("healthy", 1)
                .time(time)
                .listener(event -> {})
                .build();
        RateLimiter rate = RateLimiter.builder("healthy", 1, Duration.ofDays(1))
                .time(time)
                .listener(event -> {})
                .build();

        time.clockReads.set(0);
        assertThat(concurrency.call(TASK)).isEqualTo("value");
        assertThat(time.clockReads).hasValue(0);
        assertThat(rate.call(TASK)).isEqualTo("value");
        assertThat(time.clockReads).hasValue(1);
        assertThat(rate.tryAcquire()).isFalse();
        assertThat(time.clockReads).hasValue(2);
    }

    /** The least of several rounds: the machine's own compiler and tools leave traces in some. */
    private static long bytesOf20000(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            repeat(work);
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        return least;
    }

    private static void repeat(Runnable work) {
        for (int i = 0; i < 20_000; i++) {
            work.run();
        }
    }
}
