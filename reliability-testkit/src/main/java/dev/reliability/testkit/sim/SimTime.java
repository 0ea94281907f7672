package dev.reliability.testkit.sim;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Relay;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The seam of one schedule. Each wait, wake-up and start is a switch point; reading the clock is none. */
final class SimTime extends Seam {
    private final Schedule schedule;
    private @Nullable Relay relay; // guarded by the turn

    SimTime(Schedule schedule) {
        this.schedule = schedule;
    }

    @Override
    public long nanoTime() {
        return schedule.clock.now();
    }

    @Override
    public RandomGenerator random() {
        return schedule.self("draw a random number").random;
    }

    @Override
    public void park(Object blocker) {
        SimTask self = schedule.self("park");
        schedule.trace.add(self, "parks");
        schedule.waiting.park(self, -1);
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        if (nanos > 0) {
            SimTask self = schedule.self("park");
            schedule.trace.add(self, "parks for", nanos);
            schedule.waiting.park(self, nanos);
        }
    }

    @Override
    public void unpark(Thread thread) {
        SimTask self = schedule.self("unpark");
        SimTask parked = thread instanceof Carrier carrier ? carrier.task() : null;
        if (parked == null || parked.schedule != schedule) {
            LockSupport.unpark(thread);
        } else if (!schedule.isStopping()) {
            schedule.trace.add(self, "unparks", parked);
            schedule.waiting.unpark(parked);
            schedule.point(self);
        }
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {
        SimTask self = schedule.self("schedule an alarm");
        if (!schedule.isStopping()) {
            schedule.trace.add(self, "schedules an alarm in", atNanos - nanoTime());
            schedule.waiting.schedule(alarm, atNanos);
            schedule.point(self);
        }
    }

    @Override
    public void cancel(Alarm alarm) {
        SimTask unused = schedule.self("cancel an alarm");
        if (!schedule.isStopping()) {
            schedule.clock.cancel(alarm);
        }
    }

    /** As on the machine: in order, and where one blocks for a millisecond, another thread goes on. */
    @Override
    public void deliver(Alarm alarm) {
        if (relay == null) {
            relay = new Relay(this);
        }
        relay.deliver(alarm);
    }

    @Override
    public void execute(Runnable continuation) {
        schedule.start("async", continuation::run, true);
    }

    @Override
    public void start(String name, Runnable task) {
        schedule.start(name, task::run, false);
    }

    /** A thread outside the simulation: nobody knows when it is started. */
    @Override
    public Thread newThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void checkpoint() {
        SimTask self = schedule.self("pass a checkpoint");
        schedule.trace.add(self, "passes a checkpoint");
        schedule.point(self);
    }

    @Override
    public String toString() {
        return "simulated time at " + Spans.text(nanoTime());
    }
}
