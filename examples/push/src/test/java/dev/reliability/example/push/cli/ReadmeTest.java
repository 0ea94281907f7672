package dev.reliability.example.push.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import dev.reliability.testkit.fault.HttpDestination;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every example of the README and compares what it prints, but for times, ids, addresses and paths. */
class ReadmeTest {
    private static final Pattern FILE = Pattern.compile("(?m)^```\\w+ (\\S+)\\n((?s).*?)^```$");
    private static final Pattern EXAMPLE =
            Pattern.compile("(?m)(?:^<!-- (\\w+): (.*) -->\\n)?^```console\\n((?s).*?)^```$");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"\\$(\\w+)\"|(\\S+)");

    @TempDir
    Path directory;

    private final HttpDestination http = new HttpDestination();

    record Example(String destination, String faults, String console) {
        @Override
        public String toString() {
            return console.lines().findFirst().orElse("");
        }
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    static Stream<Example> examples() throws IOException {
        return EXAMPLE.matcher(readme())
                .results()
                .map(found -> new Example(
                        found.group(1) == null ? "" : found.group(1),
                        found.group(2) == null ? "" : found.group(2),
                        found.group(3)));
    }

    @BeforeEach
    void writeFiles() throws IOException {
        Matcher files = FILE.matcher(readme());
        while (files.find()) {
            Files.writeString(directory.resolve(files.group(1)), files.group(2));
        }
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void readme_hasAtLeastTenExamples() throws IOException {
        assertThat(examples()).hasSizeGreaterThanOrEqualTo(10);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_printsWhatTheReadmeSays(Example example) {
        Map<String, String> variables = Map.of(
                "ORDERS_URL", http.uri("/orders").toString(),
                "ORDERS_TOKEN", "t-1",
                "STAGING_URL", http.uri("/staging").toString(),
                "ADS_URL", http.uri("/ads").toString(),
                "EVENT_URL",
                        http.plan("/event", FaultPlan.always(Fault.accept("{\"name\":\"page view\"}")))
                                .toString());
        if (!example.destination().isEmpty()) {
            FaultPlan plan = FaultPlan.of(Arrays.stream(example.faults().split(", "))
                    .map(ReadmeTest::fault)
                    .toList());
            http.plan("/orders", plan);
            http.plan("/staging", plan);
        }
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int exitCode = 0;
        for (String command :
                example.console().lines().filter(line -> line.startsWith("$ ")).toList()) {
            console.println(command);
            if (command.equals("$ echo $?")) {
                console.println(exitCode);
            } else {
                exitCode = new PushCommand(console, console, variables, directory, false)
                        .run(arguments(command, variables));
            }
        }
        assertThat(comparable(printed.toString(StandardCharsets.UTF_8))).isEqualTo(comparable(example.console()));
    }

    private static Fault fault(String name) {
        return name.equals("hang") ? Fault.hang() : Fault.status(Integer.parseInt(name));
    }

    private static String[] arguments(String command, Map<String, String> variables) {
        assertThat(command).startsWith("$ push ");
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command.substring("$ push ".length()));
        while (matcher.find()) {
            words.add(
                    matcher.group(1) != null
                            ? matcher.group(1)
                            : matcher.group(2) != null ? variables.get(matcher.group(2)) : matcher.group(3));
        }
        return words.toArray(new String[0]);
    }

    private static String comparable(String console) {
        return console.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("\\d{2}:\\d{2}:\\d{2}\\.\\d{3}", "TIME")
                .replaceAll("\\d+\\.\\d+ s\\b(?!: waited)", "N s")
                .replaceAll("(\"durationMs\" : )[0-9.]+", "$1N")
                .replaceAll("https?://[^\\s,]+", "URL")
                .replaceAll("/\\S*/push-\\d+/", "PATH/")
                .replaceAll("\\d+ bytes", "N bytes");
    }
}
