package dev.reliability.mutex;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.Policy;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimedMutexTest {
    private static final Duration WAIT = Duration.ofMillis(200);

    private final ScriptedTime time = new ScriptedTime();
    private final TimedMutex mutex =
            TimedMutex.builder("drain:orders", WAIT).time(time).build();

    @AfterEach
    void leaveNothing() {
        assertThat(Thread.interrupted()).isFalse();
        assertThat(mutex.isHeld()).isFalse();
        assertThat(mutex.snapshot().waiting()).isZero();
    }

    @Test
    void mutex_1_aHeldMutexIsNotAcquired() throws Exception {
        Hold hold = mutex.acquire();

        assertThat(mutex.tryAcquire()).isNull();
        assertThatExceptionOfType(MutexTimeoutException.class).isThrownBy(() -> mutex.acquire(Duration.ZERO));

        hold.close();
        try (Hold next = mutex.tryAcquire()) {
            assertThat(next).isNotNull();
        }
    }

    @Test
    void mutex_2_theWholeWaitCountsNotEachWakeUp() throws Exception {
        Hold hold = mutex.acquire();
        Thread[] waiter = new Thread[1];
        CompletableFuture<Hold> outcome = time.fork("waiter", () -> {
            waiter[0] = Thread.currentThread();
            return mutex.acquire();
        });
        time.virtual.awaitParked(1, SOON);

        time.virtual.advance(Duration.ofMillis(150));
        time.unpark(waiter[0]);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(Duration.ofMillis(50));

        MutexTimeoutException timeout = timeoutOf(outcome);
        assertThat(timeout.waited()).isEqualTo(WAIT);
        assertThat(timeout)
                .hasMessageStartingWith("mutex \"drain:orders\" not acquired within 200 ms: held by \"main\"");
        hold.close();
    }

    @Test
    void mutex_2_aWaiterWakesWhenTheMutexIsReleased() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Boolean> outcome = time.fork("waiter", this::holdBriefly);
        time.virtual.awaitParked(1, SOON);

        hold.close();

        assertThat(outcome).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void mutex_3_aWaiterThatTimesOutLeavesTheQueue() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Hold> first = time.fork("first", () -> mutex.acquire(Duration.ofMillis(1)));
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Boolean> second = time.fork("second", this::holdBriefly);
        time.virtual.awaitParked(2, SOON);

        time.virtual.advance(Duration.ofMillis(1));
        assertThat(timeoutOf(first).waiting()).isEqualTo(1);
        assertThat(mutex.snapshot().waiting()).isEqualTo(1);
        hold.close();

        assertThat(second).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void mutex_3_manyTimeoutsUnderOneLongHoldLeaveNothingBehind() throws Exception {
        VirtualTime auto = VirtualTime.autoAdvancing();
        TimedMutex busy = TimedMutex.builder("busy", WAIT).time(auto).build();
        Hold hold = busy.acquire();

        for (int i = 0; i < 10_000; i++) {
            assertThatExceptionOfType(MutexTimeoutException.class).isThrownBy(busy::acquire);
        }

        assertThat(busy.snapshot().waiting()).isZero();
        hold.close();
        assertThat(busy.isHeld()).isFalse();
    }

    @Test
    void mutex_6_aSecondCloseFreesNobodyElsesHold() throws Exception {
        Hold first = mutex.acquire();
        first.close();
        Hold second = mutex.acquire();

        first.close();

        assertThat(mutex.isHeld()).isTrue();
        assertThat(mutex.tryAcquire()).isNull();
        assertThat(first).hasToString("Hold[closed]");
        assertThat(second).hasToString("Hold[open]");
        second.close();
        second.close();
    }

    @Test
    void mutex_6_aStaleCloseTakesNothingFromACall() {
        Hold stale = mutex.tryAcquire();
        stale.close();

        mutex.run(() -> {
            stale.close();
            assertThat(mutex.isHeld()).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> mutex.run(() -> {}));
        });
    }

    @Test
    void mutex_6_aStaleCloseWakesNobodyWhoWaits() throws Exception {
        Hold stale = mutex.acquire();
        stale.close();
        Hold hold = mutex.acquire();
        CompletableFuture<Boolean> waiter = time.fork("waiter", this::holdBriefly);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(Duration.ofMillis(2));

        stale.close();

        assertThat(mutex.snapshot().waiting()).isEqualTo(1);
        assertThat(mutex.snapshot().holder()).isEqualTo("main");
        hold.close();
        assertThat(waiter).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void mutex_6_anotherThreadMayCloseAHold() throws Exception {
        Hold hold = mutex.acquire();

        assertThat(time.fork("closer", () -> {
                    hold.close();
                    return true;
                }))
                .succeedsWithin(SOON);

        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_7_zeroOrNegativeTimeIsOneTry() throws Exception {
        mutex.acquire(Duration.ZERO).close();
        mutex.acquire(Duration.ofSeconds(Long.MIN_VALUE)).close();
        Hold hold = mutex.acquire();

        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatExceptionOfType(MutexTimeoutException.class)
                    .isThrownBy(() -> mutex.acquire(none))
                    .withMessageStartingWith(
                            "mutex \"drain:orders\" not acquired at once: held by this very thread, \"main\"")
                    .satisfies(timeout -> assertThat(timeout.waited()).isZero());
        }
        hold.close();
    }

    @Test
    void mutex_7_anExpiredDeadlineIsRefusedEvenIfTheMutexIsFree() throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMillis(1), time);
        mutex.acquire(deadline).close();
        time.virtual.advance(Duration.ofMillis(1));

        assertThatExceptionOfType(MutexTimeoutException.class)
                .isThrownBy(() -> mutex.acquire(deadline))
                .withMessage(
                        "mutex \"drain:orders\" not acquired since its deadline had passed: free by now, 0 waiting")
                .satisfies(timeout -> {
                    assertThat(timeout.holder()).isNull();
                    assertThat(timeout.heldAtLeast()).isZero();
                });
    }

    @Test
    void mutex_7_aWaitEndsAtItsDeadline() throws Exception {
        Hold hold = mutex.acquire();
        Deadline deadline = Deadline.after(Duration.ofSeconds(3), time);
        CompletableFuture<Hold> outcome = time.fork("waiter", () -> mutex.acquire(deadline));
        time.virtual.awaitParked(1, SOON);

        time.virtual.advance(Duration.ofMillis(2999));
        assertThat(mutex.snapshot().waiting()).isEqualTo(1);
        time.virtual.advance(Duration.ofMillis(1));

        assertThat(timeoutOf(outcome).waited()).isEqualTo(Duration.ofSeconds(3));
        hold.close();
    }

    @Test
    void mutex_7_hugeTimesDoNotOverflow() throws Exception {
        VirtualTime late = VirtualTime.manual().startingAt(Long.MAX_VALUE - 5); // it will wrap
        TimedMutex patient = TimedMutex.builder("patient", Duration.ofSeconds(Long.MAX_VALUE))
                .starvationLimit(Duration.ofSeconds(Long.MAX_VALUE))
                .time(late)
                .build();
        Hold hold = patient.acquire();
        CompletableFuture<Hold> outcome = time.fork("waiter", patient::acquire);
        late.awaitParked(1, SOON);

        late.advance(Duration.ofDays(99 * 365));
        assertThat(patient.snapshot().waiting()).isEqualTo(1);
        hold.close();

        assertThat(outcome).succeedsWithin(SOON);
    }

    @Test
    void mutex_9_theTimeoutSaysWhoHoldsItForHowLongAndHowManyWait() throws Exception {
        Hold hold = time.fork("worker-3", mutex::acquire).get();
        List<CompletableFuture<Boolean>> others = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            others.add(time.fork("other-" + i, this::holdBriefly));
            time.virtual.awaitParked(i, SOON);
        }
        time.virtual.advance(Duration.ofMillis(3900));
        CompletableFuture<Hold> outcome = time.fork("waiter", mutex::acquire);
        time.virtual.awaitParked(8, SOON);
        time.virtual.advance(WAIT);

        MutexTimeoutException timeout = timeoutOf(outcome);
        assertThat(timeout)
                .hasMessage("mutex \"drain:orders\" not acquired within 200 ms:"
                        + " held by \"worker-3\" for at least 4.1 s, 7 waiting");
        assertThat(timeout.name()).isEqualTo("drain:orders");
        assertThat(timeout.waited()).isEqualTo(WAIT);
        assertThat(timeout.holder()).isEqualTo("worker-3");
        assertThat(timeout.heldAtLeast()).isEqualTo(Duration.ofMillis(4100));
        assertThat(timeout.waiting()).isEqualTo(7);
        assertThat(mutex)
                .hasToString("TimedMutex[\"drain:orders\", held by \"worker-3\" for at least 4.1 s, 7 waiting]");
        hold.close();
        assertThat(others).allSatisfy(other -> assertThat(other).succeedsWithin(SOON));
    }

    @Test
    void mutex_9_aHolderThatWaitedIsNamedFromTheHandOffOn() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<Hold> next = time.fork("next", () -> mutex.acquire(Duration.ofHours(1)));
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(Duration.ofSeconds(5));

        time.holdBackUnparks();
        hold.close();
        time.virtual.advance(Duration.ofSeconds(2));

        assertThat(mutex.snapshot()).isEqualTo(new TimedMutex.Snapshot(true, "next", Duration.ofSeconds(2), 0));
        time.deliverUnparks();
        next.get().close();
    }

    @Test
    void mutex_9_withTimingTheHoldIsTimedFromItsStart() throws Exception {
        TimedMutex timed =
                TimedMutex.builder("timed", WAIT).timing(true).time(time).build();
        timed.acquire().close();
        time.virtual.advance(Duration.ofSeconds(7));
        timed.run(() -> time.virtual.advance(Duration.ofSeconds(1)));
        Hold hold = timed.acquire();
        time.virtual.advance(Duration.ofSeconds(2));

        assertThatExceptionOfType(MutexTimeoutException.class)
                .isThrownBy(() -> timed.acquire(Duration.ZERO))
                .withMessageEndingWith("held by this very thread, \"main\" for 2 s, 0 waiting");
        hold.close();
        assertThat(timed).hasToString("TimedMutex[\"timed\", free, 0 waiting]");
    }

    @Test
    void mutex_9_aHoldThatNobodySawHasLastedForAnUnknownTime() {
        Hold hold = mutex.tryAcquire();
        time.virtual.advance(Duration.ofSeconds(2));

        assertThat(mutex.snapshot()).isEqualTo(new TimedMutex.Snapshot(true, "main", Duration.ZERO, 0));
        hold.close();
        assertThat(mutex.snapshot()).isEqualTo(new TimedMutex.Snapshot(false, null, Duration.ZERO, 0));
    }

    @Test
    void mutex_11_aCallInsideACallFailsAtOnceAndSaysSo() {
        mutex.run(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> mutex.run(() -> {}))
                    .withMessageContaining("mutex \"drain:orders\"")
                    .withMessageContaining("not reentrant");
            assertThatIllegalStateException().isThrownBy(mutex::acquire);
            assertThat(mutex.tryAcquire()).isNull();
            assertThat(mutex.isHeld()).isTrue();
        });
    }

    /** The task waits for the mutex on one thread, and the holder for the task on another. */
    @Test
    void mutex_11_aCallInsideACallFailsAtOnce_onTheThreadThatRunsTheTaskForTheCaller() {
        VirtualTime auto = VirtualTime.autoAdvancing();
        TimedMutex mutex = TimedMutex.builder("own", WAIT).time(auto).build();
        Policy composed = mutex.around(Timeout.builder(Duration.ofHours(1))
                .time(auto)
                .abandonOn(task -> auto.spawn("body", task), 16)
                .build());

        assertThatIllegalStateException()
                .isThrownBy(() -> composed.run(() -> mutex.run(() -> {})))
                .withMessageContaining("not reentrant");
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_11_aThreadThatWaitsForItsOwnHoldIsToldSo() throws Exception {
        TimedMutex auto = TimedMutex.builder("own", WAIT)
                .time(VirtualTime.autoAdvancing())
                .build();
        Hold hold = auto.acquire();

        assertThatExceptionOfType(MutexTimeoutException.class)
                .isThrownBy(auto::acquire)
                .withMessage("mutex \"own\" not acquired within 200 ms: held by this very thread, \"main\""
                        + " for at least 200 ms, 0 waiting");
        assertThatExceptionOfType(MutexTimeoutException.class).isThrownBy(() -> auto.run(() -> {}));
        hold.close();
    }

    @Test
    void mutex_16_tryAcquireNeverWaits() {
        Thread.currentThread().interrupt();
        Hold hold = mutex.tryAcquire();
        assertThat(mutex.tryAcquire()).isNull();
        hold.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.clockReads).hasValue(0);
    }

    @Test
    void mutex_16_callAndRunReleaseOnValueExceptionAndError() throws Exception {
        assertThat(mutex.<String, RuntimeException>call(() -> mutex.isHeld() ? "held" : "free"))
                .isEqualTo("held");
        assertThat(mutex.isHeld()).isFalse();

        for (Throwable failure : List.of(new IOException(), new IllegalStateException(), new AssertionError())) {
            assertThatThrownBy(() -> mutex.callInterruptibly(() -> {
                        throw failure instanceof Error error ? throwError(error) : (Exception) failure;
                    }))
                    .isSameAs(failure);
            assertThat(mutex.isHeld()).isFalse();
            assertThatThrownBy(() -> mutex.run(() -> {
                        throw failure instanceof Error error ? throwError(error) : (Exception) failure;
                    }))
                    .isSameAs(failure);
            assertThat(mutex.isHeld()).isFalse();
        }
    }

    private static Exception throwError(Error error) {
        throw error;
    }

    @Test
    void acquire_interruptedBefore_throwsEvenIfFree() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(mutex::acquire);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> mutex.acquire(Deadline.after(Duration.ZERO, time)));
    }

    @Test
    void acquire_interruptedWhileWaiting_throwsAndHoldsNothing() throws Exception {
        Hold hold = mutex.acquire();
        Thread[] waiter = new Thread[1];
        CompletableFuture<Boolean> flag = time.fork("waiter", () -> {
            waiter[0] = Thread.currentThread();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(mutex::acquire);
            return Thread.currentThread().isInterrupted();
        });
        time.virtual.awaitParked(1, SOON);

        waiter[0].interrupt();

        assertThat(flag).succeedsWithin(SOON).isEqualTo(false);
        assertThat(mutex.snapshot().waiting()).isZero();
        hold.close();
    }

    @Test
    void call_interruptedWhileWaiting_isCancelledWithTheFlagSet() throws Exception {
        Hold hold = mutex.acquire();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> mutex.run(() -> {}))
                .withMessage("interrupted while waiting for mutex \"drain:orders\"");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> mutex.callInterruptibly(() -> "never"));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        hold.close();
    }

    @Test
    void call_interruptedBeforeAndFree_runsAndKeepsTheFlag() {
        Thread.currentThread().interrupt();
        assertThat(mutex.<String, RuntimeException>call(() -> "ran")).isEqualTo("ran");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void call_heldLongerThanTheWait_isRefused() throws Exception {
        Hold hold = mutex.acquire();
        CompletableFuture<String> outcome = time.fork("caller", () -> mutex.call(() -> "never"));
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(WAIT);

        assertThat(timeoutOf(outcome).waited()).isEqualTo(WAIT);
        hold.close();
    }

    @Test
    void acquire_ambientDeadlineSooner_endsThere() throws Exception {
        VirtualTime auto = VirtualTime.autoAdvancing();
        TimedMutex busy = TimedMutex.builder("busy", WAIT).time(auto).build();
        Hold hold = busy.acquire();
        Deadline deadline = Deadline.after(Duration.ofMillis(50), auto);

        for (int i = 0; i < 2; i++) {
            String limit = i == 0 ? "within 50 ms" : "at once";
            assertThatExceptionOfType(MutexTimeoutException.class)
                    .isThrownBy(() -> deadline.bind(() -> busy.call(() -> "never")))
                    .withMessageStartingWith(
                            "mutex \"busy\" not acquired " + limit + ", all that the ambient deadline left: held by");
        }
        assertThat(auto.nanoTime()).isEqualTo(Duration.ofMillis(50).toNanos());
        hold.close();
        assertThat(deadline.<String, RuntimeException>bind(() -> busy.call(() -> "free")))
                .isEqualTo("free");
    }

    @Test
    void call_uncontended_readsNoClock() throws Exception {
        mutex.run(() -> {});
        mutex.acquire().close();
        mutex.acquire(Duration.ofDays(1)).close();

        assertThat(time.clockReads).hasValue(0);
    }

    @Test
    void around_twoMutexes_holdsBoth() {
        TimedMutex other = TimedMutex.of("other", WAIT);
        Policy both = mutex.around(other);

        boolean held = both.<Boolean, RuntimeException>call(() -> mutex.isHeld() && other.isHeld());

        assertThat(held).isTrue();
        assertThat(other.isHeld()).isFalse();
        assertThat(both).hasToString(mutex + " around " + other);
        assertThat(mutex.name()).isEqualTo("drain:orders");
    }

    @Test
    void build_negativeStarvationLimit_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimedMutex.builder("m", WAIT)
                        .starvationLimit(Duration.ofNanos(-1))
                        .build())
                .withMessage("starvationLimit must be zero or positive, but was PT-0.000000001S");
    }

    @Test
    void nullArguments_areNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> TimedMutex.of(null, WAIT))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> TimedMutex.of("m", null))
                .withMessage("wait");
        assertThatNullPointerException()
                .isThrownBy(() -> mutex.acquire((Duration) null))
                .withMessage("wait");
        assertThatNullPointerException()
                .isThrownBy(() -> mutex.acquire((Deadline) null))
                .withMessage("deadline");
        assertThatNullPointerException()
                .isThrownBy(() -> TimedMutex.builder("m", WAIT).time(null))
                .withMessage("time");
        assertThatNullPointerException()
                .isThrownBy(() -> TimedMutex.builder("m", WAIT).starvationLimit(null))
                .withMessage("limit");
    }

    private boolean holdBriefly() throws InterruptedException {
        try (Hold hold = mutex.acquire(Duration.ofHours(1))) {
            return hold != null && mutex.isHeld();
        }
    }

    private static MutexTimeoutException timeoutOf(CompletableFuture<?> outcome) {
        Throwable[] thrown = new Throwable[1];
        assertThat(outcome)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .satisfies(e -> thrown[0] = e.getCause());
        assertThat(thrown[0]).isInstanceOf(MutexTimeoutException.class);
        return (MutexTimeoutException) thrown[0];
    }
}
