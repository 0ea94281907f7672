package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.breaker.BreakerEvent;
import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.Snapshot;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.cleanup.CleanupScope;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.MutexTimeoutException;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.retry.RetryBudget;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Time-outs below a millisecond on many threads: nothing is lost, counted twice, or waited for in vain. */
class StressTest {
    /** Who gets in is alone; who does not get in holds nothing. */
    private static final class Mutex implements Stress.Subject {
        private final TimedMutex mutex = TimedMutex.builder("stress", Duration.ofNanos(Stress.HALF_A_MILLISECOND))
                .starvationLimit(Duration.ofNanos(Stress.HALF_A_MILLISECOND / 2))
                .build();
        private final LongAdder entered = new LongAdder();
        private long count; // guarded by the mutex
        private boolean inside; // guarded by the mutex

        @Override
        public void run(Random random) throws InterruptedException {
            try (Hold hold = mutex.acquire(Stress.upToHalfAMillisecond(random))) {
                assertThat(hold).isNotNull();
                assertThat(inside).isFalse();
                inside = true;
                count++;
                entered.increment();
                inside = false;
            } catch (MutexTimeoutException late) {
                assertThat(late).hasMessageContaining("stress");
            }
        }

        @Override
        public void check() {
            assertThat(mutex.snapshot()).isEqualTo(new TimedMutex.Snapshot(false, null, Duration.ZERO, 0));
            assertThat(count).isEqualTo(entered.sum()).isPositive();
        }
    }

    @Test
    void mutex_1_3_13_stressOnPlatformThreads() throws Exception {
        Stress.onPlatformThreads(new Mutex());
    }

    @Test
    void mutex_1_3_13_stressOnVirtualThreads() throws Exception {
        Stress.onVirtualThreads(new Mutex());
    }

    /** The transitions are those that are drawn, each told once and in order; each refusal and result counts once. */
    private static final class Breaker implements Stress.Subject {
        private final Queue<Object> wrong = new ConcurrentLinkedQueue<>();
        private final CircuitBreaker breaker = CircuitBreaker.builder("stress")
                .consecutiveFailures(3)
                .openFor(Duration.ofNanos(Stress.HALF_A_MILLISECOND / 2))
                .callLimit(Duration.ofNanos(Stress.HALF_A_MILLISECOND))
                .probes(2)
                .counting()
                .listener(event -> follow((BreakerEvent) event))
                .build();
        private final LongAdder admitted = new LongAdder();
        private final LongAdder refused = new LongAdder();
        private State state = State.CLOSED; // of the listener, which is called by one thread at a time

        private void follow(BreakerEvent event) {
            State before = state;
            boolean drawn;
            if (event instanceof BreakerEvent.Opened opened) {
                state = State.OPEN;
                drawn = before != State.OPEN && opened.from() == before;
            } else if (event instanceof BreakerEvent.HalfOpened) {
                state = State.HALF_OPEN;
                drawn = before == State.OPEN;
            } else {
                state = State.CLOSED;
                drawn = event instanceof BreakerEvent.Closed && before == State.HALF_OPEN;
            }
            if (!drawn) {
                wrong.add(before + " then " + event);
            }
        }

        @Override
        public void run(Random random) {
            try (Permit permit = breaker.tryAcquire()) {
                if (permit == null) {
                    refused.increment();
                    LockSupport.parkNanos(1_000);
                    return;
                }
                admitted.increment();
                Stress.pauseNowAndThen(random);
                switch (random.nextInt(4)) {
                    case 0 -> permit.failure();
                    case 1 -> permit.ignore();
                    default -> permit.success();
                }
            }
        }

        @Override
        public void check() {
            Snapshot seen = breaker.snapshot();
            assertThat(wrong).isEmpty();
            assertThat(seen.rejections()).isEqualTo(refused.sum());
            assertThat(seen.calls().orElseThrow())
                    .isPositive()
                    .isLessThanOrEqualTo(admitted.sum() + seen.transitions());
            assertThat(seen.transitions()).isPositive();
        }
    }

    @Test
    void breaker_1_6_13_14_stressOnPlatformThreads() throws Exception {
        Stress.onPlatformThreads(new Breaker());
    }

    @Test
    void breaker_1_6_13_14_stressOnVirtualThreads() throws Exception {
        Stress.onVirtualThreads(new Breaker());
    }

    /** A call ends in one of two ways, and leaves no interrupt behind. */
    private static final class Limit implements Stress.Subject {
        private final LongAdder finished = new LongAdder();
        private final LongAdder expired = new LongAdder();

        @Override
        public void run(Random random) {
            try {
                int value = Timeout.of(Stress.upToHalfAMillisecond(random)).call(() -> {
                    if (random.nextBoolean()) {
                        LockSupport.parkNanos(random.nextInt(Stress.HALF_A_MILLISECOND));
                    }
                    return 42;
                });
                assertThat(value).isEqualTo(42);
                finished.increment();
            } catch (DeadlineExceededException late) {
                expired.increment();
            }
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }

        @Override
        public void check() {
            assertThat(finished.sum()).isPositive();
            assertThat(expired.sum()).isPositive();
        }
    }

    @Test
    void deadline_2_3_stressOnPlatformThreads() throws Exception {
        Stress.onPlatformThreads(new Limit());
    }

    @Test
    void deadline_2_3_stressOnVirtualThreads() throws Exception {
        Stress.onVirtualThreads(new Limit());
    }

    /** The retries that took place are those that were paid for, to the token. */
    private static final class Budget implements Stress.Subject {
        private static final int MAX = 1_000;

        private final RetryBudget budget =
                RetryBudget.builder().max(MAX).ratio(0).minPerSecond(0).build();
        private final Retry retry = Retry.builder("stress")
                .maxAttempts(3)
                .backoff(Backoff.constant(Duration.ofNanos(Stress.HALF_A_MILLISECOND)))
                .budget(budget)
                .build();
        private final LongAdder retries = new LongAdder();

        @Override
        public void run(Random random) {
            int[] attempts = new int[1];
            try {
                Policy policy = random.nextBoolean()
                        ? retry
                        : Timeout.of(Stress.upToHalfAMillisecond(random)).around(retry);
                policy.run(() -> {
                    attempts[0]++;
                    throw new IllegalStateException("always");
                });
            } catch (IllegalStateException | DeadlineExceededException failed) {
                retries.add(Math.max(0, attempts[0] - 1)); // none if the time was up before the first attempt
            }
            Stress.pauseNowAndThen(random);
        }

        @Override
        public void check() {
            assertThat(budget.tokens()).isEqualTo((double) (MAX - retries.sum()));
            assertThat(retries.sum()).isPositive();
        }
    }

    @Test
    void retry_16_stressOnPlatformThreads() throws Exception {
        Stress.onPlatformThreads(new Budget());
    }

    @Test
    void retry_16_stressOnVirtualThreads() throws Exception {
        Stress.onVirtualThreads(new Budget());
    }

    /** Scopes are closed while others register: each action runs once. */
    private static final class Scopes implements Stress.Subject {
        private final AtomicReference<CleanupScope> current = new AtomicReference<>(Cleanup.scope());
        private final LongAdder registered = new LongAdder();
        private final LongAdder ran = new LongAdder();

        @Override
        public void run(Random random) {
            CleanupScope scope = current.get();
            registered.increment();
            try {
                scope.defer(ran::increment);
            } catch (IllegalStateException closed) {
                assertThat(scope.isClosed()).isTrue();
            }
            if (random.nextInt(16) == 0) {
                current.compareAndSet(scope, Cleanup.scope());
                scope.close();
                assertThat(scope.isClosed()).isTrue();
            }
        }

        @Override
        public void check() {
            current.get().close();
            assertThat(ran.sum()).isEqualTo(registered.sum()).isPositive();
        }
    }

    @Test
    void cleanup_1_3_stressOnPlatformThreads() throws Exception {
        Stress.onPlatformThreads(new Scopes());
    }

    @Test
    void cleanup_1_3_stressOnVirtualThreads() throws Exception {
        Stress.onVirtualThreads(new Scopes());
    }

    @Test
    void aHangIsFound() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> Stress.onPlatformThreads("a hang", random -> never.await(), 1))
                .isInstanceOf(AssertionError.class)
                .hasMessage("a hang: no round has ended for 1 s, 64 threads hang");
        never.countDown();
    }

    @Test
    void aViolationIsFound() {
        assertThatThrownBy(() -> Stress.onPlatformThreads(
                        "a violation",
                        random -> {
                            throw new IllegalStateException("violated");
                        },
                        1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("violated");
    }
}
