package dev.reliability.breaker;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The call limit of calls: sampled, and of each call and its limit exactly one counts. */
class InFlightCallsTest {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 20_000);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK = LIMIT.dividedBy(8);

    private final VirtualTime time = VirtualTime.manual();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Calls.nothingIsLeft(time);
    }

    private static CircuitBreaker.Snapshot counts(CircuitBreaker breaker) {
        return breaker.snapshot();
    }

    private CircuitBreaker unlimitedRow() {
        return CircuitBreaker.builder("many")
                .consecutiveFailures(Integer.MAX_VALUE)
                .time(time)
                .build();
    }

    /** Wherever between two looks a call begins, it counts between the limit and an eighth of it later. */
    @Test
    void breaker_1_aCallCountsBetweenTheLimitAndAnEighthOfItLater() {
        for (long millis = 0; millis < 4_000; millis += 250) {
            CircuitBreaker breaker = unlimitedRow();
            Duration offset = Duration.ofMillis(millis);
            breaker.run(() -> {
                time.advance(offset); // the looks go by the outer call
                breaker.run(() -> {
                    time.advance(LIMIT.minus(offset).minusNanos(1));
                    long outer = counts(breaker).failures();
                    time.advance(offset);
                    assertThat(counts(breaker).failures() - outer)
                            .as("the inner call has not run for the limit")
                            .isLessThanOrEqualTo(1);
                    time.advance(LOOK.plusNanos(1));
                    assertThat(counts(breaker).failures()).isEqualTo(2);
                });
            });
            assertThat(counts(breaker).failures()).isEqualTo(2);
        }
    }

    @Test
    void breaker_1_noCallCountsBeforeItsLimit() {
        for (long millis = 0; millis < 4_000; millis += 250) {
            CircuitBreaker breaker = unlimitedRow();
            breaker.run(() -> {});
            time.advance(Duration.ofMillis(millis));
            breaker.run(() -> {
                time.advance(LIMIT);
                assertThat(counts(breaker).failures()).isZero();
                time.advance(LOOK);
                assertThat(counts(breaker).failures()).isEqualTo(1);
            });
        }
    }

    @Test
    void breaker_1_aShortLimitIsLookedAtEveryMillisecond() {
        CircuitBreaker breaker = CircuitBreaker.builder("short")
                .callLimit(Duration.ofMillis(3))
                .consecutiveFailures(1)
                .time(time)
                .build();
        breaker.run(() -> {
            time.advance(Duration.ofMillis(3));
            assertThat(breaker.state()).isEqualTo(State.CLOSED);
            time.advance(Duration.ofMillis(1));
            assertThat(breaker.state()).isEqualTo(State.OPEN);
        });
        assertThat(breaker.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void breaker_1_callsBeyondTheTableCountOnceToo() throws Exception {
        CircuitBreaker breaker = unlimitedRow();
        FutureTask<Void> calls = new FutureTask<>(
                () -> nest(breaker, 3_000, () -> {
                    assertThat(counts(breaker).failures()).isZero();
                    time.advance(LIMIT.plus(LOOK));
                    assertThat(counts(breaker).failures()).isEqualTo(3_000);
                    time.advance(LIMIT.multipliedBy(3));
                }),
                null);
        new Thread(null, calls, "deep", 256L << 20).start();
        calls.get(60, TimeUnit.SECONDS);
        assertThat(counts(breaker).failures()).isEqualTo(3_000);
        assertThat(counts(breaker).consecutiveFailures())
                .as("late successes are stale")
                .isEqualTo(3_000);
        time.advance(LOOK.multipliedBy(10));
        breaker.run(() -> time.advance(LIMIT.plus(LOOK)));
        assertThat(counts(breaker).failures()).isEqualTo(3_001);
    }

    private static void nest(CircuitBreaker breaker, int depth, Runnable innermost) {
        if (depth == 0) {
            innermost.run();
        } else {
            breaker.run(() -> nest(breaker, depth - 1, innermost));
        }
    }

    @Test
    void breaker_6_theLimitOfACallOfAnEarlierPeriodCountsNothing() {
        CircuitBreaker breaker = CircuitBreaker.builder("reset")
                .consecutiveFailures(1)
                .time(time)
                .build();
        breaker.run(() -> {
            breaker.reset();
            time.advance(LIMIT.multipliedBy(2));
        });
        assertThat(breaker.snapshot().failures()).isZero();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_19_theLastLookLetsGoOfEverything() {
        CircuitBreaker breaker = unlimitedRow();
        breaker.run(() -> {});
        Closed period = (Closed) breaker.current();
        assertThat(period.watched()).isNotNull();
        assertThat(time.pendingAlarms()).isEqualTo(1);
        time.advance(LOOK);
        assertThat(period.watched()).isNull();
        assertThat(time.pendingAlarms()).isZero();
        for (int i = 0; i < 1_000; i++) {
            breaker.run(() -> {});
        }
        assertThat(time.pendingAlarms()).as("one for all calls").isEqualTo(1);
    }

    @Test
    void breaker_1_noCallTakesASlotOfATableThatWasLetGoOf() {
        CircuitBreaker breaker = unlimitedRow();
        breaker.run(() -> {});
        InFlightCalls table = ((Closed) breaker.current()).watched();
        time.advance(LOOK);
        assertThat(table.begin()).as("by a thread that found the table before").isEqualTo(InFlightCalls.NO_TICKET);
    }

    @Test
    void retire_whileACallRuns_leavesAllSlotsUsable() {
        InFlightCalls calls = new InFlightCalls();
        long first = calls.begin();
        assertThat(calls.retire()).isFalse();
        List<Long> tickets = new ArrayList<>(List.of(first));
        for (int i = 1; i < 8; i++) {
            tickets.add(calls.begin());
        }
        assertThat(tickets).doesNotContain(InFlightCalls.NO_TICKET).doesNotHaveDuplicates();
        assertThat(calls.begin()).as("more than there are slots").isEqualTo(InFlightCalls.NO_TICKET);
        assertThat(tickets).allMatch(calls::end);
        assertThat(tickets).noneMatch(calls::end);
        assertThat(calls.retire()).isTrue();
        assertThat(calls.begin()).isEqualTo(InFlightCalls.NO_TICKET);
    }

    @Test
    void breaker_19_aHangingCallIsLookedAtNoLongerOnceItCounted() {
        CircuitBreaker breaker = unlimitedRow();
        breaker.run(() -> {
            time.advance(LIMIT.plus(LOOK));
            assertThat(counts(breaker).failures()).isEqualTo(1);
            time.advance(LOOK);
            assertThat(time.pendingAlarms()).isZero();
        });
    }

    @Test
    void breaker_19_nothingOfTheCallerIsKept() {
        CircuitBreaker breaker = unlimitedRow();
        WeakReference<byte[]> caller = callWithAnObjectOfItsOwn(breaker);
        Awaitility.await().atMost(SOON).until(() -> {
            System.gc();
            return caller.get() == null;
        });
        assertThat(((Closed) breaker.current()).watched())
                .as("while calls are still looked at")
                .isNotNull();
    }

    private static WeakReference<byte[]> callWithAnObjectOfItsOwn(CircuitBreaker breaker) {
        byte[] data = new byte[1_000];
        breaker.run(() -> data[0] = 1);
        return new WeakReference<>(data);
    }

    @Test
    void call_noTimer_failsAndTheNextOneIsWatched() {
        BreakerTime broken = new BreakerTime();
        CircuitBreaker breaker = CircuitBreaker.builder("no timer").time(broken).build();
        IllegalStateException noThread = new IllegalStateException("no thread");
        broken.failNextSchedule(noThread);
        assertThatThrownBy(() -> breaker.run(() -> {})).isSameAs(noThread);
        breaker.run(() -> broken.virtual.advance(LIMIT.plus(LOOK)));
        assertThat(breaker.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void breaker_1_ofACallAndItsLimitExactlyOneCounts() throws Exception {
        AtomicInteger counted = new AtomicInteger();
        InFlightCalls[] calls = new InFlightCalls[1];
        long[] ticket = new long[1];
        Runnable prepare = () -> {
            counted.set(0);
            calls[0] = new InFlightCalls();
            ticket[0] = calls[0].begin();
            calls[0].look(1, counted::incrementAndGet);
        };
        prepare.run();
        List<Integer> wrong = new ArrayList<>();
        boolean[] first = new boolean[2];
        raceTwo(
                () -> {
                    if (calls[0].end(ticket[0])) {
                        counted.incrementAndGet();
                        first[0] = true;
                    }
                },
                () -> calls[0].look(1, () -> {
                    counted.incrementAndGet();
                    first[1] = true;
                }),
                () -> {
                    if (counted.get() != 1) {
                        wrong.add(counted.get());
                    }
                    prepare.run();
                });
        assertThat(wrong).isEmpty();
        assertThat(first).as("each of the two was first at times").containsOnly(true);
    }

    @Test
    void breaker_1_throughTheBreakerExactlyOneCountsToo() throws Exception {
        CircuitBreaker breaker = unlimitedRow();
        long[] before = new long[1];
        List<Long> wrong = new ArrayList<>();
        CyclicBarrier inside = new CyclicBarrier(2);
        raceTwo(
                () -> assertThatThrownBy(() -> breaker.run(() -> {
                            await(inside);
                            throw new Calls.Broken();
                        }))
                        .isInstanceOf(Calls.Broken.class),
                () -> {
                    await(inside);
                    time.advance(LIMIT.plus(LOOK));
                },
                () -> {
                    long now = breaker.snapshot().failures();
                    if (now != before[0] + 1) {
                        wrong.add(now - before[0]);
                    }
                    before[0] = now;
                });
        assertThat(wrong).isEmpty();
    }

    /** A call that begins while the table is let go of is watched all the same. */
    @Test
    void breaker_1_aCallThatBeginsWhileTheTableIsLetGoOfIsWatched() throws Exception {
        CircuitBreaker breaker = unlimitedRow();
        CyclicBarrier looked = new CyclicBarrier(2);
        List<Long> wrong = new ArrayList<>();
        long[] before = new long[1];
        breaker.run(() -> {});
        raceTwo(
                () -> breaker.run(() -> await(looked)),
                () -> {
                    time.advance(LOOK); // the last look at the calls before, or the first at this one
                    awaitAfter(looked, () -> time.advance(LIMIT.plus(LOOK).plus(LOOK)));
                },
                () -> {
                    long now = breaker.snapshot().failures();
                    if (now != before[0] + 1) {
                        wrong.add(now - before[0]);
                    }
                    before[0] = now;
                    time.advance(LOOK);
                    breaker.run(() -> {});
                });
        assertThat(wrong).isEmpty();
    }

    private static void awaitAfter(CyclicBarrier barrier, Runnable first) {
        while (barrier.getNumberWaiting() == 0) {
            Thread.onSpinWait();
        }
        first.run();
        await(barrier);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void raceTwo(Runnable one, Runnable other, Runnable after) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        CyclicBarrier end = new CyclicBarrier(2, after);
        List<Future<?>> both = new ArrayList<>();
        for (Runnable each : List.of(one, other)) {
            both.add(threads.submit((Callable<Void>) () -> {
                for (int i = 0; i < ROUNDS / 4; i++) {
                    await(start);
                    each.run();
                    await(end);
                }
                return null;
            }));
        }
        for (Future<?> each : both) {
            each.get(100, TimeUnit.SECONDS);
        }
    }
}
