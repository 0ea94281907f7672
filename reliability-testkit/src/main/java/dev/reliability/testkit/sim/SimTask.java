package dev.reliability.testkit.sim;

import dev.reliability.Action;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One task of one schedule. Guarded by the turn: only the task that runs, whichever it is, touches any of them. */
final class SimTask {
    enum State {
        /** Was spawned in the set-up, which has not ended. */
        NEW,
        /** Runs, or may run. */
        READY,
        PARKED,
        /** Lets time pass. */
        BUSY,
        /** Waits for its condition. */
        AWAITING,
        ENDED
    }

    final Schedule schedule;
    final int id; // its place in the order in which the tasks were made
    final String name;
    final Action<?> body;
    final boolean foreground; // the schedule has not ended before it has
    final Carrier carrier;
    final Draws random;

    State state = State.READY;
    boolean permit;
    int points; // switch points that it has passed
    long priority; // for the choice
    int unwound; // times that it was told that the schedule is over

    @Nullable
    BooleanSupplier condition;

    Clock.@Nullable Wake wake;

    SimTask(Schedule schedule, int id, String name, Action<?> body, boolean foreground, Carrier carrier, Draws random) {
        this.schedule = schedule;
        this.id = id;
        this.name = name;
        this.body = body;
        this.foreground = foreground;
        this.carrier = carrier;
        this.random = random;
    }

    @Override
    public String toString() {
        return name;
    }
}
