package dev.reliability.testkit.sim;

import dev.reliability.testkit.sim.SimTask.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tasks of one schedule, and which of them can go on. Guarded by the turn. */
final class Tasks {
    private final List<SimTask> all = new ArrayList<>();
    private final List<SimTask> ready = new ArrayList<>(); // in the order of their numbers
    private int foreground; // those that have to end before the schedule does

    int count() {
        return all.size();
    }

    void add(SimTask task) {
        all.add(task);
        foreground += task.foreground ? 1 : 0;
    }

    /** Those that can go on, in the order of their numbers. */
    List<SimTask> ready() {
        return ready;
    }

    void ready(SimTask task) {
        int place = ready.size();
        while (place > 0 && ready.get(place - 1).id > task.id) {
            place--;
        }
        task.state = State.READY;
        ready.add(place, task);
    }

    void notReady(SimTask task) {
        ready.remove(task);
    }

    /** Lets those begin that were spawned in the set-up. */
    void beginSpawned() {
        all.stream().filter(task -> task.state == State.NEW).forEach(this::ready);
    }

    void end(SimTask task) {
        task.state = State.ENDED;
        ready.remove(task);
        foreground -= task.foreground ? 1 : 0;
    }

    boolean isForegroundOver() {
        return foreground == 0;
    }

    /** The first one that has not ended; null if all have. */
    @Nullable
    SimTask firstLeft() {
        return all.stream()
                .filter(task -> task.state != State.ENDED)
                .findFirst()
                .orElse(null);
    }

    /** Where those are that have to end and have not. */
    List<String> places() {
        return all.stream()
                .filter(task -> task.state != State.ENDED && task.foreground)
                .map(task -> task.name + ": " + Places.of(task.carrier))
                .toList();
    }
}
