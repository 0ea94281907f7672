package dev.reliability.time.spi;

import dev.reliability.base.Events;
import org.jspecify.annotations.Nullable;

/**
 * Does what alarms have to do that may run code of others, off the timer's thread (rules TIME-5, DEADLINE-6).
 *
 * <p>How it works: one daemon thread delivers alarms in the order in which they rang. While others wait, an alarm on the
 * timer looks after a millisecond whether it is still at the same one; then somebody else's code blocks it, a new thread
 * takes over, and the old one ends with the delivery it is at. A thread with nothing to do ends after
 * {@value #IDLE_SECONDS} seconds (rule TIME-4).
 *
 * <p>If no thread can be had, the alarm is delivered on the thread that brings it: late is better than never.
 *
 * <p>Thread-safe. What an alarm does in its ring happens before its delivery.
 */
public final class Relay {
    private static final int IDLE_SECONDS = 10;
    private static final long IDLE_NANOS = IDLE_SECONDS * 1_000_000_000L;
    private static final long PATIENCE_NANOS = 1_000_000L;

    private final Seam seam;

    // Guarded by this. The alarms that wait are linked by their next, first one first.
    private @Nullable Alarm first;
    private @Nullable Alarm last;
    private @Nullable Thread thread; // who delivers; null: nobody, or on its way
    private boolean delivering;
    private boolean watched;
    private long taken;

    /**
     * A relay without a thread yet.
     *
     * @param seam who starts threads, parks them and rings
     */
    public Relay(Seam seam) {
        this.seam = seam;
    }

    /**
     * Has an alarm delivered.
     *
     * @param alarm one that rings and was never delivered
     */
    public void deliver(Alarm alarm) {
        Thread serving;
        boolean idle;
        boolean watch;
        synchronized (this) {
            watch = !watched && (delivering || first != null);
            watched |= watch;
            append(alarm);
            serving = thread;
            idle = !delivering;
        }
        if (serving == null) {
            start();
        } else if (idle) {
            seam.unpark(serving);
        }
        if (watch) {
            watch();
        }
    }

    private void append(Alarm alarm) {
        if (last == null) {
            first = alarm;
        } else {
            last.next = alarm;
        }
        last = alarm;
    }

    private void start() {
        try {
            seam.start("reliability-interrupts", this::serve);
        } catch (Throwable noThread) {
            deliverAllHere();
        }
    }

    private void deliverAllHere() {
        for (Alarm alarm = poll(); alarm != null; alarm = poll()) {
            deliverQuietly(alarm);
        }
    }

    private static void deliverQuietly(Alarm alarm) {
        try {
            alarm.deliver();
        } catch (Throwable failure) {
            Events.report(failure);
        }
    }

    private synchronized @Nullable Alarm poll() {
        Alarm alarm = first;
        if (alarm != null) {
            first = alarm.next;
            alarm.next = null;
            last = first == null ? null : last;
            taken++;
        }
        return alarm;
    }

    private void serve() {
        Thread self = Thread.currentThread();
        if (!begin(self)) {
            return;
        }
        long idleSince = seam.nanoTime();
        while (true) {
            Alarm alarm = take(self);
            if (alarm != null) {
                deliverQuietly(alarm);
                Thread.interrupted(); // whatever code ran here: a set flag would keep this thread from parking
                idleSince = seam.nanoTime();
            } else if (isOver(self, seam.nanoTime() - idleSince)) {
                return;
            } else {
                seam.parkNanos(this, IDLE_NANOS);
            }
        }
    }

    private synchronized boolean begin(Thread self) {
        if (thread != null) {
            return false;
        }
        thread = self;
        return true;
    }

    private synchronized @Nullable Alarm take(Thread self) {
        if (thread != self) {
            return null;
        }
        Alarm alarm = poll();
        delivering = alarm != null;
        return alarm;
    }

    private synchronized boolean isOver(Thread self, long idleNanos) {
        if (thread == self && first == null && idleNanos >= IDLE_NANOS) {
            thread = null;
        }
        return thread != self;
    }

    private void watch() {
        try {
            seam.schedule(new Watch(), seam.nanoTime() + PATIENCE_NANOS);
        } catch (Throwable noMemory) {
            stopWatching();
            throw noMemory;
        }
    }

    private synchronized void stopWatching() {
        watched = false;
    }

    /** Looks once whether the thread is still at the delivery that it was at when this was made. */
    private final class Watch extends Alarm {
        private final long takenBefore = taken();

        @Override
        protected void ring() {
            Look look = look(takenBefore);
            if (look == Look.BLOCKED) {
                start();
            }
            if (look != Look.NOTHING_WAITS) {
                watch();
            }
        }
    }

    private enum Look {
        NOTHING_WAITS,
        GOES_ON,
        BLOCKED
    }

    private synchronized long taken() {
        return taken;
    }

    private synchronized Look look(long takenBefore) {
        if (first == null) {
            watched = false;
            return Look.NOTHING_WAITS;
        }
        if (taken != takenBefore || !delivering) {
            return Look.GOES_ON;
        }
        thread = null;
        delivering = false;
        return Look.BLOCKED;
    }
}
