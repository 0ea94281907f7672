package dev.reliability.testkit.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.time.spi.Alarm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Auto-advancing time does not run ahead of who goes on at an instant. */
@Timeout(30)
class VirtualTimeInstantTest {
    private static final Duration TEN = Duration.ofMillis(10);

    private final VirtualTime time = VirtualTime.autoAdvancing();

    /** An alarm that interrupts somebody and comes back when that one has left its wait. */
    private static final class Interrupting extends Alarm {
        private final Thread sleeper;
        private final AtomicBoolean left;

        Interrupting(Thread sleeper, AtomicBoolean left) {
            this.sleeper = sleeper;
            this.left = left;
        }

        @Override
        protected void ring() {
            sleeper.interrupt();
            while (!left.get()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void anInterruptAtTheInstantOfTheSleepersOwnWakeUpDoesNotLetTheTimeRunAhead() throws Exception {
        for (int round = 0; round < 5; round++) {
            VirtualTime time = VirtualTime.autoAdvancing();
            AtomicBoolean left = new AtomicBoolean();
            CountDownLatch begin = new CountDownLatch(1);
            Thread other = time.spawn("other", () -> {
                awaitReally(begin);
                sleep(time, TEN.multipliedBy(2));
            });
            Thread sleeper = new Thread(() -> {
                sleep(time, TEN);
                left.set(true);
            });
            time.schedule(new Interrupting(sleeper, left), TEN.toNanos());
            sleeper.start();
            time.awaitParked(1);
            await().until(() -> sleeper.getState() == Thread.State.WAITING);
            begin.countDown(); // the other one parks last, and moves the time
            sleeper.join();
            await().until(() -> other.getState() == Thread.State.WAITING || !other.isAlive());
            assertThat(time.nanoTime()).isEqualTo(TEN.toNanos());
            time.sleep(TEN);
            assertThat(time.nanoTime()).isEqualTo(2 * TEN.toNanos());
            other.join();
        }
    }

    @Test
    void anInterruptAtThatInstantFromAnotherThread_likewise() throws Exception {
        for (int round = 0; round < 300; round++) {
            VirtualTime time = VirtualTime.autoAdvancing();
            CountDownLatch begin = new CountDownLatch(1);
            List<Long> seen = new CopyOnWriteArrayList<>();
            Thread sleeper = new Thread(() -> {
                sleep(time, TEN);
                seen.add(time.nanoTime());
            });
            Thread other = time.spawn("other", () -> {
                awaitReally(begin);
                sleep(time, TEN.multipliedBy(2));
            });
            Thread interrupter = time.spawn("interrupter", () -> {
                sleep(time, TEN);
                sleeper.interrupt();
            });
            time.awaitParked(1);
            sleeper.start();
            time.awaitParked(2);
            begin.countDown();
            sleeper.join();
            time.sleep(TEN);
            interrupter.join();
            other.join();
            assertThat(seen).as("round %s", round).containsExactly(TEN.toNanos());
        }
    }

    @Test
    void theNextEventHappensAtItsInstant_whoeverIsAwake() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread awake = time.spawn("awake", () -> awaitReally(end));
        Thread sleeper = time.spawn("sleeper", () -> sleep(time, TEN));
        time.awaitParked(1);
        assertThat(time.parkedThreads()).isEqualTo(1);
        assertThat(time.nanoTime()).isZero();
        assertThat(time.advanceToNext()).isTrue();
        sleeper.join();
        assertThat(time.nanoTime()).isEqualTo(TEN.toNanos());
        assertThat(time.advanceToNext()).isFalse();
        end.countDown();
        awake.join();
    }

    private static void sleep(VirtualTime time, Duration span) {
        try {
            time.sleep(span);
        } catch (InterruptedException expected) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    private static void awaitReally(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }
}
