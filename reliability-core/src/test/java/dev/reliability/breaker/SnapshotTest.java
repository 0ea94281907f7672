package dev.reliability.breaker;

import static dev.reliability.breaker.Calls.fail;
import static dev.reliability.breaker.Calls.refused;
import static dev.reliability.breaker.Calls.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.Snapshot;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a breaker counts, and what a snapshot shows of it. */
class SnapshotTest {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 20_000);

    private final VirtualTime time = VirtualTime.manual();

    private CircuitBreakerBuilder builder() {
        return CircuitBreaker.builder("counted").time(time).counting();
    }

    @Test
    void breaker_15_everyOutcomeIsCountedOnce() {
        CircuitBreaker breaker = builder().build();
        for (int i = 0; i < 7; i++) {
            succeed(breaker);
        }
        fail(breaker, new CancellationException());
        for (int i = 0; i < 5; i++) {
            fail(breaker);
        }
        refused(breaker);
        refused(breaker);
        time.advance(Duration.ofSeconds(60));
        succeed(breaker);
        fail(breaker, new CancellationException());
        succeed(breaker);
        succeed(breaker);
        assertThat(breaker.snapshot())
                .isEqualTo(new Snapshot(
                        "counted", State.CLOSED, ManualOverride.NONE, 0, 0, 0, OptionalLong.of(10), 5, 2, 2, 3));
        assertThat(breaker.snapshot().calls()).hasValue(17);
    }

    @Test
    void breaker_15_withoutCountingSuccessesAndCallsAreNotTold() {
        CircuitBreaker breaker = CircuitBreaker.of("plain");
        succeed(breaker);
        fail(breaker);
        assertThat(breaker.snapshot().successes()).isEmpty();
        assertThat(breaker.snapshot().calls()).isEmpty();
        assertThat(breaker.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void breaker_15_lateResultsAndThoseUnderAnOverrideCountNothing() {
        CircuitBreaker breaker = builder().build();
        Permit[] late = {breaker.acquire(), breaker.acquire(), breaker.acquire()};
        breaker.disable();
        late[0].success();
        late[1].failure();
        late[2].close();
        succeed(breaker);
        fail(breaker);
        assertThat(breaker.snapshot().calls()).hasValue(0);
    }

    @Test
    void breaker_15_aLateProbeCountsNothing() {
        CircuitBreaker breaker = builder()
                .probes(3)
                .successThreshold(9)
                .withoutCallLimit()
                .initialState(State.HALF_OPEN)
                .build();
        Permit success = breaker.acquire();
        Permit neutral = breaker.acquire();
        fail(breaker);
        success.success();
        neutral.close();
        assertThat(breaker.snapshot().calls()).hasValue(1);
        time.advance(Duration.ofSeconds(60));
        Permit lapsed = breaker.acquire();
        time.advance(Duration.ofSeconds(31));
        lapsed.close();
        assertThat(breaker.snapshot().ignored()).isZero();
        assertThat(breaker.snapshot().failures()).isEqualTo(2);
    }

    @Test
    void breaker_15_theSuccessThatOpensCounts() {
        CircuitBreaker breaker = builder()
                .tripCondition(TripCondition.failureRate(0.5).overCalls(4).minimumCalls(2))
                .build();
        fail(breaker);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.snapshot().successes()).hasValue(1);
        assertThat(breaker.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void breaker_15_theWindowShowsThroughAnOverride() {
        CircuitBreaker breaker = builder()
                .tripCondition(TripCondition.failureRate(1).overCalls(4).minimumCalls(4))
                .build();
        fail(breaker);
        succeed(breaker);
        breaker.isolate();
        assertThat(breaker.snapshot().windowCalls()).isEqualTo(2);
        assertThat(breaker.snapshot().windowHits()).isEqualTo(1);
        assertThat(breaker)
                .hasToString(
                        "CircuitBreaker[\"counted\" ISOLATED, otherwise CLOSED, 1 of 2 calls, opens at failure rate 1 over 4"
                                + " calls, at least 4 calls]");
    }

    @Test
    void breaker_15_underLoadNoSnapshotContradictsItselfAndInTheEndAllIsExact() throws Exception {
        for (TripCondition condition : List.of(
                TripCondition.consecutiveFailures(5),
                TripCondition.failureRate(0.5).overCalls(20).minimumCalls(5),
                TripCondition.failureRate(0.5).overTime(Duration.ofSeconds(1)).minimumCalls(5))) {
            underLoad(builder()
                    .tripCondition(condition)
                    .openFor(Duration.ZERO)
                    .probes(2)
                    .withoutCallLimit()
                    .build());
        }
    }

    private static void underLoad(CircuitBreaker breaker) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Queue<Object> wrong = new ConcurrentLinkedQueue<>();
        AtomicLong refused = new AtomicLong();
        AtomicLong made = new AtomicLong();
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int thread = t;
            all.add(threads.submit(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    Permit permit = breaker.tryAcquire();
                    if (permit == null) {
                        refused.incrementAndGet();
                    } else {
                        made.incrementAndGet();
                        end(permit, (i / 10 + thread) % 3 + i % 2);
                    }
                }
            }));
        }
        Future<?> observer = threads.submit(() -> {
            Snapshot before = breaker.snapshot();
            while (!all.stream().allMatch(Future::isDone)) {
                Snapshot now = breaker.snapshot();
                contradiction(before, now, wrong);
                before = now;
            }
        });
        for (Future<?> one : all) {
            one.get(100, TimeUnit.SECONDS);
        }
        observer.get(100, TimeUnit.SECONDS);
        threads.shutdown();
        assertThat(wrong).isEmpty();
        Snapshot end = breaker.snapshot();
        assertThat(end.rejections()).isEqualTo(refused.get());
        assertThat(end.calls().orElseThrow()).isBetween(1L, made.get());
        assertThat(end.transitions()).isPositive();
    }

    private static void contradiction(Snapshot before, Snapshot now, Queue<Object> wrong) {
        long successes = now.successes().orElseThrow();
        boolean fine = successes >= 0
                && now.windowHits() <= now.windowCalls()
                && now.windowHits() <= now.failures()
                && now.windowCalls() <= now.calls().orElseThrow()
                && now.consecutiveFailures() <= now.failures()
                && now.calls().orElseThrow() == successes + now.failures() + now.ignored()
                && now.transitions() >= before.transitions()
                && now.rejections() >= before.rejections()
                && (now.transitions() != before.transitions() || now.state() == before.state())
                && (now.state() == State.CLOSED || now.windowCalls() + now.consecutiveFailures() == 0)
                && (now.state() == State.CLOSED || now.transitions() > 0);
        if (!fine) {
            wrong.add(before + " then " + now);
        }
    }

    private static void end(Permit permit, int how) {
        switch (how) {
            case 0 -> permit.success();
            case 3 -> permit.ignore();
            default -> permit.failure();
        }
    }

    @Test
    void breaker_15_underLoadWithoutTransitionsAllCountsAreExact() throws Exception {
        CircuitBreaker breaker = builder()
                .tripCondition(TripCondition.failureRate(1).overCalls(10_000).minimumCalls(10_000))
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            all.add(threads.submit(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    switch (i % 4) {
                        case 0 -> Calls.failOrBeRefused(breaker, new Calls.Broken());
                        case 1 -> Calls.failOrBeRefused(breaker, new CancellationException());
                        default -> breaker.run(() -> {});
                    }
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(100, TimeUnit.SECONDS);
        }
        threads.shutdown();
        Snapshot end = breaker.snapshot();
        assertThat(end.failures()).isEqualTo(ROUNDS);
        assertThat(end.ignored()).isEqualTo(ROUNDS);
        assertThat(end.successes()).hasValue(2L * ROUNDS);
        assertThat(end.calls()).hasValue(4L * ROUNDS);
        Calls.nothingIsLeft(time);
    }

    /** Each transition looks whether its period is still current after the place where another may come between. */
    @Test
    void breaker_13_aTransitionThatIsOvertakenChangesNothing() {
        BreakerTime scripted = new BreakerTime();
        CircuitBreaker breaker = CircuitBreaker.builder("overtaken")
                .consecutiveFailures(1)
                .successThreshold(1)
                .withoutCallLimit()
                .time(scripted)
                .build();
        Permit failing = breaker.acquire();
        scripted.atNextCheckpoint(() -> scripted.atNextCheckpoint(breaker::reset)); // past that of the permit
        failing.failure();
        assertThat(breaker.state()).as("opening").isEqualTo(State.CLOSED);

        fail(breaker);
        scripted.virtual.advance(Duration.ofSeconds(60));
        scripted.atNextCheckpoint(breaker::reset);
        succeed(breaker);
        assertThat(breaker.state()).as("going half-open").isEqualTo(State.CLOSED);

        fail(breaker);
        scripted.virtual.advance(Duration.ofSeconds(60));
        Permit probe = breaker.acquire();
        scripted.atNextCheckpoint(() -> scripted.atNextCheckpoint(breaker::isolate));
        probe.success();
        assertThat(breaker.state()).as("closing").isEqualTo(State.HALF_OPEN);

        scripted.atNextCheckpoint(breaker::disable);
        breaker.endOverride();
        assertThat(breaker.snapshot().override())
                .as("ending the override that came between")
                .isEqualTo(ManualOverride.NONE);
        scripted.atNextCheckpoint(breaker::reset);
        breaker.isolate();
        assertThat(breaker.state()).as("overriding").isEqualTo(State.CLOSED);
        assertThat(breaker.snapshot().override()).isEqualTo(ManualOverride.ISOLATED);
        scripted.atNextCheckpoint(breaker::endOverride);
        breaker.reset();
        assertThat(breaker.snapshot().override()).isEqualTo(ManualOverride.NONE);
    }
}
