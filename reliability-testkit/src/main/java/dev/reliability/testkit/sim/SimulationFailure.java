package dev.reliability.testkit.sim;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that failed.
 *
 * @param kind of failure
 * @param what happened, in words
 * @param cause what was thrown; null if nothing was
 * @param places where each task is that has not ended, in a deadlock or an endless schedule
 * @param replay the text that repeats it, for {@link Simulation#replay} or the property {@code reliability.replay}; empty
 *     if it ran on real threads
 * @param schedule its number, from 0
 * @param nanos the virtual time at which it failed
 * @param operations how many operations the scenario kept
 * @param switches how many choices were not the obvious one
 * @param trace what each task did
 * @param history what was recorded
 * @param shrunk the same failure with as few operations and switches as were found; null in the shrunk one itself, and if
 *     the failure cannot be repeated
 */
public record SimulationFailure(
        Kind kind,
        String what,
        @Nullable Throwable cause,
        List<String> places,
        String replay,
        int schedule,
        long nanos,
        int operations,
        int switches,
        List<TraceEvent> trace,
        List<World.Recorded> history,
        @Nullable SimulationFailure shrunk) {
    private static final int LINES = 200;

    /** Kinds of failure. */
    public enum Kind {
        /** A task, the set-up or the check threw. */
        THROWN,
        /** Tasks have not ended, and nothing can let any of them go on. */
        DEADLOCK,
        /** Tasks went on and on. */
        ENDLESS
    }

    SimulationFailure shrunkTo(SimulationFailure smaller) {
        return new SimulationFailure(
                kind, what, cause, places, replay, schedule, nanos, operations, switches, trace, history, smaller);
    }

    SimulationFailure unrepeatable() {
        String said =
                what + "\n  it did not happen again in the same order: the scenario takes time, chance or order from"
                        + " elsewhere than its world";
        return new SimulationFailure(
                kind, said, cause, places, replay, schedule, nanos, operations, switches, trace, history, shrunk);
    }

    /** The failure in full: what, where, how to repeat it, and what led to it, in the shrunk form if there is one. */
    @Override
    public String toString() {
        SimulationFailure shown = shrunk == null ? this : shrunk;
        StringBuilder text =
                new StringBuilder("schedule " + schedule + " failed at " + Spans.text(nanos) + ": " + what);
        places.forEach(place -> text.append("\n    ").append(place));
        if (!replay.isEmpty()) {
            text.append("\n  repeat: the same test with -Dreliability.replay=").append(replay);
        }
        if (shrunk != null) {
            text.append("\n  shrunk from ").append(size()).append(" to ").append(shown.size());
            text.append("\n  repeat: the same test with -Dreliability.replay=").append(shown.replay);
            text.append("\n  there: ").append(shown.what);
        } else if (!replay.isEmpty()) {
            text.append("\n  ").append(size());
        }
        int from = Math.max(0, shown.trace.size() - LINES);
        text.append(from == 0 ? "" : "\n  ... " + from + " lines before");
        text.append(shown.trace.subList(from, shown.trace.size()).stream()
                .map(event -> "\n  " + event)
                .collect(Collectors.joining()));
        return text.toString();
    }

    private String size() {
        String ofSwitches = switches == 1 ? "1 switch" : switches + " switches";
        return operations == 0
                ? ofSwitches
                : operations + (operations == 1 ? " operation and " : " operations and ") + ofSwitches;
    }
}
