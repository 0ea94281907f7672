package dev.reliability.mutex;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a holder sees and who is alone: MUTEX-1, -6. The counts are plain fields. */
public final class MutexStress {
    private MutexStress() {}

    private static TimedMutex mutex() {
        return TimedMutex.of("stress", Duration.ofSeconds(60));
    }

    @JCStressTest
    @Description("Two threads try: who gets the mutex sees what the one before wrote.")
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one after the other")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one was refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both inside, a write unseen, or both refused")
    @State
    public static class Tries {
        private final TimedMutex mutex = mutex();
        private int count;

        private int count() {
            try (Hold hold = mutex.tryAcquire()) {
                return hold == null ? 0 : ++count;
            }
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = count();
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = count();
        }
    }

    @JCStressTest
    @Description("Two threads wait for one another: both get in, and the second sees what the first wrote.")
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both inside, or a write unseen")
    @State
    public static class Calls {
        private final TimedMutex mutex = mutex();
        private int count;

        @Actor
        public void one(II_Result r) {
            r.r1 = mutex.call(() -> ++count);
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = mutex.call(() -> ++count);
        }
    }

    @JCStressTest
    @Description("A hold is closed twice while somebody else takes the mutex: that one's hold stays.")
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "taken and held")
    @Outcome(id = "2", expect = Expect.FORBIDDEN, desc = "taken, and freed by the other one's second close")
    @State
    public static class ClosedTwice {
        private final TimedMutex mutex = mutex();
        private final Hold first = mutex.tryAcquire();

        @Actor
        public void close() {
            first.close();
            first.close();
        }

        @Actor
        public void take(I_Result r) {
            Hold hold = mutex.tryAcquire();
            r.r1 = hold == null ? 0 : mutex.isHeld() && mutex.tryAcquire() == null ? 1 : 2;
        }
    }
}
