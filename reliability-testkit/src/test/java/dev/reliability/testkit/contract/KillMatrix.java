package dev.reliability.testkit.contract;

import dev.reliability.testkit.json.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;

/** Which mutant failed which rule; written as {@code kill-matrix.json}. */
public final class KillMatrix {
    private final String contract;
    private final List<String> mutants = new ArrayList<>();

    /** For the mutants of one contract. */
    public KillMatrix(String contract) {
        this.contract = contract;
    }

    /** Adds a mutant with the results of its rules: method name to result. */
    public void add(String name, Map<String, TestExecutionResult> results) {
        String failed = results.entrySet().stream()
                .filter(entry -> !isKept(entry.getValue()))
                .map(entry -> "{\"rule\":" + Json.quote(Launch.rule(entry.getKey())) + ",\"message\":"
                        + Json.quote(Launch.message(entry.getValue())) + "}")
                .collect(Collectors.joining(","));
        String passed = results.entrySet().stream()
                .filter(entry -> isKept(entry.getValue()))
                .map(entry -> Json.quote(Launch.rule(entry.getKey())))
                .collect(Collectors.joining(","));
        mutants.add("{\"name\":" + Json.quote(name) + ",\"contract\":" + Json.quote(contract) + ",\"failed\":[" + failed
                + "],\"passed\":[" + passed + "]}");
    }

    /** Whether a rule was kept. */
    public static boolean isKept(TestExecutionResult result) {
        return result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    }

    /**
     * Writes the matrix: a line for each mutant, beside those of other contracts; older lines of this one go. Under a file
     * lock, for other contracts may be run by another JVM.
     */
    public void write() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "conformance"));
        try (FileChannel channel = FileChannel.open(
                directory.resolve("kill-matrix.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock unused = channel.lock(); // closing the channel gives it back
            Path file = directory.resolve("kill-matrix.json");
            List<String> lines = new ArrayList<>();
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                if (line.startsWith("{\"name\"") && !line.contains("\"contract\":" + Json.quote(contract))) {
                    lines.add(line.endsWith(",") ? line.substring(0, line.length() - 1) : line);
                }
            }
            lines.addAll(mutants);
            Files.writeString(file, "{\"mutants\":[\n" + String.join(",\n", lines) + "\n]}\n");
        }
    }
}
