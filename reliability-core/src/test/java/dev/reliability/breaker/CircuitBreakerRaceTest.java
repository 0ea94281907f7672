package dev.reliability.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Event;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real threads that arrive together, many times. */
class CircuitBreakerRaceTest {
    private static final int THREADS = 6;
    private static final int ROUNDS = 3_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final VirtualTime time = VirtualTime.manual();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        Calls.nothingIsLeft(time);
    }

    private interface Round {
        /** Runs on each thread between two barriers. */
        void run(int thread);
    }

    /** Each round: before on one thread, the round on all together, after on one thread. */
    private void race(Runnable before, Round round, Runnable after)
            throws InterruptedException, ExecutionException, TimeoutException {
        before.run();
        int[] done = new int[1];
        AtomicReference<Throwable> failed = new AtomicReference<>();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        CyclicBarrier end = new CyclicBarrier(THREADS, () -> {
            try {
                after.run();
                if (++done[0] < ROUNDS) {
                    before.run();
                }
            } catch (Throwable failure) {
                failed.compareAndSet(null, failure);
            }
        });
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            all.add(threads.submit(() -> rounds(round, thread, start, end, failed)));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        assertThat(failed.get()).isNull();
    }

    private static Void rounds(
            Round round, int thread, CyclicBarrier start, CyclicBarrier end, AtomicReference<Throwable> failed)
            throws InterruptedException, BrokenBarrierException {
        for (int i = 0; i < ROUNDS && failed.get() == null; i++) {
            start.await();
            try {
                round.run(thread);
            } catch (Throwable failure) {
                failed.compareAndSet(null, failure);
            }
            end.await();
        }
        return null;
    }

    private CircuitBreakerBuilder quick() {
        return CircuitBreaker.builder("race").openFor(Duration.ofSeconds(1)).time(time);
    }

    private static void open(CircuitBreaker breaker) {
        for (int i = 0; i < 5; i++) {
            breaker.acquire().failure();
        }
    }

    @Test
    void breaker_4_manyThreadsAtTheEndOfTheOpenTimeGetExactlyTheProbes() throws Exception {
        for (int probes : new int[] {1, 3}) {
            CircuitBreaker breaker = quick().probes(probes).withoutCallLimit().build();
            List<Permit> got = Collections.synchronizedList(new ArrayList<>());
            race(
                    () -> {
                        breaker.reset();
                        open(breaker);
                        time.advance(Duration.ofSeconds(1));
                    },
                    thread -> {
                        Permit permit = breaker.tryAcquire();
                        if (permit != null) {
                            got.add(permit);
                        }
                    },
                    () -> {
                        assertThat(got).hasSize(probes);
                        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
                        got.clear();
                    });
            assertThat(breaker.snapshot().rejections()).isEqualTo((long) ROUNDS * (THREADS - probes));
        }
    }

    @Test
    void breaker_4_neverMoreThanTheProbesRunWhileTheyComeAndGo() throws Exception {
        CircuitBreaker breaker =
                quick().probes(2).successThreshold(1_000_000).withoutCallLimit().build();
        open(breaker);
        time.advance(Duration.ofSeconds(1));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        race(
                () -> {},
                thread -> {
                    for (int i = 0; i < 10; i++) {
                        Permit permit = breaker.tryAcquire();
                        if (permit != null) {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            running.decrementAndGet();
                            if (i % 2 == 0) {
                                permit.success();
                            } else {
                                permit.close();
                            }
                        }
                    }
                },
                () -> {});
        assertThat(most.get()).isBetween(1, 2);
        try (Permit one = breaker.acquire();
                Permit other = breaker.acquire()) {
            assertThat(one).isNotSameAs(other);
            assertThat(breaker.tryAcquire())
                    .as("every probe was given back, and not twice")
                    .isNull();
        }
    }

    @Test
    void breaker_13_racingFailuresOpenExactlyOnce() throws Exception {
        AtomicReference<CircuitBreaker> current = new AtomicReference<>();
        List<Permit> permits = new ArrayList<>();
        race(
                () -> {
                    CircuitBreaker breaker = quick().withoutCallLimit().build();
                    current.set(breaker);
                    permits.clear();
                    for (int i = 0; i < 2 * THREADS; i++) {
                        permits.add(breaker.acquire());
                    }
                },
                thread -> {
                    permits.get(thread).failure();
                    permits.get(thread + THREADS).failure();
                },
                () -> {
                    assertThat(current.get().state()).isEqualTo(State.OPEN);
                    assertThat(current.get().snapshot().transitions()).isEqualTo(1);
                    assertThat(current.get().snapshot().failures()).isEqualTo(5);
                });
    }

    @Test
    void breaker_2_noRacingFailureIsLost() throws Exception {
        CircuitBreaker breaker = quick().consecutiveFailures(Integer.MAX_VALUE)
                .withoutCallLimit()
                .build();
        int each = 200_000; // a round must last longer than it takes to wake the threads
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            all.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    breaker.acquire().failure();
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
        assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(each * THREADS);
        assertThat(breaker.snapshot().failures()).isEqualTo((long) each * THREADS);
    }

    @Test
    void breaker_7_aPermitRecordedByManyThreadsCountsOnce() throws Exception {
        CircuitBreaker breaker = quick().consecutiveFailures(Integer.MAX_VALUE).build();
        AtomicReference<Permit> permit = new AtomicReference<>();
        long[] counted = new long[1];
        race(
                () -> {
                    counted[0] = breaker.snapshot().failures();
                    permit.set(breaker.acquire());
                },
                thread -> permit.get().failure(),
                () -> assertThat(breaker.snapshot().failures()).isEqualTo(counted[0] + 1));
    }

    @Test
    void breaker_7_theCallLimitAndTheHolderOfAPermitCountOnceTogether() throws Exception {
        CircuitBreaker breaker = quick().consecutiveFailures(Integer.MAX_VALUE).build();
        AtomicReference<Permit> permit = new AtomicReference<>();
        long[] counted = new long[1];
        race(
                () -> {
                    counted[0] = breaker.snapshot().failures();
                    permit.set(breaker.acquire());
                },
                thread -> {
                    if (thread == 0) {
                        time.advance(Duration.ofSeconds(30));
                    } else {
                        permit.get().failure();
                    }
                },
                () -> assertThat(breaker.snapshot().failures()).isEqualTo(counted[0] + 1));
    }

    @Test
    void breaker_14_underRacesEventsAreHeardOneAtATimeInTheOrderOfLegalTransitions() throws Exception {
        Order order = new Order();
        CircuitBreaker breaker = CircuitBreaker.builder("race")
                .consecutiveFailures(2)
                .successThreshold(1)
                .probes(2)
                .openFor(Duration.ZERO)
                .listener(order::hear)
                .time(time)
                .build();
        race(
                () -> {},
                thread -> {
                    for (int i = 0; i < 10; i++) {
                        Permit permit = breaker.tryAcquire();
                        if (permit != null && (i + thread) % 3 == 0) {
                            permit.success();
                        } else if (permit != null) {
                            permit.failure();
                        }
                    }
                },
                () -> {});
        assertThat(order.wrong).isEmpty();
        assertThat(order.heard).isEqualTo(breaker.snapshot().transitions());
    }

    /** Follows the state machine by what it hears. */
    private static final class Order {
        private final AtomicBoolean inside = new AtomicBoolean();
        private final List<String> wrong = new ArrayList<>();
        private State state = State.CLOSED;
        private long heard;

        void hear(Event event) {
            if (!inside.compareAndSet(false, true)) {
                throw new AssertionError("two threads tell at once");
            }
            heard++;
            State before = state;
            boolean legal;
            if (event instanceof BreakerEvent.Opened opened) {
                legal = before == opened.from() && before != State.OPEN;
                state = State.OPEN;
            } else if (event instanceof BreakerEvent.HalfOpened) {
                legal = before == State.OPEN;
                state = State.HALF_OPEN;
            } else {
                legal = event instanceof BreakerEvent.Closed && before == State.HALF_OPEN;
                state = State.CLOSED;
            }
            if (!legal) {
                wrong.add(before + " then " + event);
            }
            inside.set(false);
        }
    }
}
