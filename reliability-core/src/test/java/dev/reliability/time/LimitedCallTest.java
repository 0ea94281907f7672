package dev.reliability.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.Action;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One call under a limit, step by step: the test rings the alarm, delivers the interrupt and starts the canceller. */
class LimitedCallTest {
    /** Keeps what it is asked for. A wait that the test has not planned fails: it would have no end. */
    private static final class Steps extends ForwardingSeam {
        final List<Alarm> cancelled = new ArrayList<>();
        final List<Alarm> delivered = new ArrayList<>();
        final List<Runnable> started = new ArrayList<>();
        final List<Thread> unparked = new ArrayList<>();
        final Deque<Runnable> waits = new ArrayDeque<>();

        Steps() {
            super(TimeSource.system());
        }

        @Override
        public void cancel(Alarm alarm) {
            cancelled.add(alarm);
        }

        @Override
        public void deliver(Alarm alarm) {
            delivered.add(alarm);
        }

        @Override
        public void start(String name, Runnable task) {
            started.add(task);
        }

        @Override
        public void unpark(Thread thread) {
            unparked.add(thread);
        }

        @Override
        public void park(Object blocker) {
            waits.remove().run();
        }
    }

    /** The thread of a call; others that look at its flag come by the test. */
    private static final class Caller extends Thread {
        final AtomicInteger interrupts = new AtomicInteger();
        volatile Runnable looked = () -> {};

        Caller(Runnable body) {
            super(body);
        }

        @Override
        public void interrupt() {
            interrupts.incrementAndGet();
            super.interrupt();
        }

        @Override
        public boolean isInterrupted() {
            if (Thread.currentThread() != this) {
                looked.run();
            }
            return super.isInterrupted();
        }
    }

    private final Steps seam = new Steps();
    private final AtomicInteger cancellerRuns = new AtomicInteger();

    private LimitedCall interrupting() {
        return begin(true, null);
    }

    private LimitedCall begin(boolean interrupt, Action<?> canceller) {
        Object[] slot = Ambient.slot();
        LimitedCall call = new LimitedCall(seam, interrupt, canceller, LimitedCall.endAbandoned(slot));
        slot[Ambient.CALL] = call;
        return call;
    }

    private static boolean end(LimitedCall call) {
        return call.end(Ambient.slot());
    }

    private static void spinUntilZero(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Leaves the interrupt flag of the waiting thread as it is. */
    private static void spinUntilEnded(Thread other) {
        while (other.isAlive()) {
            Thread.onSpinWait();
        }
    }

    private static void on(Caller caller) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        caller.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        caller.start();
        caller.join();
        assertThat(failure.get()).isNull();
    }

    @AfterEach
    void nothingIsLeft() {
        Object left = Ambient.slot()[Ambient.CALL];
        Ambient.slot()[Ambient.CALL] = null; // or else the other tests would fail too
        assertThat(left).isNull();
        assertThat(seam.waits).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void deadline_2_theBodyEndsFirst_theAlarmIsTakenBackAndRingsInVain() {
        LimitedCall call = interrupting();
        assertThat(end(call)).isTrue();
        assertThat(seam.cancelled).containsExactly(call);
        call.ringNow();
        assertThat(seam.delivered).isEmpty();
    }

    @Test
    void deadline_3_theInterruptComesWhileTheBodyRuns_itIsTakenBack() {
        LimitedCall call = interrupting();
        call.ringNow();
        assertThat(seam.delivered).containsExactly(call);
        call.deliverNow();
        assertThat(seam.unparked)
                .as("whoever waits for the interrupt to be through")
                .containsExactly(Thread.currentThread());
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(end(call)).isFalse();
        assertThat(call.wasInterrupted()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void deadline_3_theInterruptComesAfterTheBody_noneIsSent() {
        LimitedCall call = interrupting();
        call.ringNow();
        assertThat(end(call)).isFalse();
        call.deliverNow();
        assertThat(call.wasInterrupted()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void deadline_3_a_theFlagIsSetAtExpiry_noneIsSentAndItStays() throws Exception {
        Caller caller = new Caller(() -> {
            LimitedCall call = interrupting();
            Thread.currentThread().interrupt();
            call.ringNow();
            call.deliverNow();
            assertThat(end(call)).isFalse();
            assertThat(call.wasInterrupted()).isFalse();
            assertThat(Thread.interrupted()).isTrue();
        });
        on(caller);
        assertThat(caller.interrupts).as("that from outside").hasValue(1);
    }

    @Test
    void deadline_3_d_bothLimitsHavePassed_theOutersInterruptIsSetAgain() {
        LimitedCall outer = interrupting();
        LimitedCall inner = interrupting();
        outer.ringNow();
        outer.deliverNow();
        inner.ringNow();
        inner.deliverNow();
        assertThat(end(inner)).isFalse();
        assertThat(inner.wasInterrupted())
                .as("the flag was that of the outer limit")
                .isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(end(outer)).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /** It is not known yet whether the flag was set when the limit passed, so the thread must not clear it. */
    @Test
    void deadline_3_a_anInterruptFromOutsideWhileOursIsDecided_stays() throws Exception {
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch look = new CountDownLatch(1);
        Caller caller = new Caller(() -> {
            LimitedCall call = interrupting();
            call.ringNow();
            Thread deliverer = new Thread(call::deliverNow);
            deliverer.setDaemon(true);
            deliverer.start();
            spinUntilZero(claimed);
            seam.waits.add(() -> Thread.currentThread().interrupt());
            seam.waits.add(() -> {
                look.countDown();
                spinUntilEnded(deliverer);
            });
            assertThat(end(call)).isFalse();
            assertThat(call.wasInterrupted()).isFalse();
            assertThat(Thread.interrupted()).isTrue();
        });
        caller.looked = () -> {
            claimed.countDown();
            spinUntilZero(look);
        };
        on(caller);
    }

    @Test
    void deadline_14_aFunction_isThroughBeforeTheCallIs() {
        LimitedCall call = begin(false, cancellerRuns::incrementAndGet);
        call.ringNow();
        seam.started.get(0).run();
        assertThat(seam.unparked)
                .as("whoever waits for the function to be through")
                .containsExactly(Thread.currentThread());
        assertThat(end(call)).isFalse();
        assertThat(cancellerRuns).hasValue(1);
        assertThat(call.cancellerFailure()).isNull();
    }

    @Test
    void deadline_14_aFunctionThatComesAfterTheBody_doesNotRun() {
        LimitedCall call = begin(false, cancellerRuns::incrementAndGet);
        call.ringNow();
        assertThat(end(call)).isFalse();
        seam.started.get(0).run();
        assertThat(cancellerRuns).hasValue(0);
    }

    @Test
    void deadline_14_noThreadCanBeHadForTheFunction_theCallEndsAndTellsIt() {
        OutOfMemoryError noThread = new OutOfMemoryError("planted");
        ForwardingSeam without = new ForwardingSeam(seam) {
            @Override
            public void start(String name, Runnable task) {
                throw noThread;
            }
        };
        Object[] slot = Ambient.slot();
        LimitedCall call = new LimitedCall(without, false, cancellerRuns::incrementAndGet, null);
        slot[Ambient.CALL] = call;
        assertThat(catchThrowable(call::ringNow)).as("on the timer's thread").isNull();
        assertThat(end(call)).isFalse();
        assertThat(call.cancellerFailure()).isSameAs(noThread);
        assertThat(cancellerRuns).hasValue(0);
    }

    @Test
    void deadline_14_theBodyEndsWhileTheFunctionRuns_itIsWaitedFor() throws Exception {
        endWhileTheFunctionRuns(() -> {});
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void deadline_3_b_anInterruptFromOutsideWhileTheFunctionRuns_survives() throws Exception {
        endWhileTheFunctionRuns(() -> Thread.currentThread().interrupt());
        assertThat(Thread.interrupted()).isTrue();
    }

    private void endWhileTheFunctionRuns(Runnable meanwhile) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        LimitedCall call = begin(false, () -> {
            begun.countDown();
            finish.await();
        });
        call.ringNow();
        Thread canceller = new Thread(seam.started.get(0));
        canceller.setDaemon(true);
        canceller.start();
        begun.await();
        seam.waits.add(() -> {
            meanwhile.run();
            finish.countDown();
            spinUntilEnded(canceller);
        });
        assertThat(end(call)).isFalse();
        assertThat(canceller.isAlive()).isFalse();
    }
}
