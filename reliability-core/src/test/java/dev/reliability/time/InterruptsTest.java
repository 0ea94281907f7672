package dev.reliability.time;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Limits of one thread that pass at the same time. The test rings the alarms, in the order in which the calls began, and
 * does something else while the interrupt of a limit is decided: code of a subclass of Thread runs there.
 */
class InterruptsTest {
    /** The machine's time, but alarms ring when the test says so, and their interrupts come on the test's thread. */
    private static final class Rung extends ForwardingSeam {
        final List<Alarm> alarms = new CopyOnWriteArrayList<>();

        Rung() {
            super(TimeSource.system());
        }

        @Override
        public void schedule(Alarm scheduled, long atNanos) {
            alarms.add(scheduled);
        }

        @Override
        public void cancel(Alarm cancelled) {}

        @Override
        public void deliver(Alarm rung) {
            rung.deliverNow();
        }
    }

    /** Tells when another thread looks at its interrupt flag, once. */
    private static final class Watched extends Thread {
        private final AtomicReference<Runnable> before = new AtomicReference<>();
        private final AtomicReference<Runnable> after = new AtomicReference<>();

        Watched(Runnable body) {
            super(body);
            setDaemon(true);
        }

        private void happen(AtomicReference<Runnable> what) {
            Runnable now = Thread.currentThread() == this ? null : what.getAndSet(null);
            if (now != null) {
                now.run();
            }
        }

        @Override
        public boolean isInterrupted() {
            happen(before);
            boolean flag = super.isInterrupted();
            happen(after);
            return flag;
        }
    }

    private final Rung time = new Rung();
    private final Timeout timeout =
            Timeout.builder(Duration.ofHours(1)).time(time).build();
    private final CountDownLatch begin = new CountDownLatch(1);
    private final CountDownLatch innerEnds = new CountDownLatch(1);
    private final CountDownLatch innerEnded = new CountDownLatch(1);
    private final AtomicReference<Throwable> inner = new AtomicReference<>();
    private final AtomicReference<Throwable> inOuter = new AtomicReference<>();
    private final AtomicReference<Throwable> outer = new AtomicReference<>();
    private final Watched thread = new Watched(() -> outer.set(catchThrowable(() -> timeout.run(this::aroundInner))));

    private void aroundInner() throws Exception {
        spinUntilZero(begin);
        inner.set(catchThrowable(() -> timeout.run(() -> spinUntilZero(innerEnds))));
        innerEnded.countDown();
        inOuter.set(catchThrowable(() -> new CountDownLatch(1).await(SOON.toSeconds(), TimeUnit.SECONDS)));
    }

    /** Leaves the interrupt flag as it is. */
    private static void spinUntilZero(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private void ring(int call) {
        await().atMost(SOON).until(() -> time.alarms.size() > call);
        time.alarms.get(call).ringNow();
    }

    private void endInner() {
        innerEnds.countDown();
        spinUntilZero(innerEnded);
    }

    private void assertBothSent() throws InterruptedException {
        thread.join(SOON.multipliedBy(2).toMillis());
        assertThat(inner.get()).isInstanceOf(DeadlineExceededException.class);
        assertThat(inOuter.get()).isInstanceOf(InterruptedException.class);
        assertThat(outer.get()).isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void deadline_8_theInnerEndsWhileTheInterruptOfTheOuterIsDecided_itIsSent() throws Exception {
        begin.countDown();
        thread.start();
        ring(1);
        thread.after.set(this::endInner);
        ring(0);
        assertBothSent();
    }

    @Test
    void deadline_8_theInnerExpiresAndEndsWhileTheInterruptOfTheOuterIsDecided_itIsSent() throws Exception {
        thread.before.set(() -> {
            begin.countDown();
            ring(1);
            thread.after.set(this::endInner);
        });
        thread.start();
        ring(0);
        assertBothSent();
    }

    @Test
    void deadline_3_aThreadWhoseFlagCannotBeRead_isNotInterrupted_andItsCallEnds() throws Exception {
        Watched body = new Watched(() -> outer.set(catchThrowable(() -> timeout.run(() -> spinUntilZero(begin)))));
        body.before.set(() -> {
            throw new IllegalStateException("planted");
        });
        body.start();
        assertThatThrownBy(() -> ring(0)).hasMessage("planted");
        begin.countDown();
        body.join(SOON.toMillis());
        assertThat(outer.get()).isInstanceOf(DeadlineExceededException.class);
    }
}
