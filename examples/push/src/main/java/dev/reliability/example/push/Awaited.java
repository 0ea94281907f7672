package dev.reliability.example.push;

import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Stage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a push waits for at the moment, and how long it waited for what. Thread-safe. */
final class Awaited {
    private final Watcher watcher;
    private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class); // guarded by this
    private Stage stage = Stage.START; // guarded by this
    private String what = "the start of the command"; // guarded by this
    private long sinceNanos; // guarded by this
    private @Nullable EventRun running; // guarded by this

    Awaited(Watcher watcher, long startNanos) {
        this.watcher = watcher;
        this.sinceNanos = startNanos;
    }

    void next(Stage nextStage, String nextWhat, @Nullable EventRun event) {
        synchronized (this) {
            settle();
            stage = nextStage;
            what = nextWhat;
            running = event;
        }
        watcher.waitingFor(nextWhat);
    }

    private void settle() {
        long now = System.nanoTime();
        nanos.merge(stage, now - sinceNanos, Long::sum);
        sinceNanos = now;
    }

    synchronized Stage stage() {
        return stage;
    }

    synchronized Map<Stage, Duration> durations() {
        settle();
        Map<Stage, Duration> durations = new EnumMap<>(Stage.class);
        nanos.forEach((each, spent) -> durations.put(each, Duration.ofNanos(spent)));
        return durations;
    }

    /** The failure of a push whose time is up: it says what it waited for. */
    synchronized Failure limitPassed(Duration limit, Throwable cause) {
        Stage where = stage;
        String waitedFor = what;
        var deliveries = running == null ? null : running.deliveries();
        List<String> destinations = deliveries == null ? List.of() : deliveries.outOfTime();
        if (!destinations.isEmpty()) {
            where = Stage.DELIVERY;
            waitedFor = "the answer of " + String.join(", ", destinations);
        }
        return Failure.of(
                where,
                kindOf(where),
                "limit",
                "not finished within " + limit.toMillis() / 1000.0 + " s: waited for " + waitedFor,
                cause);
    }

    /** A flow that loops will loop again. */
    private static Kind kindOf(Stage stage) {
        return switch (stage) {
            case FETCH, DELIVERY -> Kind.TRANSIENT;
            case START, VALIDATION, BUNDLE -> Kind.SYSTEM;
            case LOAD, FACTORY, PUSH -> Kind.USER;
        };
    }
}
