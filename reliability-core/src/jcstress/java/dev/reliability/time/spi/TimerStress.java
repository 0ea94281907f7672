package dev.reliability.time.spi;

import dev.reliability.time.TimeSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The scheduling of an alarm, its ring, and its taking back: TIME-4. */
public final class TimerStress {
    private TimerStress() {}

    /** A timer whose thread is an actor: it looks once at what is due, then ends. */
    private abstract static class Served extends ForwardingSeam {
        private static final class Over extends RuntimeException {
            private static final long serialVersionUID = 1;

            Over() {
                super("looked once", null, false, false);
            }
        }

        private volatile Runnable service;
        private int looks; // of the actor that serves

        Served() {
            super(TimeSource.system());
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void unpark(Thread thread) {}

        @Override
        public void start(String name, Runnable task) {
            service = task;
        }

        @Override
        public void parkNanos(Object blocker, long nanos) {
            if (looks++ > 0) {
                throw new Over();
            }
        }

        final void serve() {
            Runnable task = service;
            if (task != null) {
                try {
                    task.run();
                } catch (Over over) {
                    looks = 0;
                }
            }
        }
    }

    @JCStressTest
    @Description("What is written before an alarm is scheduled is seen by its ring, which happens once.")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not looked at yet")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "rang once and saw what was written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "rang and did not see it, or rang twice")
    @State
    public static class ScheduleAgainstRing extends Served {
        private final Timer timer = new Timer(this);
        private int written;
        private int rang;
        private int seen;

        @Actor
        public void schedule() {
            written = 1;
            timer.schedule(
                    new Alarm() {
                        @Override
                        protected void ring() {
                            rang++;
                            seen = written;
                        }
                    },
                    0);
        }

        @Actor
        public void ring(II_Result r) {
            serve();
            r.r1 = rang;
            r.r2 = seen;
        }
    }

    @JCStressTest
    @Description("Of two alarms one is taken back as they are due: the other one rings, that one rings at most once.")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "taken back in time")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "taken back too late")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the other one is lost, or one rang twice")
    @State
    public static class CancelAgainstRing extends Served {
        private final Timer timer = new Timer(this);
        private final Counting stays = new Counting();
        private final Counting goes = new Counting();

        public CancelAgainstRing() {
            timer.schedule(goes, 0);
            timer.schedule(stays, 0);
        }

        @Actor
        public void cancel() {
            timer.cancel(goes);
        }

        @Actor
        public void ring(II_Result r) {
            serve();
            r.r1 = stays.rings;
            r.r2 = goes.rings;
        }
    }

    private static final class Counting extends Alarm {
        private int rings;

        @Override
        protected void ring() {
            rings++;
        }
    }
}
