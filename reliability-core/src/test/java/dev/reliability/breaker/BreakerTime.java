package dev.reliability.breaker;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.util.concurrent.atomic.AtomicInteger;

/** Manual virtual time that counts what it is asked for, and runs what a test wants to happen at the next checkpoint. */
final class BreakerTime extends ForwardingSeam {
    final VirtualTime virtual;
    final AtomicInteger clockReads = new AtomicInteger();
    final AtomicInteger alarms = new AtomicInteger();
    private Runnable atCheckpoint;
    private RuntimeException noTimer;

    BreakerTime() {
        this(VirtualTime.manual());
    }

    private BreakerTime(VirtualTime virtual) {
        super(virtual);
        this.virtual = virtual;
    }

    void atNextCheckpoint(Runnable action) {
        atCheckpoint = action;
    }

    void failNextSchedule(RuntimeException failure) {
        noTimer = failure;
    }

    @Override
    public long nanoTime() {
        clockReads.incrementAndGet();
        return super.nanoTime();
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {
        RuntimeException failure = noTimer;
        noTimer = null;
        if (failure != null) {
            throw failure;
        }
        alarms.incrementAndGet();
        super.schedule(alarm, atNanos);
    }

    @Override
    public void checkpoint() {
        Runnable action = atCheckpoint;
        atCheckpoint = null;
        if (action != null) {
            action.run();
        }
    }
}
