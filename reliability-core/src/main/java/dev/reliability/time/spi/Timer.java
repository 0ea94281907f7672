package dev.reliability.time.spi;

import dev.reliability.base.Events;
import org.jspecify.annotations.Nullable;

/**
 * Rings alarms. One daemon thread serves all of them; it is started by the first alarm and ends when there has been none
 * for {@value #IDLE_SECONDS} seconds (rule TIME-4).
 *
 * <p>How it works: alarms sit in a {@link Wheel} under this object's monitor. The thread takes out what is due, one alarm
 * at a time, and rings it outside the monitor. Then it parks until the next tick with something to do. Whoever schedules
 * an alarm before that tick wakes it.
 *
 * <p>Thread-safe. An alarm's ring happens after its scheduling.
 */
public final class Timer {
    /** 131 us: an alarm rings at most that late, plus what the machine takes to wake a thread. */
    private static final int TICK_BITS = 17;

    private static final int IDLE_SECONDS = 10;
    private static final long IDLE_NANOS = IDLE_SECONDS * 1_000_000_000L;

    private final Seam seam;
    private final long origin;

    // Guarded by this.
    private final Wheel wheel = new Wheel();
    private @Nullable Thread thread; // null: none, or on its way
    private long wakeTick;
    private long idleSince;

    /**
     * A timer without a thread yet.
     *
     * @param seam whose time decides, and who parks and starts the thread
     */
    public Timer(Seam seam) {
        this.seam = seam;
        this.origin = seam.nanoTime();
    }

    /**
     * Schedules an alarm.
     *
     * @param alarm one that was never scheduled
     * @param atNanos when
     */
    public void schedule(Alarm alarm, long atNanos) {
        long tick = tickAtOrAfter(atNanos);
        Thread serving;
        boolean wake = false;
        synchronized (this) {
            wheel.add(alarm, tick);
            serving = thread;
            if (serving != null && tick < wakeTick) {
                wakeTick = tick;
                wake = true;
            }
        }
        if (serving == null) {
            start(alarm);
        } else if (wake) {
            seam.unpark(serving);
        }
    }

    /**
     * Takes an alarm back.
     *
     * @param alarm one that was scheduled here; nothing happens if it has rung
     */
    public synchronized void cancel(Alarm alarm) {
        wheel.remove(alarm);
    }

    /**
     * Whoever schedules while there is no thread starts one, and the first of them that runs serves: so none relies on a
     * thread that somebody else did not get.
     */
    private void start(Alarm alarm) {
        try {
            seam.start("reliability-timer", this::serve);
        } catch (Throwable noThread) {
            if (gaveUp(alarm)) {
                throw noThread;
            }
        }
    }

    private synchronized boolean gaveUp(Alarm alarm) {
        if (thread == null) {
            wheel.remove(alarm);
        }
        return thread == null;
    }

    private void serve() {
        if (!began()) {
            return;
        }
        for (long park = 0; park >= 0; park = turn()) {
            seam.parkNanos(this, park);
            Thread.interrupted(); // nobody is meant to interrupt this thread; a set flag would keep it from parking
        }
    }

    private synchronized boolean began() {
        if (thread != null) {
            return false;
        }
        thread = Thread.currentThread();
        idleSince = seam.nanoTime();
        return true;
    }

    /** Rings all that is due. The answer is how long to park, negative if the thread has to end. */
    private long turn() {
        while (true) {
            Alarm due;
            synchronized (this) {
                long now = seam.nanoTime();
                due = wheel.poll((now - origin) >> TICK_BITS);
                if (due == null) {
                    return untilNext(now);
                }
                idleSince = now;
            }
            try {
                due.ring();
            } catch (Throwable failure) {
                Events.report(failure);
            }
        }
    }

    private long untilNext(long now) {
        if (!wheel.isEmpty()) {
            idleSince = now;
            wakeTick = wheel.next();
            return Math.max(origin + (wakeTick << TICK_BITS) - now, 0);
        }
        long idleLeft = IDLE_NANOS - (now - idleSince);
        if (idleLeft > 0) {
            wakeTick = Long.MAX_VALUE;
            return idleLeft;
        }
        thread = null;
        return -1;
    }

    private long tickAtOrAfter(long atNanos) {
        long since = atNanos - origin;
        return since <= 0 ? 0 : ((since - 1) >> TICK_BITS) + 1;
    }
}
