package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.reliability.Task;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.lang.management.ManagementFactory;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a call that succeeds at once costs: no clock, no random number, no object (EVENT-3). */
class RetryHealthyPathTest {
    /** A machine that must not be asked for anything. */
    private static final class Untouchable extends Seam {
        private static AssertionError touched() {
            return new AssertionError("a healthy call asked the machine");
        }

        @Override
        public long nanoTime() {
            throw touched();
        }

        @Override
        public RandomGenerator random() {
            throw touched();
        }

        @Override
        public void park(Object blocker) {
            throw touched();
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            throw touched();
        }

        @Override
        public void unpark(Thread thread) {
            throw touched();
        }

        @Override
        public void schedule(Alarm alarm, long atNanos) {
            throw touched();
        }

        @Override
        public void cancel(Alarm alarm) {
            throw touched();
        }

        @Override
        public void deliver(Alarm alarm) {
            throw touched();
        }

        @Override
        public Thread newThread(String name, Runnable task) {
            throw touched();
        }

        @Override
        public void start(String name, Runnable task) {
            throw touched();
        }

        @Override
        public void checkpoint() {
            throw touched();
        }
    }

    private static final Task<String, RuntimeException> TASK = () -> "value";

    private static Retry retry() {
        return Retry.builder("healthy")
                .time(new Untouchable())
                .listener(event -> {})
                .build();
    }

    @Test
    void healthyCall_asksTheMachineForNothing() {
        assertThat(retry().call(TASK)).isEqualTo("value");
        assertThat(retry().around(retry()).call(TASK)).isEqualTo("value");
    }

    @Test
    void healthyCall_makesNoObject() {
        Retry retry = retry();
        callManyTimes(retry);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();

        long before = threads.getThreadAllocatedBytes(thread);
        callManyTimes(retry);
        long bytes = threads.getThreadAllocatedBytes(thread) - before;

        assertThat(bytes).as("bytes in 20,000 calls").isLessThan(20_000);
    }

    private static void callManyTimes(Retry retry) {
        for (int i = 0; i < 20_000; i++) {
            retry.call(TASK);
        }
    }
}
