package dev.reliability.testkit.contract.push;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that the reference command is given, in a form that a process can be given, too. */
record Job(
        ArrayList<Map<String, Object>> events,
        boolean missing,
        String platform,
        ArrayList<String> environments,
        ArrayList<String> names,
        ArrayList<String> urls,
        PushCode code,
        String environment,
        boolean dryRun,
        long timeoutNanos,
        int attempts,
        long backoffNanos,
        boolean json,
        boolean silent,
        boolean verbose,
        ArrayList<PushInjection> injected,
        Defect defect)
        implements Serializable {

    static Job of(List<PushEvent> events, PushFlow flow, PushOptions options, PushWorld world, Defect defect) {
        ArrayList<Map<String, Object>> rendered = new ArrayList<>();
        events.forEach(event -> rendered.add(new LinkedHashMap<>(event.fields())));
        return new Job(
                rendered,
                flow.isMissing(),
                flow.platform(),
                new ArrayList<>(flow.environments()),
                new ArrayList<>(
                        flow.destinations().stream().map(PushDestination::name).toList()),
                new ArrayList<>(
                        flow.destinations().stream().map(PushDestination::url).toList()),
                flow.code(),
                options.environment().orElse(null),
                options.dryRun(),
                options.timeout().toNanos(),
                options.attempts(),
                options.backoff().toNanos(),
                options.json(),
                options.silent(),
                options.verbose(),
                new ArrayList<>(world.injected()),
                defect);
    }

    void write(Path file) throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
            out.writeObject(this);
        }
    }

    static Job read(Path file) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
            return (Job) in.readObject();
        }
    }

    boolean has(Defect other) {
        return defect == other;
    }
}
