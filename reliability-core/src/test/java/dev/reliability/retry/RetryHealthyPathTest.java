package dev.reliability.retry;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.reliability.Task;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        public void execute(Runnable continuation) {
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
    void event_3_aHealthyCallAsksTheMachineForNothing() {
        assertThat(retry().call(TASK)).isEqualTo("value");
        assertThat(retry().around(retry()).call(TASK)).isEqualTo("value");
    }

    /** The machine's checkpoint stands before each write of a budget. */
    @Test
    void retry_16_aHealthyCallWritesNothingToAFullBudget() {
        Retry retry = Retry.builder("healthy")
                .time(new Untouchable())
                .budget(RetryBudget.of(0.2))
                .build();

        assertThat(retry.call(TASK)).isEqualTo("value");
        assertThat(bytesIn20000Calls(retry)).isLessThan(20_000);
    }

    /** An attempt of somebody else is bound on another thread: healthy calls look at their own and find nothing. */
    @Test
    void retry_21_aHealthyCallMakesNoObjectWhileOthersRetry() throws InterruptedException {
        CountDownLatch retrying = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread other = new Thread(() -> Retry.builder("other")
                .backoff(Backoff.none())
                .build()
                .run(() -> {
                    if (Attempt.current().number() == 1) {
                        throw new IllegalStateException();
                    }
                    retrying.countDown();
                    await(done);
                }));
        other.start();
        await(retrying);
        try {
            assertThat(bytesIn20000Calls(retry())).isLessThan(20_000);
        } finally {
            done.countDown();
        }
        other.join(10_000);
        assertThat(other.isAlive()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void event_3_aHealthyCallMakesNoObject() {
        assertThat(bytesIn20000Calls(retry())).isLessThan(20_000);
    }

    private static long bytesIn20000Calls(Retry retry) {
        callManyTimes(retry);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();

        long before = threads.getThreadAllocatedBytes(thread);
        callManyTimes(retry);
        return threads.getThreadAllocatedBytes(thread) - before;
    }

    private static void callManyTimes(Retry retry) {
        for (int i = 0; i < 20_000; i++) {
            retry.call(TASK);
        }
    }
}
