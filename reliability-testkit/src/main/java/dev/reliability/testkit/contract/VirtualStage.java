package dev.reliability.testkit.contract;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** Threads of this machine, in virtual time. */
final class VirtualStage implements Stage {
    private final VirtualTime time;
    private final boolean watching; // threads may park elsewhere

    VirtualStage(VirtualTime time, boolean watching) {
        this.time = time;
        this.watching = watching;
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public RandomGenerator random() {
        return time.random();
    }

    @Override
    public void start(String name, Actor actor, Runnable task) {
        actor.started(time.spawn(name, task));
    }

    @Override
    public void busy(long nanos) {
        time.advance(Duration.ofNanos(nanos));
    }

    @Override
    public void spinUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    /** Time moves when nobody is able to go on. */
    @Override
    public void awaitBlocked(Actor actor) throws InterruptedException {
        time.sleep(Duration.ofNanos(1));
    }

    @Override
    public void wake(Thread thread) {
        time.unpark(thread);
        if (watching) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public int pendingTimers() {
        return time.pendingAlarms();
    }
}
