package dev.reliability.testkit.sim;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits, in real time, for a schedule to be over, and notices a task that is outside the simulation. */
final class Watchdog {
    private static final long LOOK_NANOS = 20_000_000;
    private static final long UNWIND_NANOS = 1_000_000_000;

    private final long limitNanos;
    private final Carriers carriers;

    Watchdog(Duration limit, Carriers carriers) {
        this.limitNanos = Spans.nanos(limit);
        this.carriers = carriers;
    }

    /** Waits on the calling thread, which made the schedule. */
    void observe(Schedule schedule) {
        long seen = -1;
        long sinceNanos = System.nanoTime();
        while (!schedule.isOver()) {
            LockSupport.parkNanos(schedule, LOOK_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                giveUp(schedule);
                throw new CancellationException("interrupted while a simulation ran");
            }
            String reason = schedule.escape();
            if (schedule.points() != seen) {
                seen = schedule.points();
                sinceNanos = System.nanoTime();
            } else if (reason == null) {
                reason = outside(schedule.running(), System.nanoTime() - sinceNanos);
            }
            if (reason != null && (!schedule.isOver() || schedule.escape() != null)) {
                giveUp(schedule);
                throw new NotSimulatable(reason);
            }
        }
        String late = schedule.escape();
        if (late != null) {
            throw new NotSimulatable(late);
        }
    }

    private @Nullable String outside(@Nullable SimTask task, long nanos) {
        if (task == null) {
            return null;
        }
        Thread.State state = task.carrier.getState();
        String holder = holder(task);
        if (holder != null || nanos >= limitNanos) {
            String why =
                    holder == null ? "was outside the simulation for " + Spans.text(nanos) : "blocked on " + holder;
            return "task \"" + task + "\" " + why + ", " + state + " at " + Places.of(task.carrier);
        }
        return null;
    }

    /** What the task is blocked on, if that is a lock of a task that waits for its turn: it will not be given back. */
    private @Nullable String holder(SimTask task) {
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(task.carrier.getId());
        if (info == null) {
            return null;
        }
        for (Carrier carrier : carriers.busy()) {
            if (carrier.getId() == info.getLockOwnerId() && carrier != task.carrier) {
                return "a lock that task \"" + carrier.task() + "\" holds";
            }
        }
        return null;
    }

    private void giveUp(Schedule schedule) {
        schedule.abandon();
        long begun = System.nanoTime();
        boolean interrupted = Thread.interrupted();
        while (!carriers.busy().isEmpty() && System.nanoTime() - begun < UNWIND_NANOS) {
            LockSupport.parkNanos(schedule, 1_000_000);
            if (System.nanoTime() - begun > UNWIND_NANOS / 10) {
                carriers.busy().forEach(Carrier::interruptForReal);
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
