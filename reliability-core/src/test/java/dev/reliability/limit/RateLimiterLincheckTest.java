package dev.reliability.limit;

import dev.reliability.Interleavings;
import dev.reliability.time.spi.PassingShortWaits;
import dev.reliability.time.spi.SteppedSeam;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rate limiter under interleavings, those with the passing of time too: a permit each nanosecond, a burst of two. */
@Tag("lincheck")
class RateLimiterLincheckTest {
    private static final Duration SHORT = Duration.ofNanos(10);

    @Test
    void limit_1_takingIsLinearizable() {
        Interleavings.areLinearizable(Rate.class, Bucket.class);
    }

    @Test
    void limit_1_aTakingInTwoStepsIsFound() {
        Interleavings.areBrokenIn(Careless.class, Bucket.class);
    }

    /**
     * The first one in the queue waits for its permit, a short time, and the next one until it is told that it is first.
     * Else this hangs.
     */
    @Test
    void limit_3_whoIsAdmittedPassesItsTurnOn() {
        Interleavings.areHarmless("Turn of the rate limiter", () -> {
            PassingShortWaits seam = new PassingShortWaits(SHORT);
            RateLimiter limiter = RateLimiter.builder("model", 1, Duration.ofNanos(5))
                    .time(seam)
                    .build();
            Thread one = Interleavings.start(() -> acquire(limiter));
            Thread other = Interleavings.start(() -> acquire(limiter));
            acquire(limiter);
            Interleavings.join(one);
            Interleavings.join(other);
            if (limiter.snapshot().waiting() > 0 || seam.nanoTime() < 2 * 5) {
                throw new IllegalStateException(limiter + " at " + seam.nanoTime());
            }
        });
    }

    private static void acquire(RateLimiter limiter) {
        try {
            limiter.acquire(Duration.ofHours(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static final class Rate {
        private final SteppedSeam seam = new SteppedSeam();
        private final RateLimiter limiter = RateLimiter.builder("model", 1, Duration.ofNanos(1))
                .burst(2)
                .time(seam)
                .build();

        @Operation
        public boolean take() {
            return limiter.tryAcquire();
        }

        @Operation
        public boolean takeTwo() {
            return limiter.tryAcquire(2);
        }

        @Operation
        public void pass() {
            seam.pass(1);
        }
    }

    /** The specification: a bucket of two permits that gains one each nanosecond. */
    public static final class Bucket {
        private int permits = 2;

        private boolean take(int wanted) {
            boolean there = permits >= wanted;
            permits -= there ? wanted : 0;
            return there;
        }

        public boolean take() {
            return take(1);
        }

        public boolean takeTwo() {
            return take(2);
        }

        public void pass() {
            permits = Math.min(2, permits + 1);
        }
    }

    /** Looks and takes in two steps. */
    public static final class Careless {
        private final AtomicLong permits = new AtomicLong(2);

        @Operation
        public boolean take() {
            long seen = permits.get();
            if (seen < 1) {
                return false;
            }
            permits.set(seen - 1);
            return true;
        }

        @Operation
        public void pass() {
            permits.updateAndGet(seen -> Math.min(2, seen + 1));
        }
    }
}
