package dev.reliability.mutex;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.base.BrokenLayer;
import dev.reliability.time.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens between two steps of an acquire: before it joins, while it schedules, and when there is no timer. */
class MutexEdgesTest {
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(1);

    // The checkpoint of a thread that waits once and then gives up.
    private static final int BEFORE_GIVING_UP = 3;

    private final IllegalStateException noTimer = new IllegalStateException("no timer");
    private final ScriptedTime time = new ScriptedTime();
    private final Queue<Runnable> continuations = new ArrayDeque<>();
    private final List<Object> events = new ArrayList<>();
    private final TimedMutex mutex = builder().build();
    private final TimedMutex watched = builder().reportHolds(LONG, events::add).build();
    private final KeyedMutex<String> keyed = builder().buildKeyed();
    private final KeyedMutex<String> keyedAndWatched =
            builder().reportHolds(LONG, events::add).buildKeyed();

    private TimedMutex.Builder builder() {
        return TimedMutex.builder("edge", WAIT).time(time).executor(continuations::add);
    }

    @AfterEach
    void leaveNothing() {
        assertThat(continuations).isEmpty();
        assertThat(time.virtual.pendingAlarms()).isZero();
        assertThat(keyed.keptKeys()).isZero();
        assertThat(keyedAndWatched.keptKeys()).isZero();
        for (TimedMutex each : List.of(mutex, watched)) {
            assertThat(each.isHeld()).isFalse();
            assertThat(each.snapshot().waiting()).isZero();
        }
    }

    private void runContinuations() {
        for (Runnable next = continuations.poll(); next != null; next = continuations.poll()) {
            next.run();
        }
    }

    private void atNextCheckpoint(Runnable action) {
        time.atCheckpoint(Thread.currentThread().getName(), 1, action);
    }

    private void withoutTimer() {
        time.beforeScheduling(() -> {
            throw noTimer;
        });
    }

    @Test
    void mutex_14_freedBeforeAnAsyncAcquireJoined_itIsTaken() throws Exception {
        atNextCheckpoint(mutex.acquire()::close);
        CompletableFuture<Hold> acquire = mutex.acquireAsync();
        assertThat(acquire).isCompleted();
        acquire.join().close();
    }

    @Test
    void mutex_14_grantedBeforeItsLimitWasScheduled_noAlarmIsKept() throws Exception {
        time.beforeSchedulingOnce(mutex.acquire()::close);
        CompletableFuture<Hold> acquire = mutex.acquireAsync();
        assertThat(time.virtual.pendingAlarms()).isZero();
        runContinuations();
        acquire.join().close();
    }

    @Test
    void mutex_14_withoutATimer_anAsyncAcquireFailsAndLeaves() throws Exception {
        Hold hold = mutex.acquire();
        Hold ofKey = keyed.acquire("key");
        withoutTimer();
        assertThat(mutex.acquireAsync()).failsWithin(SOON).withThrowableThat().withCause(noTimer);
        assertThat(keyed.acquireAsync("key", WAIT))
                .failsWithin(SOON)
                .withThrowableThat()
                .withCause(noTimer);
        hold.close();
        ofKey.close();
    }

    @Test
    void mutex_10_aHoldThatCannotBeWatchedIsNoHold() {
        withoutTimer();
        assertThatThrownBy(watched::acquire).isSameAs(noTimer);
        assertThatThrownBy(() -> watched.call(() -> "value")).isSameAs(noTimer);
        assertThat(watched.callAsync(() -> CompletableFuture.completedFuture("value")))
                .failsWithin(SOON)
                .withThrowableThat()
                .withCause(noTimer);
        assertThat(keyedAndWatched.policy("key").callAsync(() -> CompletableFuture.completedFuture("value")))
                .failsWithin(SOON)
                .withThrowableThat()
                .withCause(noTimer);
    }

    @Test
    void mutex_10_whatIsGrantedAndCannotBeWatchedIsGivenBack() throws Exception {
        Hold first = keyedAndWatched.acquire("key");
        CompletableFuture<Hold> second = keyedAndWatched.acquireAsync("key", WAIT);
        first.close();
        withoutTimer();
        runContinuations();
        assertThat(second).failsWithin(SOON).withThrowableThat().withCause(noTimer);
        time.beforeScheduling(null);
        keyedAndWatched.acquire("key").close();
    }

    @Test
    void mutex_15_whoIsRefusedAtOnceKeepsNoKey() throws Exception {
        Hold hold = keyed.acquire("key");
        assertThat(keyed.acquireAsync("key", Duration.ZERO)).isCompletedExceptionally();
        hold.close();
    }

    @Test
    void mutex_15_everyWayInHoldsTheMutexOfTheKey() throws Exception {
        assertThat(keyed.call("key", () -> keyed.snapshot("key").held())).isEqualTo(true);
        Deadline deadline = Deadline.after(WAIT, time);
        for (Hold hold : List.of(keyed.acquire("a"), keyed.acquire("b", WAIT), keyed.acquire("c", deadline))) {
            assertThat(hold).hasToString("Hold[open]");
            hold.close();
            assertThat(hold).hasToString("Hold[closed]");
        }
    }

    @Test
    void mutex_16_aCallCancelledBeforeItsGrantIsDelivered_givesItBack() throws Exception {
        Hold first = mutex.acquire();
        CompletableFuture<String> call = mutex.callAsync(() -> {
            events.add("ran");
            return new CompletableFuture<>();
        });
        first.close();
        assertThat(call.cancel(true)).isTrue();
        runContinuations();
        assertThat(events).isEmpty();
    }

    @Test
    void mutex_16_aPolicyInsideThatCannotBegin_holdsNothing() {
        StackOverflowError failure = new StackOverflowError();
        CompletableFuture<String> call =
                mutex.around(new BrokenLayer(failure)).callAsync(() -> CompletableFuture.completedFuture("value"));
        assertThat(call).failsWithin(SOON).withThrowableThat().withCause(failure);
    }

    @Test
    void mutex_16_aStageThatHasEndedIsHandedOn() {
        assertThat(mutex.callAsync(() -> CompletableFuture.completedFuture("value")))
                .isCompletedWithValue("value");
    }

    /** The first waiter, a thread, gives up just as the mutex became free for it; the next one cannot look for itself. */
    @Test
    void mutex_3_aThreadThatGivesUpAFreeMutexHasItTakenForAnAsyncAcquire() throws Exception {
        Hold hold = mutex.acquire();
        time.atCheckpoint("first", BEFORE_GIVING_UP, hold::close);
        CompletableFuture<Hold> first = time.fork("first", () -> mutex.acquire(Duration.ofNanos(1)));
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Hold> second = mutex.acquireAsync();

        time.virtual.advance(Duration.ofNanos(1));

        assertThat(first).failsWithin(SOON);
        runContinuations();
        assertThat(second).isCompleted();
        second.join().close();
    }

    @Test
    void mutex_3_theLastWaiterLeavesDuringARelease_theMutexIsFree() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Hold> waiter = mutex.acquireAsync();
        time.atCheckpoint(
                Thread.currentThread().getName(),
                2,
                () -> assertThat(waiter.cancel(true)).isTrue());
        hold.close();
        assertThat(waiter).isCancelled();
        assertThat(mutex.isHeld()).isFalse();
    }

    /** Two wait in one queue while the mutex is handed over: each has its own hold, and each number is a new one. */
    @Test
    void mutex_6_everyHandOverMakesANewHold() throws Exception {
        Hold first = mutex.acquire();
        CompletableFuture<Hold> second = mutex.acquireAsync();
        CompletableFuture<Hold> third = mutex.acquireAsync();
        first.close();
        runContinuations();
        first.close();
        assertThat(second.join()).hasToString("Hold[open]");
        second.join().close();
        runContinuations();
        second.join().close();
        assertThat(third.join()).hasToString("Hold[open]");
        third.join().close();
    }
}
