package dev.reliability.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in one schedule: always its fingerprint, its switches and its history, in words only where asked for. */
final class Trace {
    private final Clock clock;
    private final @Nullable List<TraceEvent> events;
    private final List<Switch> switches = new ArrayList<>();
    private final List<World.Recorded> history = new ArrayList<>();
    private long fingerprint;

    Trace(Clock clock, boolean inWords) {
        this.clock = clock;
        this.events = inWords ? new ArrayList<>() : null;
    }

    void add(SimTask task, String what) {
        add(task, what, 0, "");
    }

    void add(SimTask task, String what, SimTask other) {
        add(task, what, other.id, other);
    }

    void add(SimTask task, String what, long nanos) {
        add(task, what, nanos, inWords() ? Spans.text(nanos) : "");
    }

    private boolean inWords() {
        return events != null;
    }

    /** The detail is part of the text, the number stands for it in the fingerprint. */
    void add(SimTask task, String what, long number, Object detail) {
        fingerprint(clock.now());
        fingerprint(task.id);
        fingerprint(what.hashCode());
        fingerprint(number);
        if (events != null) {
            String text = (what + " " + detail).strip().replaceAll("\\s+", " ");
            events.add(new TraceEvent(clock.now(), task.id, task.name, text));
        }
    }

    void record(SimTask task, Object event) {
        String text = event.toString();
        add(task, "records", text.hashCode(), text);
        history.add(new World.Recorded(clock.now(), task.name, event));
    }

    void chose(SimTask current, SimTask next, SimTask obvious) {
        fingerprint(next.id);
        if (next != obvious) {
            switches.add(new Switch(current.id, current.points, next.id));
        }
    }

    /** The time has moved although tasks could go on. */
    void stalled(SimTask current) {
        add(current, "stalls");
        switches.add(new Switch(current.id, current.points, Switch.STALL));
    }

    private void fingerprint(long number) {
        fingerprint = Draws.mix(fingerprint * 31 + number);
    }

    long fingerprint() {
        return fingerprint;
    }

    List<Switch> switches() {
        return List.copyOf(switches);
    }

    List<World.Recorded> history() {
        return List.copyOf(history);
    }

    List<TraceEvent> events() {
        return events == null ? List.of() : List.copyOf(events);
    }
}
