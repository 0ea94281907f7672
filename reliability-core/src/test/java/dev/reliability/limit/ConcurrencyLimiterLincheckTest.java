package dev.reliability.limit;

import dev.reliability.Interleavings;
import dev.reliability.limit.ConcurrencyLimiter.Permit;
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

/**
 * The concurrency limiter under interleavings: permits taken and closed, waited for, and waited for in vain. That bugs of
 * waiting are found is shown where the mutex is checked in the same way.
 */
@Tag("lincheck")
class ConcurrencyLimiterLincheckTest {
    private static final Duration SHORT = Duration.ofNanos(2);

    private static ConcurrencyLimiter limiter(int max, SteppedSeam seam) {
        return ConcurrencyLimiter.builder("model", max)
                .maxWait(Duration.ofHours(1))
                .time(seam)
                .build();
    }

    @Test
    void limit_2_takingAndClosingAreLinearizable() {
        Interleavings.areLinearizable(Permits.class, Count.class);
    }

    @Test
    void limit_2_aPermitTakenInTwoStepsIsFound() {
        Interleavings.areBrokenIn(Careless.class, Count.class);
    }

    @Test
    void limit_3_callsWaitForOneAnother() {
        Interleavings.areLinearizable(LimitedCalls.class, Counter.class);
    }

    @Test
    void limit_2_3_whoGivesUpHoldsNoPermit() {
        Interleavings.areLinearizable(ImpatientForPermits.class, NoAnswer.class);
    }

    /** A short wait ends just as the permit is given back: the long one behind it must get it. Else this hangs. */
    @Test
    void limit_3_whoGivesUpPassesItsTurnOn() {
        Interleavings.areHarmless("Turn of the concurrency limiter", () -> {
            ConcurrencyLimiter limiter = limiter(1, new PassingShortWaits(SHORT));
            Permit held = limiter.tryAcquire();
            Thread gone = Interleavings.start(() -> acquireAndClose(limiter, SHORT));
            Thread waits = Interleavings.start(() -> acquireAndClose(limiter, Duration.ofHours(1)));
            held.close();
            Interleavings.join(gone);
            Interleavings.join(waits);
        });
    }

    private static void acquireAndClose(ConcurrencyLimiter limiter, Duration wait) {
        try (Permit permit = limiter.acquire(wait)) {
            if (permit == null || limiter.snapshot().inFlight() != 1) {
                throw new IllegalStateException("no permit");
            }
        } catch (LimitExceededException late) {
            if (!wait.equals(SHORT)) {
                throw late;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Two permits, of which one is out for ever. Each thread keeps its latest one, open or closed, and may close it again at any time. */
    public static final class Permits {
        private final ConcurrencyLimiter limiter = limiter(2, new SteppedSeam());
        private final AtomicReferenceArray<Permit> permits = new AtomicReferenceArray<>(8);
        private final AtomicReferenceArray<Boolean> open = new AtomicReferenceArray<>(8);

        public Permits() {
            permits.set(7, limiter.tryAcquire());
        }

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            if (open.get(thread) == null) {
                Permit permit = limiter.tryAcquire();
                if (permit != null) {
                    permits.set(thread, permit);
                    open.set(thread, true);
                }
            }
            return open.get(thread) != null;
        }

        @Operation
        public void close(@Param(gen = ThreadIdGen.class) int thread) {
            open.set(thread, null);
            Permit permit = permits.get(thread);
            if (permit != null) {
                permit.close();
            }
        }

        @Operation
        public int inFlight() {
            return limiter.snapshot().inFlight();
        }
    }

    public static final class Count {
        private final boolean[] open = new boolean[8];
        private int out = 1;

        public boolean take(int thread) {
            if (!open[thread] && out < 2) {
                open[thread] = true;
                out++;
            }
            return open[thread];
        }

        public void close(int thread) {
            out -= open[thread] ? 1 : 0;
            open[thread] = false;
        }

        public int inFlight() {
            return out;
        }
    }

    /** Looks whether a permit is free, and takes it in another step. */
    public static final class Careless {
        private final AtomicInteger out = new AtomicInteger(1);
        private final AtomicReferenceArray<Boolean> open = new AtomicReferenceArray<>(8);

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            if (open.get(thread) == null && out.get() < 2) {
                out.incrementAndGet();
                open.set(thread, true);
            }
            return open.get(thread) != null;
        }

        @Operation
        public int inFlight() {
            return out.get();
        }
    }

    public static final class LimitedCalls {
        private final ConcurrencyLimiter limiter = limiter(1, new SteppedSeam());
        private int count; // by the one who is inside

        @Operation(blocking = true)
        public int call() {
            return limiter.call(() -> {
                int before = count;
                count = before + 1;
                return before;
            });
        }

        @Validate
        public void free() {
            isFree(limiter);
        }
    }

    public static final class Counter {
        private int count;

        public int call() {
            return count++;
        }
    }

    /** Waits are over after a look or two: parking passes the time. */
    public static final class ImpatientForPermits {
        private final SteppedSeam seam = new SteppedSeam() {
            @Override
            public void parkNanos(Object blocker, long span) {
                pass(1);
            }
        };
        private final ConcurrencyLimiter limiter = limiter(1, seam);
        private final AtomicInteger inside = new AtomicInteger();

        @Operation
        public void call() throws InterruptedException {
            try (Permit permit = limiter.acquire(SHORT)) {
                if (permit == null || inside.incrementAndGet() > 1) {
                    throw new IllegalStateException("not alone");
                }
                inside.decrementAndGet();
            } catch (LimitExceededException late) {
                seam.pass(1);
            }
        }

        @Validate
        public void free() {
            isFree(limiter);
        }
    }

    private static void isFree(ConcurrencyLimiter limiter) {
        ConcurrencyLimiter.Snapshot left = limiter.snapshot();
        if (left.inFlight() > 0 || left.waiting() > 0) {
            throw new IllegalStateException(left.toString());
        }
    }

    /** The answers say nothing; what has to hold is looked at in the end. */
    public static final class NoAnswer {
        public void call() {}
    }
}
