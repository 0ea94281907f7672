package dev.reliability.testkit.contract;

import dev.reliability.testkit.json.Json;
import dev.reliability.testkit.rule.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Keeps {@code rules.json}: one line for each rule and adapter, the last run of which replaces the one before. It is
 * written after each rule, so that an aborted run leaves what it found out, and merged under a file lock, because the
 * contracts of a module may run in several JVMs.
 */
final class Conformance {
    /** What came of one rule. */
    record Line(String rule, String adapter, boolean own, String mode, int tries, String outcome) {
        /** Sorts by the catalogue. */
        String key() {
            return String.format("%04d %s", Rule.all().indexOf(Rule.of(rule)), adapter);
        }

        @Override
        public String toString() {
            return "{\"rule\":" + Json.quote(rule) + ",\"adapter\":" + Json.quote(adapter) + ",\"own\":" + own
                    + ",\"mode\":" + Json.quote(mode) + ",\"tries\":" + tries + ",\"outcome\":" + Json.quote(outcome)
                    + "}";
        }
    }

    private Conformance() {}

    static void record(Line line) {
        Path directory = Settings.conformance();
        try {
            Files.createDirectories(directory);
            synchronized (Conformance.class) { // a file lock does not exclude threads of one JVM: it throws
                merge(directory, line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the results of " + line.rule() + " to " + directory, e);
        }
    }

    private static void merge(Path directory, Line line) throws IOException {
        try (FileChannel channel = FileChannel.open(
                directory.resolve("rules.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock(); // closing the channel gives it back
            Path file = directory.resolve("rules.json");
            Map<String, Line> lines = read(file);
            lines.put(line.key(), line);
            String results = lines.values().stream().map(Line::toString).collect(Collectors.joining(",\n"));
            Path next = Files.createTempFile(directory, "rules", ".next");
            Files.writeString(next, "{\"results\":[\n" + results + "\n]}\n");
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Map<String, Line> read(Path file) throws IOException {
        Map<String, Line> lines = new TreeMap<>();
        if (Files.exists(file)
                && Json.read(Files.readString(file)) instanceof Map<?, ?> document
                && document.get("results") instanceof List<?> results) {
            for (Object result : results) {
                if (result instanceof Map<?, ?> fields) {
                    Line line = line(fields);
                    lines.put(line.key(), line);
                }
            }
        }
        return lines;
    }

    private static Line line(Map<?, ?> fields) {
        return new Line(
                String.valueOf(fields.get("rule")),
                String.valueOf(fields.get("adapter")),
                Boolean.TRUE.equals(fields.get("own")),
                String.valueOf(fields.get("mode")),
                Integer.parseInt(String.valueOf(fields.get("tries"))),
                String.valueOf(fields.get("outcome")));
    }
}
