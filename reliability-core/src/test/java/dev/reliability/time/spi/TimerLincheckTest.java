package dev.reliability.time.spi;

import dev.reliability.Interleavings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Timer and relay with threads that come and go: parking passes the time, so that the service thread ends as soon as it
 * has nothing to do, and who brings something meets it in every state.
 */
@Tag("lincheck")
class TimerLincheckTest {
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    /** What the service threads do is real; they are joined in the end. */
    private static final class Threads extends SteppedSeam {
        private final List<Thread> started = new ArrayList<>();

        @Override
        public void parkNanos(Object blocker, long span) {
            pass(Math.max(span, 1));
        }

        @Override
        public void unpark(Thread thread) {}

        @Override
        public void start(String name, Runnable task) {
            Thread thread = Interleavings.start(task);
            synchronized (this) {
                started.add(thread);
            }
        }

        private synchronized Thread last() {
            return started.isEmpty() ? null : started.remove(started.size() - 1);
        }

        void join() {
            for (Thread thread = last(); thread != null; thread = last()) {
                Interleavings.join(thread);
            }
        }
    }

    private static final class Counting extends Alarm {
        private final AtomicInteger rings = new AtomicInteger();

        @Override
        protected void ring() {
            rings.incrementAndGet();
        }

        @Override
        protected void deliver() {
            ring();
        }

        void rang(int least, int most) {
            if (rings.get() < least || rings.get() > most) {
                throw new IllegalStateException("rang " + rings + " times");
            }
        }
    }

    private static void together(Threads threads, Runnable one, Runnable other) {
        Thread thread = Interleavings.start(other);
        one.run();
        Interleavings.join(thread);
        threads.join();
    }

    @Test
    void time_4_whatIsScheduledRingsOnce_evenAsTheThreadEnds() {
        Interleavings.areHarmless("Timer, schedule", () -> {
            Threads threads = new Threads();
            Timer timer = new Timer(threads);
            Counting one = new Counting();
            Counting other = new Counting();
            together(threads, () -> timer.schedule(one, 0), () -> timer.schedule(other, HOUR_NANOS));
            one.rang(1, 1);
            other.rang(1, 1);
        });
    }

    @Test
    void time_4_whatIsCancelledRingsOnceOrNever() {
        Interleavings.areHarmless("Timer, cancel", () -> {
            Threads threads = new Threads();
            Timer timer = new Timer(threads);
            Counting one = new Counting();
            Counting other = new Counting();
            together(
                    threads,
                    () -> {
                        timer.schedule(one, HOUR_NANOS);
                        timer.cancel(one);
                    },
                    () -> timer.schedule(other, 0));
            one.rang(0, 1);
            other.rang(1, 1);
        });
    }

    @Test
    void time_5_whatIsGivenToTheRelayIsDeliveredOnce_evenAsTheThreadEnds() {
        Interleavings.areHarmless("Relay", () -> {
            Threads threads = new Threads();
            Relay relay = new Relay(threads);
            Counting one = new Counting();
            Counting other = new Counting();
            together(threads, () -> relay.deliver(one), () -> relay.deliver(other));
            one.rang(1, 1);
            other.rang(1, 1);
        });
    }

    /** Looks whether there is something to do, and says that it ends in another step. */
    private static final class Careless {
        private final Threads threads;
        private volatile Counting waiting;
        private volatile Counting alsoWaiting;
        private volatile boolean serving;

        Careless(Threads threads) {
            this.threads = threads;
        }

        void schedule(Consumer<Counting> place, Counting alarm) {
            place.accept(alarm);
            synchronized (this) {
                if (serving) {
                    return;
                }
                serving = true;
            }
            threads.start("careless", this::serve);
        }

        private void serve() {
            while (waiting != null || alsoWaiting != null) {
                Counting due = waiting != null ? waiting : alsoWaiting;
                if (due == waiting) {
                    waiting = null;
                } else {
                    alsoWaiting = null;
                }
                due.ring();
            }
            serving = false;
        }
    }

    @Test
    void time_4_aThreadThatEndsInTwoStepsIsFound() {
        Interleavings.areHarmful(() -> {
            Threads threads = new Threads();
            Careless careless = new Careless(threads);
            Counting one = new Counting();
            Counting other = new Counting();
            together(
                    threads,
                    () -> careless.schedule(alarm -> careless.waiting = alarm, one),
                    () -> careless.schedule(alarm -> careless.alsoWaiting = alarm, other));
            one.rang(1, 1);
            other.rang(1, 1);
        });
    }

    /** Takes an alarm out of a list that it has read before. */
    private static final class CarelessList {
        private volatile List<Counting> due = List.of();

        synchronized void schedule(Counting alarm) {
            List<Counting> more = new ArrayList<>(due);
            more.add(alarm);
            due = more;
        }

        void cancel(Counting alarm) {
            List<Counting> fewer = new ArrayList<>(due);
            fewer.remove(alarm);
            due = fewer;
        }

        /** Rings the first alarm, and takes it out in another step. */
        void serve() {
            while (!due.isEmpty()) {
                Counting first = due.get(0);
                first.ring();
                cancel(first);
            }
        }
    }

    @Test
    void time_4_aCancelThatLosesAnotherAlarmIsFound() {
        Interleavings.areHarmful(() -> {
            CarelessList list = new CarelessList();
            Counting one = new Counting();
            Counting other = new Counting();
            together(
                    new Threads(),
                    () -> {
                        list.schedule(one);
                        list.cancel(one);
                    },
                    () -> list.schedule(other));
            list.serve();
            other.rang(1, 1);
        });
    }

    @Test
    void time_5_aDeliveryInTwoStepsIsFound() {
        Interleavings.areHarmful(() -> {
            CarelessList list = new CarelessList();
            Counting alarm = new Counting();
            list.schedule(alarm);
            together(new Threads(), list::serve, list::serve);
            alarm.rang(1, 1);
        });
    }
}
