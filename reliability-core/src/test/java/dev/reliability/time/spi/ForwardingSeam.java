package dev.reliability.time.spi;

import dev.reliability.time.TimeSource;
import java.util.random.RandomGenerator;

/** A seam that does what another one does, for tests that change one thing of it. */
public abstract class ForwardingSeam extends Seam {
    private final Seam seam;

    protected ForwardingSeam(TimeSource time) {
        this.seam = Seam.of(time);
    }

    @Override
    public long nanoTime() {
        return seam.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return seam.random();
    }

    @Override
    public void park(Object blocker) {
        seam.park(blocker);
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        seam.parkNanos(blocker, nanos);
    }

    @Override
    public void unpark(Thread thread) {
        seam.unpark(thread);
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {
        seam.schedule(alarm, atNanos);
    }

    @Override
    public void cancel(Alarm alarm) {
        seam.cancel(alarm);
    }

    @Override
    public void deliver(Alarm alarm) {
        seam.deliver(alarm);
    }

    @Override
    protected void callExecutor(Runnable call) {
        seam.callExecutor(call);
    }

    @Override
    public void execute(Runnable continuation) {
        seam.execute(continuation);
    }

    @Override
    public Thread newThread(String name, Runnable task) {
        return seam.newThread(name, task);
    }

    @Override
    public void start(String name, Runnable task) {
        seam.start(name, task);
    }

    @Override
    public void checkpoint() {
        seam.checkpoint();
    }
}
