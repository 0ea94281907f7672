package dev.reliability.limit;

import dev.reliability.time.spi.Seam;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * How many permits of a {@link ConcurrencyLimiter} are out, and a queue of those who wait for one.
 *
 * <p><b>The word.</b> One {@code long}: the number of permits that are out, times two, plus one if there are WAITERS.
 *
 * <pre>
 *            take: + 1                          join: the first waiter
 *   OUT n  <-----------> OUT n + 1     OUT max ------------------------> OUT max + WAITERS --.
 *           release: - 1                       <------------------------            ^        | release: hand the permit
 *                                          the last waiter gives up,                '--------' to the first waiter
 *                                          or is handed a permit
 * </pre>
 *
 * <p>Without WAITERS, taking and releasing are one compare-and-set each (rule LIMIT-2: it never goes above {@code max}).
 * WAITERS is set only where all permits are out, and while it is set the number does not change: who comes joins the
 * queue, and who releases hands the permit to the first waiter. So nobody overtakes (LIMIT-3), and no permit is idle
 * while somebody waits.
 *
 * <p><b>No permit is lost.</b> The queue is guarded by this object's monitor, held for a handful of assignments, and never
 * while parking or unparking. WAITERS is set and cleared under it, together with linking the first waiter and unlinking
 * the last. A release that finds WAITERS looks into the queue under the monitor; if the last waiter has given up
 * meanwhile, it finds WAITERS cleared and begins again. Being handed a permit and giving up both happen under the
 * monitor, so exactly one of them happens to each waiter, and one that gives up has nothing to pass on.
 *
 * <p><b>Memory ordering.</b> A release writes the word with a compare-and-set, or the state of the waiter that it hands
 * the permit to; whoever gets that permit has read the same: release happens-before acquisition.
 */
final class InFlight implements Line {
    private static final long WAITERS = 1;
    private static final long ONE = 2;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(InFlight.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Seam seam;
    private final long full;
    private final WaitQueue queue = new WaitQueue(); // guarded by this
    private volatile long word;

    InFlight(Seam seam, int max) {
        this.seam = seam;
        this.full = max * ONE;
    }

    /** Takes a permit if one is free, and nobody waits: then none is free. */
    boolean tryTake() {
        for (long now = word; now < full; now = word) {
            if (WORD.compareAndSet(this, now, now + ONE)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes a permit, or waits for one. A thread that is interrupted, or whose time is up, just as it is handed one has
     * it; its flag stays.
     *
     * @return false if the time was up
     * @throws InterruptedException if the thread is or gets interrupted while it waits; its flag is cleared
     */
    boolean take(long startNanos, long limitNanos) throws InterruptedException {
        Waiter waiter = new Waiter(1, null);
        seam.checkpoint();
        join(waiter, startNanos, limitNanos);
        long left = limitNanos;
        while (waiter.state == Waiter.State.WAITING) {
            boolean interrupted = waiter.thread.isInterrupted();
            if (interrupted || left <= 0) {
                return giveUp(waiter, interrupted);
            }
            seam.parkNanos(this, left);
            left = limitNanos - (seam.nanoTime() - startNanos);
        }
        return true;
    }

    /** Takes a permit if one has become free, else joins the queue. */
    @Override
    public synchronized Waiter.State join(Waiter waiter, long startNanos, long limitNanos) {
        while (true) {
            long now = word;
            if (now < full) {
                if (WORD.compareAndSet(this, now, now + ONE)) {
                    waiter.state = Waiter.State.ADMITTED;
                    return waiter.state;
                }
            } else if (now > full || WORD.compareAndSet(this, now, now + WAITERS)) {
                queue.add(waiter);
                return waiter.state;
            }
        }
    }

    private boolean giveUp(Waiter waiter, boolean interrupted) throws InterruptedException {
        seam.checkpoint();
        if (!abandon(waiter)) {
            return true;
        }
        if (interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        return false;
    }

    /** There is nothing to pass on: a waiter has either nothing or a permit. */
    @Override
    public synchronized boolean abandon(Waiter waiter) {
        if (waiter.state != Waiter.State.WAITING) {
            return false;
        }
        remove(waiter, Waiter.State.GONE);
        return true;
    }

    /** While WAITERS is set the word changes under the monitor only, so that these are plain steps. */
    private void remove(Waiter waiter, Waiter.State end) {
        if (queue.size() == 1) {
            word = full;
        }
        queue.remove(waiter, end);
    }

    /** Ends a permit. To be called once for each that was taken. */
    void release() {
        while (true) {
            long now = word;
            if (now <= full) {
                if (WORD.compareAndSet(this, now, now - ONE)) {
                    return;
                }
            } else if (handOver()) {
                return;
            }
        }
    }

    private boolean handOver() {
        seam.checkpoint();
        Waiter next = takeFirst();
        if (next == null) {
            return false;
        }
        if (next.async != null) {
            next.async.admitted();
        } else {
            seam.unpark(next.thread);
        }
        return true;
    }

    private synchronized @Nullable Waiter takeFirst() {
        Waiter next = queue.first();
        if (next != null) {
            remove(next, Waiter.State.ADMITTED);
        }
        return next;
    }

    /** How many permits are out. */
    int out() {
        return (int) (word / ONE);
    }

    int waiting() {
        return queue.size();
    }
}
