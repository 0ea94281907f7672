package dev.reliability.testkit.contract;

import dev.reliability.testkit.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Writes the matrix, replacing an older one. */
    public void write() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "conformance"));
        Files.writeString(
                directory.resolve("kill-matrix.json"), "{\"mutants\":[\n" + String.join(",\n", mutants) + "\n]}\n");
    }
}
