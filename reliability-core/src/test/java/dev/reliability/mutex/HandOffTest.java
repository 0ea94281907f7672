package dev.reliability.mutex;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Who gets the mutex next: overtaking and its bound, order, and the races between a release and giving up. */
class HandOffTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LIMIT = Duration.ofMillis(1);

    // The checkpoints of a thread that waits once and then gives up.
    private static final int BEFORE_JOINING = 1;
    private static final int BEFORE_LOOKING = 2;
    private static final int BEFORE_GIVING_UP = 3;

    private final ScriptedTime time = new ScriptedTime();

    {
        time.virtual.startingAt(Long.MAX_VALUE - 500_000); // the counter wraps before the first waiter starves
    }

    private final TimedMutex mutex =
            TimedMutex.builder("barging", HOUR).time(time).build();
    private final TimedMutex fair =
            TimedMutex.builder("fair", HOUR).fair(true).time(time).build();

    @Test
    void mutex_8_beforeTheLimitWhoArrivesMayOvertake() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Hold> waiter = time.fork("waiter", mutex::acquire);
        time.virtual.awaitParked(1, SOON);
        time.holdBackUnparks();

        time.virtual.advance(LIMIT.minusNanos(1));
        hold.close();

        assertThat(mutex.isHeld()).isFalse();
        Hold overtaker = mutex.tryAcquire();
        assertThat(overtaker).isNotNull();
        overtaker.close();
        time.deliverUnparks();
        assertThat(waiter).succeedsWithin(SOON).satisfies(Hold::close);
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_8_pastTheLimitTheFirstReleaseHandsOver() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Hold> waiter = time.fork("waiter", mutex::acquire);
        time.virtual.awaitParked(1, SOON);
        time.holdBackUnparks();
        hold.close();
        Hold overtaker = mutex.tryAcquire();
        time.virtual.advance(LIMIT);

        overtaker.close();

        assertThat(mutex.isHeld()).isTrue();
        assertThat(mutex.tryAcquire()).isNull();
        time.deliverUnparks();
        assertThat(waiter).succeedsWithin(SOON).satisfies(Hold::close);
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_8_aReleaseByACallHandsOverToo() throws Exception {
        List<CompletableFuture<Hold>> waiter = new ArrayList<>();
        mutex.callInterruptibly(() -> {
            waiter.add(time.fork("waiter", mutex::acquire));
            time.virtual.awaitParked(1, SOON);
            time.holdBackUnparks();
            time.virtual.advance(LIMIT);
            return null;
        });

        assertThat(mutex.tryAcquire()).isNull();
        time.deliverUnparks();
        assertThat(waiter.get(0)).succeedsWithin(SOON).satisfies(Hold::close);
    }

    @Test
    void mutex_8_aWaiterBehindOneThatGaveUpKeepsItsOwnPatience() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Hold> first = time.fork("first", () -> mutex.acquire(Duration.ofNanos(900_000)));
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(Duration.ofNanos(500_000));
        CompletableFuture<Hold> second = time.fork("second", mutex::acquire);
        time.virtual.awaitParked(2, SOON);
        time.virtual.advance(Duration.ofNanos(600_000));
        assertThat(first).failsWithin(SOON);
        time.holdBackUnparks();

        hold.close(); // the second has waited 0.6 ms

        Hold overtaker = mutex.tryAcquire();
        assertThat(overtaker).isNotNull();
        time.virtual.advance(Duration.ofNanos(400_000));
        overtaker.close();
        assertThat(mutex.tryAcquire()).isNull();
        time.deliverUnparks();
        assertThat(second).succeedsWithin(SOON).satisfies(Hold::close);
    }

    @Test
    void mutex_8_fairAlwaysHandsOver() throws Exception {
        Hold hold = fair.acquire();
        CompletableFuture<Hold> waiter = time.fork("waiter", fair::acquire);
        time.virtual.awaitParked(1, SOON);
        time.holdBackUnparks();

        hold.close();

        assertThat(fair.tryAcquire()).isNull();
        time.deliverUnparks();
        assertThat(waiter).succeedsWithin(SOON).satisfies(Hold::close);
        assertThat(fair.isHeld()).isFalse();
    }

    @Test
    void mutex_8_waitersAreServedInTheOrderOfTheirArrival() throws Exception {
        for (TimedMutex each : List.of(mutex, fair)) {
            Hold hold = each.acquire();
            List<Integer> served = Collections.synchronizedList(new ArrayList<>());
            List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                waiters.add(time.fork(each.name() + i, () -> each.call(() -> served.add(number))));
                time.virtual.awaitParked(i + 1, SOON);
            }

            hold.close();

            assertThat(waiters).allSatisfy(waiter -> assertThat(waiter).succeedsWithin(SOON));
            assertThat(served).isSorted().hasSize(20);
        }
    }

    @Test
    void mutex_8_whoIsNotFirstTakesNothingWhileTheFirstWakesUp() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Hold> first = time.fork("first", mutex::acquire);
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Hold> second = time.fork("second", mutex::acquire);
        time.virtual.awaitParked(2, SOON);
        time.holdBackUnparks();
        hold.close();

        time.virtual.unpark(threadNamed("second")); // for no reason
        time.virtual.awaitParked(2, SOON);

        assertThat(mutex.isHeld()).isFalse();
        time.deliverUnparks();
        assertThat(first).succeedsWithin(SOON).satisfies(Hold::close);
        assertThat(second).succeedsWithin(SOON).satisfies(Hold::close);
    }

    @Test
    void mutex_3_aWaiterThatWokeInVainIsWokenAgain() throws Exception {
        TimedMutex patient = TimedMutex.builder("patient", HOUR)
                .starvationLimit(HOUR)
                .time(time)
                .build();
        Hold hold = patient.acquire();
        CompletableFuture<Hold> waiter = time.fork("waiter", patient::acquire);
        time.virtual.awaitParked(1, SOON);
        time.holdBackUnparks();
        hold.close();
        Hold overtaker = patient.tryAcquire();
        time.deliverUnparks();
        time.virtual.awaitParked(1, SOON);

        overtaker.close();

        assertThat(waiter).succeedsWithin(SOON).satisfies(Hold::close);
    }

    @Test
    void mutex_3_aSignalledWaiterThatGivesUpWakesTheNext() throws Exception {
        Hold hold = mutex.acquire();
        // The first has looked, found the mutex held and its time up, when the mutex becomes free.
        time.atCheckpoint("first", BEFORE_GIVING_UP, hold::close);
        CompletableFuture<Hold> first = time.fork("first", () -> mutex.acquire(Duration.ofNanos(1)));
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Hold> second = time.fork("second", mutex::acquire);
        time.virtual.awaitParked(2, SOON);

        time.virtual.advance(Duration.ofNanos(1));

        assertThat(first)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(MutexTimeoutException.class);
        assertThat(second).succeedsWithin(SOON).satisfies(Hold::close);
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_3_theMutexFreedWhileAWaiterJoinsIsTaken() throws Exception {
        Hold hold = mutex.acquire();
        time.atCheckpoint("waiter", BEFORE_JOINING, hold::close);

        assertThat(time.fork("waiter", mutex::acquire)).succeedsWithin(SOON).satisfies(Hold::close);

        assertThat(mutex.isHeld()).isFalse();
        assertThat(mutex.snapshot().waiting()).isZero();
    }

    @Test
    void mutex_3_theMutexFreedAtTheEndOfTheWaitIsTaken() throws Exception {
        Hold hold = mutex.acquire();
        time.atCheckpoint("waiter", BEFORE_LOOKING, hold::close);
        CompletableFuture<Hold> waiter = time.fork("waiter", () -> mutex.acquire(LIMIT));
        time.virtual.awaitParked(1, SOON);

        time.virtual.advance(LIMIT);

        assertThat(waiter).succeedsWithin(SOON).satisfies(Hold::close);
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_4_nothingIsHandedToAWaiterThatHasGivenUp() throws Exception {
        Hold hold = fair.acquire();
        CompletableFuture<Hold> waiter = time.fork("waiter", () -> fair.acquire(LIMIT));
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(LIMIT);
        assertThat(waiter).failsWithin(SOON);

        hold.close();

        assertThat(fair.isHeld()).isFalse();
    }

    @Test
    void mutex_4_aGrantThatComesWhileTheTimeRunsOutIsKept() throws Exception {
        Hold hold = fair.acquire();
        time.atCheckpoint("waiter", BEFORE_GIVING_UP, hold::close);
        CompletableFuture<Hold> waiter = time.fork("waiter", () -> fair.acquire(LIMIT));
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(LIMIT);

        assertThat(waiter).succeedsWithin(SOON).satisfies(late -> {
            assertThat(fair.isHeld()).isTrue();
            late.close();
        });
        assertThat(fair.isHeld()).isFalse();
    }

    @Test
    void mutex_5_aGrantThatComesWithAnInterruptIsKeptAndSoIsTheFlag() throws Exception {
        Hold hold = fair.acquire();
        time.atCheckpoint("waiter", BEFORE_GIVING_UP, hold::close);
        CompletableFuture<Boolean> waiter = time.fork("waiter", () -> {
            try (Hold own = fair.acquire()) {
                return own != null && fair.isHeld() && Thread.currentThread().isInterrupted();
            }
        });
        time.virtual.awaitParked(1, SOON);
        threadNamed("waiter").interrupt();

        assertThat(waiter).succeedsWithin(SOON).isEqualTo(true);
        assertThat(fair.isHeld()).isFalse();
    }

    @Test
    void mutex_5_anInterruptedAcquireHoldsNothing() throws Exception {
        Hold hold = fair.acquire();
        CompletableFuture<Hold> waiter = time.fork("waiter", fair::acquire);
        time.virtual.awaitParked(1, SOON);
        threadNamed("waiter").interrupt();
        assertThat(waiter)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(InterruptedException.class);

        hold.close();

        assertThat(fair.isHeld()).isFalse();
    }

    @Test
    void mutex_6_twoClosersOfOneHoldReleaseItOnce() throws Exception {
        Hold hold = fair.acquire();
        CompletableFuture<Hold> first = time.fork("first", fair::acquire);
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Hold> second = time.fork("second", fair::acquire);
        time.virtual.awaitParked(2, SOON);
        // The closer has read the word and seen its own number, when another one closes the same hold.
        time.atCheckpoint("closer", 1, hold::close);

        assertThat(time.fork("closer", () -> {
                    hold.close();
                    return true;
                }))
                .succeedsWithin(SOON);

        assertThat(first).succeedsWithin(SOON);
        assertThat(second).isNotDone();
        assertThat(fair.snapshot().waiting()).isEqualTo(1);
        first.get().close();
        assertThat(second).succeedsWithin(SOON).satisfies(Hold::close);
        assertThat(fair.isHeld()).isFalse();
    }

    private static Thread threadNamed(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findAny()
                .orElseThrow();
    }
}
