package dev.reliability.limit;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.mutex.ScriptedTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Races in the queue of a rate limiter, at scripted checkpoints. One permit each 100 ms, and none there. */
class RateQueueTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long INTERVAL = 100 * MILLISECOND;
    private static final long HOUR = 3_600_000 * MILLISECOND;

    // The checkpoints of a thread that waits once.
    private static final int BEFORE_LOOKING = 2;
    private static final int BEFORE_GIVING_UP = 3;

    private final ScriptedTime time = new ScriptedTime();
    private final Gcra rate = new Gcra(time, INTERVAL, 1);
    private final RateQueue queue = new RateQueue(time, rate);

    {
        assertThat(queue.tryTake(1)).isEqualTo(Gcra.TAKEN);
    }

    @AfterEach
    void leaveNothing() {
        assertThat(queue.size()).isZero();
    }

    private CompletableFuture<Long> waiter(String name, long limitNanos) {
        long start = time.virtual.nanoTime();
        return time.fork(name, () -> queue.take(1, start, limitNanos));
    }

    private void awaitParkedAgain() {
        try {
            time.virtual.awaitParked(1, SOON);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void advance(long nanos) {
        time.virtual.advance(Duration.ofNanos(nanos));
    }

    /** A caller that found the queue empty takes the permit only now: the waiter goes on waiting if it still fits. */
    @Test
    void limit_3_aWaitThatBecameLongerGoesOnIfItFits() throws Exception {
        CompletableFuture<Long> waiter = waiter("waiter", 2 * INTERVAL);
        time.virtual.awaitParked(1, SOON);
        time.atCheckpoint("waiter", BEFORE_LOOKING, () -> rate.tryTake(1));

        advance(INTERVAL);
        time.virtual.awaitParked(1, SOON);
        advance(INTERVAL);

        assertThat(waiter).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
    }

    @Test
    void limit_3_aWaitThatDoesNotFitAnyMoreEndsAtOnce() throws Exception {
        CompletableFuture<Long> waiter = waiter("waiter", 2 * INTERVAL - 1);
        time.virtual.awaitParked(1, SOON);
        time.atCheckpoint("waiter", BEFORE_LOOKING, () -> rate.tryTake(1));

        advance(INTERVAL);

        assertThat(waiter).succeedsWithin(SOON).isEqualTo(INTERVAL);
    }

    @Test
    void limit_3_interruptedJustAsThePermitIsThereItHasThePermit() throws Exception {
        boolean[] flag = new boolean[1];
        long start = time.virtual.nanoTime();
        CompletableFuture<Long> waiter = time.fork("waiter", () -> {
            long wait = queue.take(1, start, HOUR);
            flag[0] = Thread.currentThread().isInterrupted();
            return wait;
        });
        time.virtual.awaitParked(1, SOON);
        time.atCheckpoint("waiter", BEFORE_LOOKING, () -> Thread.currentThread().interrupt());

        advance(INTERVAL);

        assertThat(waiter).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
        assertThat(flag[0]).isTrue();
        assertThat(queue.tryTake(1)).isEqualTo(INTERVAL);
    }

    /** Interrupted, and while it is about to give up the permit comes: it takes nothing, and the next one has it. */
    @Test
    void limit_3_aPermitThatComesWhileTheFirstGivesUpGoesToTheNext() throws Exception {
        Thread[] thread = new Thread[1];
        long start = time.virtual.nanoTime();
        CompletableFuture<Long> first = time.fork("first", () -> {
            thread[0] = Thread.currentThread();
            return queue.take(1, start, HOUR);
        });
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Long> second = waiter("second", HOUR);
        time.virtual.awaitParked(2, SOON);
        time.atCheckpoint("first", BEFORE_GIVING_UP, () -> advance(INTERVAL));

        thread[0].interrupt();

        assertThat(first).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(InterruptedException.class);
        assertThat(second).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
    }

    /** What is there is enough for both, but the first is slow to take its part: the second looks, and goes on waiting. */
    @Test
    void limit_3_whoIsNotFirstTakesNothingEvenIfThereIsEnough() throws Exception {
        Gcra bursty = new Gcra(time, INTERVAL, 4);
        RateQueue line = new RateQueue(time, bursty);
        assertThat(line.tryTake(4)).isEqualTo(Gcra.TAKEN);
        long start = time.virtual.nanoTime();
        CompletableFuture<Long> first = time.fork("first", () -> line.take(1, start, HOUR));
        time.virtual.awaitParked(1, SOON);
        Thread[] thread = new Thread[1];
        CompletableFuture<Long> second = time.fork("second", () -> {
            thread[0] = Thread.currentThread();
            return line.take(1, start, HOUR);
        });
        time.virtual.awaitParked(2, SOON);
        time.atCheckpoint("first", BEFORE_LOOKING, () -> {
            advance(INTERVAL);
            time.unpark(thread[0]);
            awaitParkedAgain();
            assertThat(second).isNotDone();
        });

        advance(INTERVAL);

        assertThat(first).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
        assertThat(second).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
        assertThat(line.size()).isZero();
        assertThat(bursty.available(time.virtual.nanoTime())).isZero();
    }

    /** The first leaves after the second has looked and before it parks: the second must not sleep for its own limit. */
    @Test
    void limit_3_whoBecomesFirstBeforeParkingHearsOfIt() throws Exception {
        CompletableFuture<Long> first = waiter("first", HOUR);
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Long> second = waiter("second", HOUR);
        time.virtual.awaitParked(2, SOON);
        time.holdBackUnparks();

        advance(INTERVAL);
        assertThat(first).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
        advance(INTERVAL);
        assertThat(second).isNotDone();
        time.deliverUnparks();

        assertThat(second).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
    }

    @Test
    void limit_1_aCallerWithAnOldReadingOfTheClockTakesNothingThatIsNotThere() {
        long old = time.virtual.nanoTime();
        advance(INTERVAL);
        assertThat(rate.tryTakeAt(old, 1)).isEqualTo(INTERVAL);
        assertThat(rate.tryTakeAt(time.virtual.nanoTime(), 1)).isEqualTo(Gcra.TAKEN);
        assertThat(rate.tryTakeAt(old, 1)).isEqualTo(2 * INTERVAL);
        assertThat(rate.available(old)).isZero();
    }

    /** Many that join, time out together and leave from all places: linear, and nobody is left. */
    @Test
    void limit_3_manyWaitersThatTimeOutLeaveNothing() throws Exception {
        CompletableFuture<Long> holder = waiter("first", HOUR);
        time.virtual.awaitParked(1, SOON);
        Waiter[] waiters = new Waiter[100_000];
        for (int i = 0; i < waiters.length; i++) {
            waiters[i] = new Waiter(1, null);
            queue.join(waiters[i], time.virtual.nanoTime(), Long.MAX_VALUE);
        }
        assertThat(queue.size()).isEqualTo(waiters.length + 1);
        for (int i = waiters.length - 1; i >= 0; i -= 2) {
            assertThat(queue.abandon(waiters[i])).isTrue();
        }
        for (int i = 0; i < waiters.length; i += 2) {
            assertThat(queue.abandon(waiters[i])).isTrue();
        }
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.waitNanos(time.virtual.nanoTime(), 1)).isEqualTo(2 * INTERVAL);

        advance(INTERVAL);
        assertThat(holder).succeedsWithin(SOON).isEqualTo(Gcra.TAKEN);
    }
}
