package dev.reliability.testkit.contract;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** One task at a time, in an order that the seed fixes. */
final class SimulatedStage implements Stage {
    private final dev.reliability.testkit.sim.World world;
    private final RandomGenerator random;

    SimulatedStage(dev.reliability.testkit.sim.World world) {
        this.world = world;
        this.random = world.random();
    }

    @Override
    public TimeSource time() {
        return world.time();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void start(String name, Actor actor, Runnable task) {
        world.spawn(name, () -> {
            actor.started(Thread.currentThread());
            world.checkpoint(); // whoever started it may go on before it begins
            task.run();
        });
        world.await(actor::isStarted);
    }

    @Override
    public void busy(long nanos) {
        world.busy(Duration.ofNanos(nanos));
    }

    @Override
    public void spinUntil(BooleanSupplier condition) {
        world.await(condition);
    }

    /** Time moves when nobody is able to go on. */
    @Override
    public void awaitBlocked(Actor actor) throws InterruptedException {
        time().sleep(Duration.ofNanos(1));
    }

    @Override
    public void wake(Thread thread) {
        Seam.of(time()).unpark(thread);
    }

    @Override
    public int pendingTimers() {
        return world.pendingAlarms();
    }
}
