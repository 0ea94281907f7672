package dev.reliability.limit;

import dev.reliability.time.spi.Seam;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The rate of a {@link RateLimiter}: the generic cell rate algorithm, as virtual scheduling, of ITU-T recommendation I.371
 * (annex A) and the ATM Forum's Traffic Management Specification 4.0 (section 4.4).
 *
 * <p><b>The word.</b> The whole state is one instant {@code tat}, the theoretical arrival time: when the next permit would
 * be due if permits were evenly spaced. With {@code interval} the time between permits and {@code burst} how many may be
 * taken together, {@code n} permits are granted at the instant {@code t} if
 *
 * <pre>
 *   max(tat, t) + n * interval  <=  t + burst * interval,      and then      tat := max(tat, t) + n * interval
 * </pre>
 *
 * in one compare-and-set. It is a bucket of {@code burst} tokens, full while {@code tat} has passed, that gains one each
 * {@code interval}. {@code tat} never goes back.
 *
 * <p><b>The bound</b> (rule LIMIT-1). Take any grants whose instants lie in a window of the length {@code W}, from {@code
 * s} inclusive to {@code s + W} exclusive; let {@code a} be the first and {@code z} the last of them in the order of the
 * compare-and-sets, and {@code k} the number of permits of all of them. Each one has added at least its permits times
 * {@code interval} to {@code tat}, which was at least {@code t(a)} when {@code a} had begun, and is at most {@code t(z) +
 * burst * interval} after {@code z}. So
 *
 * <pre>
 *   t(a) + k * interval  <=  t(z) + burst * interval
 *   k  <=  (t(z) - t(a)) / interval + burst  <  W / interval + burst
 * </pre>
 *
 * With {@code W = permits * interval} that is {@code k <= permits + burst - 1}. The interval is {@code per / permits}
 * rounded up to a whole nanosecond, so a window of the length {@code per} is not longer than that {@code W}. The instants
 * need not be in the order of the compare-and-sets: a thread that reads the clock and stalls is counted where it read.
 *
 * <p><b>Numbers.</b> Instants are compared by subtraction, so the counter may wrap (TIME-3). {@code burst * interval} is
 * at most 100 years and some nanoseconds, and so is what anybody waits for: sums of three such spans fit where they occur.
 *
 * <p>Thread-safe and lock-free. A grant reads the word, then the clock, and writes the word if it is unchanged: so a
 * refusal is true at the instant at which the word was read. Grants order no other memory accesses.
 */
final class Gcra {
    /** The answer that the permits are taken. */
    static final long TAKEN = 0;

    private static final VarHandle TAT;

    static {
        try {
            TAT = MethodHandles.lookup().findVarHandle(Gcra.class, "tat", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Seam seam;
    private final long intervalNanos;
    private final long toleranceNanos; // burst * interval
    private volatile long tat;

    Gcra(Seam seam, long intervalNanos, int burst) {
        this.seam = seam;
        this.intervalNanos = intervalNanos;
        this.toleranceNanos = burst * intervalNanos;
        this.tat = seam.nanoTime();
    }

    /** Takes permits now: {@link #TAKEN}, or the nanoseconds after which they would be there. */
    long tryTake(int permits) {
        while (true) {
            long before = tat;
            long now = seam.nanoTime();
            long wait = waitNanos(before, now, 0, permits);
            if (wait <= 0 && take(before, now, permits)) {
                return TAKEN;
            }
            if (wait > 0) {
                return wait;
            }
        }
    }

    /** Takes permits at an instant that was read before. */
    long tryTakeAt(long now, int permits) {
        while (true) {
            long before = tat;
            long wait = waitNanos(before, now, 0, permits);
            if (wait <= 0 && take(before, now, permits)) {
                return TAKEN;
            }
            if (wait > 0) {
                return wait;
            }
        }
    }

    /** How long permits have to be waited for behind others; zero if they are there. */
    long waitNanos(long now, long permitsAhead, int permits) {
        return Math.max(waitNanos(tat, now, permitsAhead, permits), 0);
    }

    private long waitNanos(long before, long now, long permitsAhead, int permits) {
        long debt = Math.max(before - now, 0) - toleranceNanos;
        return debt + permitsAhead * intervalNanos + permits * intervalNanos;
    }

    private boolean take(long before, long now, int permits) {
        long start = before - now > 0 ? before : now;
        return TAT.compareAndSet(this, before, start + permits * intervalNanos);
    }

    /** How many permits are there. */
    int available(long now) {
        return (int) Math.max((toleranceNanos - Math.max(tat - now, 0)) / intervalNanos, 0);
    }
}
