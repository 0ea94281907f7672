package dev.reliability.mutex;

import dev.reliability.Interleavings;
import dev.reliability.PlantedLocks;
import dev.reliability.time.spi.PassingShortWaits;
import dev.reliability.time.spi.SteppedSeam;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The mutex under interleavings: taken and closed, waited for, and waited for in vain. */
@Tag("lincheck")
class MutexLincheckTest {
    private static final Duration SHORT = Duration.ofNanos(2);

    @Test
    void mutex_1_6_takingAndClosingAreLinearizable() {
        Interleavings.areLinearizable(Holds.class, Owner.class);
    }

    @Test
    void mutex_6_aCloseThatFreesWhateverIsHeldIsFound() {
        Interleavings.areBrokenIn(Careless.class, Owner.class);
    }

    @Test
    void mutex_1_3_callsWaitForOneAnother() {
        Interleavings.areLinearizable(Calls.class, Counter.class);
    }

    @Test
    void mutex_1_3_callsWaitForOneAnotherInFairMode() {
        Interleavings.areLinearizable(FairCalls.class, Counter.class);
    }

    @Test
    void mutex_3_aReleaseThatLooksForWaitersTooEarlyIsFound() {
        Interleavings.areBrokenIn(PlantedLocks.Forgetful.class, Counter.class);
    }

    @Test
    void mutex_3_4_5_whoGivesUpHoldsNothingAndPassesItsTurnOn() {
        Interleavings.areLinearizable(Impatient.class, NoAnswer.class);
    }

    /** A short wait ends just as the mutex is given back: the long one behind it must be woken. Else this hangs. */
    @Test
    void mutex_3_whoGivesUpPassesItsTurnOn() {
        Interleavings.areHarmless("Turn of the mutex", () -> {
            TimedMutex mutex = TimedMutex.builder("model", Duration.ofHours(1))
                    .time(new PassingShortWaits(SHORT))
                    .build();
            Hold held = mutex.tryAcquire();
            Thread gone = Interleavings.start(() -> acquireAndClose(mutex, SHORT));
            Thread waits = Interleavings.start(() -> acquireAndClose(mutex, Duration.ofHours(1)));
            held.close();
            Interleavings.join(gone);
            Interleavings.join(waits);
        });
    }

    @Test
    void mutex_3_whoGivesUpAndKeepsItsTurnIsFound() {
        Interleavings.areHarmful(() -> PlantedLocks.KeepsTheTurn.passOn(SHORT));
    }

    private static void acquireAndClose(TimedMutex mutex, Duration wait) {
        try (Hold hold = mutex.acquire(wait)) {
            if (hold == null || !mutex.isHeld()) {
                throw new IllegalStateException("not held");
            }
        } catch (MutexTimeoutException late) {
            if (!wait.equals(SHORT)) {
                throw late;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void mutex_4_aGrantToWhoHasGivenUpIsFound() {
        Interleavings.areBrokenIn(PlantedLocks.GrantsToTheGone.class, NoAnswer.class);
    }

    /** Each thread keeps its latest hold, open or closed, and may close it again at any time. */
    public static final class Holds {
        private final TimedMutex mutex = TimedMutex.builder("model", Duration.ZERO)
                .time(new SteppedSeam())
                .build();
        private final AtomicReferenceArray<Hold> holds = new AtomicReferenceArray<>(8);

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            Hold hold = mutex.tryAcquire();
            if (hold != null) {
                holds.set(thread, hold);
            }
            return hold != null;
        }

        @Operation
        public void close(@Param(gen = ThreadIdGen.class) int thread) {
            Hold hold = holds.get(thread);
            if (hold != null) {
                hold.close();
            }
        }

        @Operation
        public boolean isHeld() {
            return mutex.isHeld();
        }
    }

    public static final class Owner {
        private int owner = -1;

        public boolean take(int thread) {
            boolean free = owner < 0;
            owner = free ? thread : owner;
            return free;
        }

        public void close(int thread) {
            owner = owner == thread ? -1 : owner;
        }

        public boolean isHeld() {
            return owner >= 0;
        }
    }

    /** Who looks whether the hold is its own, and frees the mutex then, may free somebody else's. */
    public static final class Careless {
        private final AtomicInteger owner = new AtomicInteger(-1);
        private final AtomicReferenceArray<Boolean> holds = new AtomicReferenceArray<>(8);

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            boolean taken = owner.compareAndSet(-1, thread);
            if (taken) {
                holds.set(thread, true);
            }
            return taken;
        }

        @Operation
        public void close(@Param(gen = ThreadIdGen.class) int thread) {
            if (holds.get(thread) != null) {
                owner.set(-1);
            }
        }
    }

    public static class Calls {
        private final TimedMutex mutex;
        private int count; // guarded by the mutex

        public Calls() {
            this(false);
        }

        Calls(boolean fair) {
            mutex = TimedMutex.builder("model", Duration.ofHours(1))
                    .fair(fair)
                    .time(new SteppedSeam())
                    .build();
        }

        @Operation(blocking = true)
        public int call() {
            return mutex.call(() -> {
                int before = count;
                count = before + 1;
                return before;
            });
        }

        @Validate
        public void free() {
            TimedMutex.Snapshot left = mutex.snapshot();
            if (left.held() || left.waiting() > 0) {
                throw new IllegalStateException(left.toString());
            }
        }
    }

    public static final class FairCalls extends Calls {
        public FairCalls() {
            super(true);
        }
    }

    public static final class Counter {
        private int count;

        public int call() {
            return count++;
        }
    }

    /** Waits are over after a look or two: parking passes the time. */
    public static final class Impatient {
        private final SteppedSeam seam = new SteppedSeam() {
            @Override
            public void parkNanos(Object blocker, long span) {
                pass(1);
            }
        };
        private final TimedMutex mutex = TimedMutex.builder("model", Duration.ZERO)
                .starvationLimit(Duration.ofNanos(1))
                .time(seam)
                .build();
        private final AtomicInteger done = new AtomicInteger();
        private int count; // guarded by the mutex

        @Operation
        public void call() throws InterruptedException {
            try (Hold hold = mutex.acquire(SHORT)) {
                if (hold != null) {
                    count++;
                    done.incrementAndGet();
                }
            } catch (MutexTimeoutException late) {
                seam.pass(1);
            }
        }

        @Validate
        public void free() {
            TimedMutex.Snapshot left = mutex.snapshot();
            if (left.held() || left.waiting() > 0 || count != done.get()) {
                throw new IllegalStateException(left + ", " + count + " of " + done);
            }
        }
    }

    /** The answers say nothing; what has to hold is looked at in the end. */
    public static final class NoAnswer {
        public void call() {}
    }
}
