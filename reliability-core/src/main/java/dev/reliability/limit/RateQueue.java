package dev.reliability.limit;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for the permits of a {@link Gcra}, first come first served.
 *
 * <p><b>Nobody holds a reservation.</b> A waiter that has joined has taken nothing: only the first of the queue takes
 * permits, when they are there, and only then is the rate's word written. One that gives up (time-out, interrupt,
 * cancellation) leaves the queue and nothing else, so all behind it move up by its permits at once (rule LIMIT-3). A
 * limiter that lets each waiter move the word when it begins to wait can take that back only from the last one.
 *
 * <pre>
 *   join --> waits, not first: for its limit, or until it is told that it is first
 *        |      |
 *        '--> first: until its permits are there, by its own timer --> takes them --> tells the next one
 *               |
 *               '--> gives up --> tells the next one
 * </pre>
 *
 * <p><b>No turn is lost.</b> Permits come by time and not by anybody's act, so it is enough that the first one knows that
 * it is first. Whoever leaves the first place, in either way, unlinks itself under the monitor and then unparks the new
 * first one; a waiter that has looked before that and parks after it returns from the park at once.
 *
 * <p><b>Nobody overtakes.</b> A caller takes permits without queueing only if it has found the queue empty; one that has
 * begun after somebody joined finds it not empty. (A caller that looked before and takes after has overlapped the other
 * one: neither was first.)
 *
 * <p><b>Acquires without a thread</b> stand in the same queue. For one that is first an alarm rings when its permits are
 * there; whoever makes it the first sets the alarm.
 *
 * <p>The queue is guarded by this object's monitor, held for a handful of assignments, and never while parking, unparking
 * or reading the clock. What a waiter finds under it is final: {@link Waiter}.
 */
final class RateQueue implements Line {
    private final Seam seam;
    private final Gcra rate;
    private final WaitQueue queue = new WaitQueue(); // guarded by this

    RateQueue(Seam seam, Gcra rate) {
        this.seam = seam;
        this.rate = rate;
    }

    /** Takes permits if they are there and nobody waits: {@link Gcra#TAKEN}, or how long they would have to be waited for. */
    long tryTake(int permits) {
        if (queue.first() == null) {
            return rate.tryTake(permits);
        }
        return hint(seam.nanoTime(), permits);
    }

    /** How long permits would have to be waited for by somebody who comes now. */
    long waitNanos(long nowNanos, int permits) {
        return rate.waitNanos(nowNanos, queue.permits(), permits);
    }

    /**
     * Takes permits, or waits for them. A thread that is interrupted, or whose time is up, just as it takes them has them;
     * its flag stays.
     *
     * @return {@link Gcra#TAKEN}, or how long somebody who came now would have to wait if that or the own wait does not
     *     fit into the limit
     * @throws InterruptedException if the thread gets interrupted while it waits; its flag is cleared
     */
    long take(int permits, long startNanos, long limitNanos) throws InterruptedException {
        Waiter waiter = new Waiter(permits, null);
        seam.checkpoint();
        if (join(waiter, startNanos, limitNanos) == Waiter.State.GONE) {
            return hint(startNanos, permits);
        }
        long now = startNanos;
        long wait = look(waiter, now);
        while (waiter.state == Waiter.State.WAITING) {
            long left = limitNanos - (now - startNanos);
            boolean interrupted = waiter.thread.isInterrupted();
            if (interrupted || wait > left || left <= 0) {
                return giveUp(waiter, interrupted, now);
            }
            seam.parkNanos(this, queue.first() == waiter ? wait : left);
            now = seam.nanoTime();
            seam.checkpoint();
            wait = look(waiter, now);
        }
        tellFirst();
        return Gcra.TAKEN;
    }

    /** What a refusal says: never that there is no wait. */
    long hint(long nowNanos, int permits) {
        return Math.max(waitNanos(nowNanos, permits), 1);
    }

    @Override
    public Waiter.State join(Waiter waiter, long startNanos, long limitNanos) {
        synchronized (this) {
            if (waitNanos(startNanos, waiter.permits) > limitNanos) {
                waiter.state = Waiter.State.GONE;
                return waiter.state;
            }
            queue.add(waiter);
        }
        if (waiter.async != null && queue.first() == waiter) {
            tellFirst();
        }
        return Waiter.State.WAITING;
    }

    /** Takes the permits of the first waiter if they are there; else how long it has to wait at least, which may be 0. */
    private synchronized long look(Waiter waiter, long nowNanos) {
        Waiter first = queue.first();
        if (first != null && first != waiter) {
            return rate.waitNanos(nowNanos, first.permits, waiter.permits);
        }
        long wait = rate.tryTakeAt(nowNanos, waiter.permits);
        if (wait == Gcra.TAKEN) {
            queue.remove(waiter, Waiter.State.ADMITTED);
        }
        return wait;
    }

    private long giveUp(Waiter waiter, boolean interrupted, long nowNanos) throws InterruptedException {
        seam.checkpoint();
        boolean left = abandon(waiter);
        if (interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        return left ? hint(nowNanos, waiter.permits) : Gcra.TAKEN;
    }

    @Override
    public boolean abandon(Waiter waiter) {
        boolean wasFirst;
        @Nullable Alarm due;
        synchronized (this) {
            if (waiter.state != Waiter.State.WAITING) {
                return false;
            }
            wasFirst = queue.first() == waiter;
            due = waiter.due;
            queue.remove(waiter, Waiter.State.GONE);
        }
        if (due != null) {
            seam.cancel(due);
        }
        if (wasFirst) {
            tellFirst();
        }
        return true;
    }

    /** Has the first waiter look: a thread by itself; one without a thread here, and after it the next one. */
    private void tellFirst() {
        Waiter first = queue.first();
        while (first != null && first.async != null) {
            if (!serve(first, first.async)) {
                return;
            }
            first = queue.first();
        }
        if (first != null) {
            seam.unpark(first.thread);
        }
    }

    /** False: it is first and its permits are not there yet, but an alarm will ring when they are. */
    private boolean serve(Waiter first, AsyncAcquire<?> async) {
        long now = seam.nanoTime();
        seam.checkpoint();
        Alarm due = new Due();
        long wait;
        synchronized (this) {
            if (queue.first() != first) {
                return true;
            }
            wait = look(first, now); // as the first: none only if it has taken its permits
            if (wait != Gcra.TAKEN) {
                if (first.due != null) {
                    return false;
                }
                first.due = due;
            }
        }
        if (wait == Gcra.TAKEN) {
            async.admitted();
            return true;
        }
        schedule(due, now + wait, first, async);
        return false;
    }

    private void schedule(Alarm due, long atNanos, Waiter first, AsyncAcquire<?> async) {
        try {
            seam.schedule(due, atNanos);
        } catch (Throwable noTimer) {
            async.endWith(noTimer);
        }
        if (first.state != Waiter.State.WAITING) {
            seam.cancel(due); // it was over before it could be taken back
        }
    }

    /** The permits of the first waiter may be there. */
    private final class Due extends Alarm {
        @Override
        protected void ring() {
            forget();
            tellFirst();
        }

        private void forget() {
            synchronized (RateQueue.this) {
                Waiter first = queue.first();
                if (first != null && first.due == this) {
                    first.due = null;
                }
            }
        }
    }

    int size() {
        return queue.size();
    }
}
