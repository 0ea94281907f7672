package dev.reliability.testkit.sim;

import dev.reliability.testkit.sim.SimTask.State;
import dev.reliability.time.spi.Alarm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** All that waits in one schedule: parked tasks, conditions, alarms. Guarded by the turn. */
final class Waiting {
    private final Schedule schedule;
    private final Clock clock;
    private final List<SimTask> awaiting = new ArrayList<>();
    private @Nullable SimTask timer; // rings; there from the first alarm on

    Waiting(Schedule schedule, Clock clock) {
        this.schedule = schedule;
        this.clock = clock;
    }

    void park(SimTask self, long nanos) {
        if (self.permit) {
            self.permit = false;
        } else if (!schedule.isStopping() && !self.carrier.isInterrupted()) {
            self.state = State.PARKED;
            schedule.tasks.notReady(self);
            if (nanos >= 0) {
                clock.wake(self, clock.after(nanos));
            }
        }
        schedule.point(self);
    }

    /** A wait that only time ends. */
    void busy(SimTask self, long nanos) {
        if (!schedule.isStopping()) {
            self.state = State.BUSY;
            schedule.tasks.notReady(self);
            clock.wake(self, clock.after(nanos));
        }
        schedule.point(self);
    }

    void unpark(SimTask task) {
        if (task.state == State.PARKED) {
            clock.forget(task);
            schedule.tasks.ready(task);
        } else {
            task.permit = true;
        }
    }

    void interrupt(SimTask task) {
        if (schedule.isOver()) {
            return;
        }
        SimTask self = schedule.self("interrupt a task");
        if (!schedule.isStopping() && task.state != State.ENDED) {
            schedule.trace.add(self, "interrupts", task);
            task.carrier.flag();
            if (task.state == State.PARKED) {
                unpark(task);
            }
        }
    }

    void await(SimTask self, BooleanSupplier condition) {
        self.condition = condition;
        self.state = State.AWAITING;
        schedule.tasks.notReady(self);
        awaiting.add(self);
        schedule.point(self);
    }

    void schedule(Alarm alarm, long atNanos) {
        if (timer == null) {
            timer = schedule.make("timer", this::ringAlarms, false);
            timer.state = State.PARKED;
        }
        if (clock.schedule(alarm, atNanos)) {
            unpark(timer);
        }
    }

    private void ringAlarms() {
        SimTask self = schedule.self("ring");
        while (true) {
            Alarm alarm = clock.pollDue();
            if (alarm == null) {
                park(self, -1);
            } else {
                schedule.trace.add(self, "rings");
                try {
                    alarm.ringNow();
                } catch (SimulationEnded ended) {
                    throw ended;
                } catch (Throwable failed) {
                    reported(self, failed);
                }
                schedule.point(self);
            }
        }
    }

    /** Lets those go on whose condition holds. */
    void lookAtConditions() {
        for (SimTask task : awaiting.isEmpty() ? List.<SimTask>of() : List.copyOf(awaiting)) {
            if (holds(task)) {
                awaiting.remove(task);
                schedule.tasks.ready(task);
            }
        }
    }

    private boolean holds(SimTask task) {
        try {
            return task.condition == null || task.condition.getAsBoolean();
        } catch (Throwable thrown) {
            schedule.failed(task, thrown);
            return true;
        }
    }

    /** Whether a task is the one that rings: nothing else runs on its thread. */
    boolean isTimer(SimTask task) {
        return task == timer;
    }

    /** Notes what core would tell the uncaught-exception handler. */
    void reported(SimTask task, Throwable what) {
        if (!schedule.isStopping()) {
            schedule.trace.add(task, "reports", what.getClass().getName().hashCode(), what);
        }
    }

    /** Moves the time to the next instant at which something happens; false if there is none. */
    boolean advance() {
        if (!clock.advance(schedule.tasks::ready)) {
            return false;
        }
        if (timer != null && timer.state == State.PARKED && clock.isAlarmDue()) {
            schedule.tasks.ready(timer);
        }
        return true;
    }
}
