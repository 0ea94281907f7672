package dev.reliability.testkit.sim;

import dev.reliability.Action;
import dev.reliability.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The world of one schedule. Guarded by the turn. */
final class SimWorld implements World {
    private final Schedule schedule;
    private final @Nullable Set<Integer> kept; // numbers of operations; null: all
    private int operations;

    SimWorld(Schedule schedule, @Nullable Set<Integer> kept) {
        this.schedule = schedule;
        this.kept = kept;
    }

    /** How many operations the scenario has offered, those that were not kept included. */
    int operations() {
        return operations;
    }

    @Override
    public TimeSource time() {
        return schedule.time;
    }

    @Override
    public RandomGenerator random() {
        return schedule.self("draw a random number").random;
    }

    @Override
    public void spawn(String name, Action<?> task) {
        schedule.spawn(name, task);
    }

    @Override
    public void check(Action<?> check) {
        schedule.check(check);
    }

    @Override
    public <T> List<T> operations(List<T> all) {
        schedule.checkSettingUp("offer operations");
        List<T> some = new ArrayList<>();
        for (T operation : all) {
            if (kept == null || kept.contains(operations)) {
                some.add(operation);
            }
            operations++;
        }
        return some;
    }

    @Override
    public void record(Object event) {
        schedule.trace.record(schedule.self("record"), event);
    }

    @Override
    public List<Recorded> history() {
        return schedule.trace.history();
    }

    @Override
    public void checkpoint() {
        schedule.time.checkpoint();
    }

    @Override
    public void await(BooleanSupplier condition) {
        SimTask self = schedule.self("await a condition");
        schedule.trace.add(self, "awaits a condition");
        schedule.waiting.await(self, condition);
    }

    @Override
    public void busy(Duration span) {
        if (!span.isNegative() && !span.isZero()) {
            SimTask self = schedule.self("let time pass");
            schedule.trace.add(self, "is busy for", Spans.nanos(span));
            schedule.waiting.busy(self, Spans.nanos(span));
        }
    }

    @Override
    public int pendingAlarms() {
        return schedule.clock.alarms();
    }
}
