package dev.reliability.testkit.contract;

import dev.reliability.time.TimeSource;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** Threads and time of this machine. */
final class MachineStage implements Stage {
    private static final Set<Thread.State> BLOCKED =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.BLOCKED);

    private final TimeSource time = TimeSource.system();
    private final RandomGenerator random;

    MachineStage(long seed) {
        this.random = new Random(seed);
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void start(String name, Actor actor, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        actor.started(thread);
        thread.start();
    }

    @Override
    public void busy(long nanos) {
        long begun = time.nanoTime();
        spinUntil(() -> time.nanoTime() - begun >= nanos);
    }

    @Override
    public void spinUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void awaitBlocked(Actor actor) {
        long startNanos = System.nanoTime();
        while (!actor.hasEnded()
                && !BLOCKED.contains(actor.thread().getState())
                && System.nanoTime() - startNanos < Settings.patience().toNanos()) {
            LockSupport.parkNanos(this, 20_000);
        }
    }

    @Override
    public void wake(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public int pendingTimers() {
        return 0; // nobody can tell
    }
}
