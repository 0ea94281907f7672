package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads on one budget, and no token is lost or made: RETRY-16. */
@Timeout(120)
class RetryBudgetRaceTest {
    private static final int THREADS = 8;
    private static final int ROUNDS = 20_000;

    private interface Work {
        void run(int thread) throws Exception;
    }

    /** Runs the work on all threads at once. */
    private static void race(Work work) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    start.await(10, TimeUnit.SECONDS);
                    work.run(number);
                } catch (Throwable failure) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(failures).isEmpty();
    }

    private static int drain(RetryBudget budget, Seam time) {
        int taken = 0;
        while (budget.tryTake(time)) {
            taken++;
        }
        return taken;
    }

    @Test
    void retry_16_moreThanTheBudgetIsNeverTaken() throws Exception {
        Seam time = Seam.of(TimeSource.system());
        for (int round = 0; round < 200; round++) {
            RetryBudget budget =
                    RetryBudget.builder().ratio(0).minPerSecond(0).max(1_000).build();
            AtomicLong taken = new AtomicLong();

            race(thread -> {
                while (budget.tryTake(time)) {
                    taken.incrementAndGet();
                }
            });

            assertThat(taken).hasValue(1_000);
        }
    }

    @Test
    void retry_16_everySuccessCountsAndEveryRetryIsPaid() throws Exception {
        Seam time = Seam.of(TimeSource.system());
        RetryBudget budget = RetryBudget.builder()
                .ratio(0.1)
                .minPerSecond(0)
                .max(THREADS * ROUNDS)
                .build();
        drain(budget, time);
        AtomicLong taken = new AtomicLong();
        AtomicLong returned = new AtomicLong();

        race(thread -> {
            for (int i = 0; i < ROUNDS; i++) {
                budget.earn(time);
                if (i % 7 == 0 && budget.tryTake(time)) {
                    taken.incrementAndGet();
                    if (i % 21 == 0) {
                        budget.giveBack(time);
                        returned.incrementAndGet();
                    }
                }
            }
        });

        long tenths = THREADS * ROUNDS - 10 * (taken.get() - returned.get());
        assertThat(taken.get()).isPositive();
        assertThat(budget.tokens()).isEqualTo(tenths / 10.0);
    }

    @Test
    void retry_16_theFloorIsGivenOutOnce() throws Exception {
        VirtualTime time = VirtualTime.manual();
        RetryBudget budget =
                RetryBudget.builder().ratio(0).minPerSecond(1_000).max(10_000).build();
        drain(budget, time);
        AtomicLong taken = new AtomicLong();

        race(thread -> {
            for (int i = 0; i < ROUNDS; i++) {
                if (thread == 0 && i % 10 == 0) {
                    time.advance(Duration.ofMillis(1)); // one token
                }
                if (budget.tryTake(time)) {
                    taken.incrementAndGet();
                }
            }
        });
        taken.addAndGet(drain(budget, time));

        assertThat(taken).hasValue(ROUNDS / 10);
    }
}
