package dev.reliability.limit;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.base.BrokenLayer;
import dev.reliability.limit.ConcurrencyLimiter.Permit;
import dev.reliability.mutex.ScriptedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens between two steps of an acquire: before it joins, while it schedules, and when there is no timer. */
class AcquireEdgesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ScriptedTime time = new ScriptedTime();
    private final List<Object> events = new ArrayList<>();
    private final RateLimiter rate = RateLimiter.builder("rate", 10, SECOND)
            .time(time)
            .executor(Runnable::run)
            .listener(events::add)
            .build();
    private final ConcurrencyLimiter slots = ConcurrencyLimiter.builder("slots", 1)
            .maxWait(SECOND)
            .time(time)
            .executor(Runnable::run)
            .listener(events::add)
            .build();

    @AfterEach
    void leaveNothing() {
        assertThat(time.virtual.pendingAlarms()).isZero();
        assertThat(rate.snapshot().waiting()).isZero();
        assertThat(slots.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
    }

    private void atNextCheckpoint(Runnable action) {
        time.atCheckpoint(Thread.currentThread().getName(), 1, action);
    }

    @Test
    void limit_2_whatBecameFreeBeforeTheCallerJoinedIsTaken() throws Exception {
        atNextCheckpoint(slots.acquire()::close);

        slots.acquire().close();

        assertThat(events).containsExactly(new LimitEvent.Waited("slots", Duration.ZERO));
    }

    @Test
    void limit_2_whatBecameFreeBeforeAnAsyncAcquireJoinedIsTaken() throws Exception {
        atNextCheckpoint(slots.acquire()::close);

        CompletableFuture<Permit> acquire = slots.acquireAsync();

        assertThat(acquire).isCompleted();
        acquire.join().close();
        assertThat(events).containsExactly(new LimitEvent.Waited("slots", Duration.ZERO));
    }

    @Test
    void limit_2_anAsyncAcquireTellsHowLongItWaited() throws Exception {
        Permit permit = slots.acquire();
        CompletableFuture<Permit> acquire = slots.acquireAsync();
        time.virtual.advance(INTERVAL);
        permit.close();
        acquire.join().close();
        assertThat(events).containsExactly(new LimitEvent.Waited("slots", INTERVAL));
    }

    @Test
    void limit_2_admittedBeforeItsLimitWasScheduledItKeepsNoAlarm() throws Exception {
        time.beforeSchedulingOnce(slots.acquire()::close);

        slots.acquireAsync().join().close();

        assertThat(time.virtual.pendingAlarms()).isZero();
    }

    @Test
    void limit_3_cancelledBeforeItsTurnWasScheduledItKeepsNoAlarm() throws Exception {
        rate.acquire();
        CompletableFuture<?> first = rate.acquireAsync(1, INTERVAL);
        CompletableFuture<?> second = rate.acquireAsync(1, INTERVAL.multipliedBy(2));
        time.beforeSchedulingOnce(() -> assertThat(second.cancel(true)).isTrue());

        time.virtual.advance(INTERVAL);

        assertThat(first).isCompleted();
        assertThat(time.virtual.pendingAlarms()).isZero();
    }

    @Test
    void limit_3_aCancelledAcquireThatWasFirstKeepsNoAlarm() throws Exception {
        rate.acquire();
        assertThat(rate.acquireAsync().cancel(true)).isTrue();
        assertThat(time.virtual.pendingAlarms()).isZero();
    }

    /** The first leaves while somebody is about to look for it: the next one is looked for in its place. */
    @Test
    void limit_3_whoLeavesWhileItIsServedIsPassedOver() throws Exception {
        rate.acquire();
        CompletableFuture<?> first = rate.acquireAsync();
        CompletableFuture<?> second = rate.acquireAsync();
        CompletableFuture<?> third = rate.acquireAsync();
        time.atCheckpoint(
                Thread.currentThread().getName(),
                7,
                () -> assertThat(second.cancel(true)).isTrue());

        time.virtual.advance(INTERVAL);
        assertThat(first).isCompleted();
        time.virtual.advance(INTERVAL);

        assertThat(second).isCancelled();
        assertThat(third).isCompleted();
    }

    @Test
    void limit_2_3_withoutATimerAnAsyncAcquireFailsAndLeaves() throws Exception {
        IllegalStateException noTimer = new IllegalStateException("no timer");
        Permit permit = slots.acquire();
        rate.acquire();
        time.beforeScheduling(() -> {
            throw noTimer;
        });

        assertThat(slots.acquireAsync()).failsWithin(SOON).withThrowableThat().withCause(noTimer);
        assertThat(rate.acquireAsync()).failsWithin(SOON).withThrowableThat().withCause(noTimer);
        assertThat(slots.snapshot().waiting()).isZero();

        time.beforeScheduling(null);
        permit.close();
        slots.acquire().close();
        time.virtual.advance(INTERVAL);
        assertThat(rate.tryAcquire()).isTrue();
    }

    @Test
    void limit_3_aWaitThatDoesNotFitWhenItComesToJoinIsRefused() throws Exception {
        RateQueue queue = new RateQueue(time, new Gcra(time, 1_000, 1));
        assertThat(queue.tryTake(1)).isEqualTo(Gcra.TAKEN);
        long start = time.virtual.nanoTime();
        assertThat(queue.take(1, start, 999)).isEqualTo(1_000);
        assertThat(queue.size()).isZero();
    }

    /** It is not the first, is woken for nothing, and finds that its wait does not fit any more. */
    @Test
    void limit_3_whoIsNotFirstGivesUpAsSoonAsItsWaitDoesNotFit() throws Exception {
        long interval = INTERVAL.toNanos();
        Gcra tokens = new Gcra(time, interval, 1);
        RateQueue queue = new RateQueue(time, tokens);
        assertThat(queue.tryTake(1)).isEqualTo(Gcra.TAKEN);
        long start = time.virtual.nanoTime();
        CompletableFuture<Long> first = time.fork("first", () -> queue.take(1, start, 10 * interval));
        time.virtual.awaitParked(1, SOON);
        Thread[] thread = new Thread[1];
        CompletableFuture<Long> second = time.fork("second", () -> {
            thread[0] = Thread.currentThread();
            return queue.take(1, start, 2 * interval);
        });
        time.virtual.awaitParked(2, SOON);
        time.atCheckpoint("first", 2, () -> {
            assertThat(tokens.tryTakeAt(time.virtual.nanoTime(), 1)).isEqualTo(Gcra.TAKEN);
            time.unpark(thread[0]);
            assertThat(second).succeedsWithin(SOON).isEqualTo(2 * interval);
        });

        time.virtual.advance(INTERVAL);
        assertThat(second).succeedsWithin(SOON);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(INTERVAL);

        assertThat(first).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
    }

    @Test
    void limit_3_whoHasLeftCannotLeaveAgain() {
        RateQueue queue = new RateQueue(time, new Gcra(time, 1_000, 1));
        Waiter waiter = new Waiter(1, null);
        assertThat(queue.join(waiter, time.virtual.nanoTime(), SECOND.toNanos()))
                .isEqualTo(Waiter.State.WAITING);
        assertThat(queue.abandon(waiter)).isTrue();
        assertThat(queue.abandon(waiter)).isFalse();
    }

    @Test
    void limit_2_aPolicyInsideThatCannotBeginHoldsNoPermit() {
        StackOverflowError failure = new StackOverflowError();
        CompletableFuture<String> call =
                slots.around(new BrokenLayer(failure)).callAsync(() -> CompletableFuture.completedFuture("value"));
        assertThat(call).failsWithin(SOON).withThrowableThat().withCause(failure);
        assertThat(slots.snapshot().inFlight()).isZero();
    }

    @Test
    void limit_2_anAsyncCallThatHasEndedGivesItsValue() {
        assertThat(slots.callAsync(() -> CompletableFuture.completedFuture("value")))
                .isCompletedWithValue("value");
    }
}
