package dev.reliability.breaker;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Manual virtual time that counts what it is asked for, and runs what a test wants to happen at the next checkpoint. */
final class BreakerTime extends Seam {
    final VirtualTime virtual = VirtualTime.manual();
    final AtomicInteger clockReads = new AtomicInteger();
    final AtomicInteger alarms = new AtomicInteger();
    private Runnable atCheckpoint;
    private RuntimeException noTimer;

    void atNextCheckpoint(Runnable action) {
        atCheckpoint = action;
    }

    void failNextSchedule(RuntimeException failure) {
        noTimer = failure;
    }

    @Override
    public long nanoTime() {
        clockReads.incrementAndGet();
        return virtual.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return virtual.random();
    }

    @Override
    public void park(Object blocker) {
        virtual.park(blocker);
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        virtual.parkNanos(blocker, nanos);
    }

    @Override
    public void unpark(Thread thread) {
        virtual.unpark(thread);
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {
        RuntimeException failure = noTimer;
        noTimer = null;
        if (failure != null) {
            throw failure;
        }
        alarms.incrementAndGet();
        virtual.schedule(alarm, atNanos);
    }

    @Override
    public void cancel(Alarm alarm) {
        virtual.cancel(alarm);
    }

    @Override
    public void start(String name, Runnable task) {
        virtual.start(name, task);
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
