package dev.reliability.example.push.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.example.push.PushBench;
import dev.reliability.example.push.json.Json;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real command: every event source, every flag, every exit code, both signals. */
class CommandProcessTest {
    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory);
    }

    @AfterEach
    void noTemporaryFileIsLeft() {
        bench.close();
        assertThat(bench.left()).isEmpty();
    }

    private CommandRun start(String... arguments) throws IOException {
        return CommandRun.start(directory, bench.temp(), Map.of("TOKEN", "t-1"), arguments);
    }

    private String config() {
        return bench.configFile().toString();
    }

    @Test
    void exit_0_everyEventSource_andStatsAndNoNameWarning() throws Exception {
        bench.destination("orders");
        bench.settings("orders").withObject("/headers").put("Authorization", "Bearer ${TOKEN}");
        Files.writeString(directory.resolve("event.json"), "{\"name\":\"order complete\"}");
        String url = bench.http()
                .plan("/event", FaultPlan.always(Fault.accept("{\"name\":\"pageview\"}")))
                .toString();
        CommandRun run = start(
                config(),
                "--event",
                PushBench.EVENT,
                "--event",
                "event.json",
                "--event",
                url,
                "--stats",
                "--no-name-warning");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("pushed \"page view\"", "pushed \"order complete\"", "pushed \"pageview\"", "bundle ");
        assertThat(bench.received("orders"))
                .hasSize(3)
                .allSatisfy(
                        request -> assertThat(request.header("Authorization")).contains("Bearer t-1"));
    }

    @Test
    void exit_0_standardConfigurationAndEnvironment_verbose() throws Exception {
        bench.destination("orders").destination("staging");
        bench.config().withObject("/environments/staging/destinations").putNull("orders");
        Files.copy(bench.configFile(), directory.resolve("push.config.json"));
        CommandRun run = start("--event", PushBench.EVENT, "-e", "staging", "-v", "--timeout", "20s");
        assertThat(run.exitCode()).isZero();
        assertThat(bench.received("orders")).isEmpty();
        assertThat(run.err()).contains("flow.bundle.mjs: ", " bytes in ", "/staging, attempt 1: status 200 after ");
    }

    @Test
    void push_4_silentAndJson_printOneDocument() throws Exception {
        bench.destination("orders", FaultPlan.always(Fault.status(503)));
        CommandRun run = start(config(), "--event", "{\"name\":\"pageview\"}", "--json", "--silent");
        assertThat(run.exitCode()).isEqualTo(3);
        JsonNode json = Json.MAPPER.readTree(run.out());
        assertThat(json.get("success").booleanValue()).isFalse();
        assertThat(json.get("exitCode").intValue()).isEqualTo(3);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void push_4_silent_printsNothingOnSuccess() throws Exception {
        bench.destination("orders");
        CommandRun run = start(config(), "--event", "{\"name\":\"pageview\"}", "-s");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out() + run.err()).isEmpty();
    }

    @Test
    void exit_2_usage_andUserError_andDryRun() throws Exception {
        bench.destination("orders");
        CommandRun usage = start(config());
        CommandRun invalid = start(config(), "--event", "{\"name\":\"page view\",\"data\":5}", "--dry-run");
        assertThat(usage.exitCode()).isEqualTo(2);
        assertThat(usage.err()).contains("Missing required option: '--event=<json|file|URL>'");
        assertThat(invalid.exitCode()).isEqualTo(2);
        assertThat(invalid.err()).isEqualTo("push: event is invalid\n  data: must be an object, but was a number\n");
        CommandRun valid = start(config(), "--event", PushBench.EVENT, "--dry-run");
        assertThat(valid.exitCode()).isZero();
        assertThat(valid.out()).startsWith("in order: \"page view\"");
        assertThat(bench.received("orders")).isEmpty();
    }

    @Test
    void exit_4_noPlaceForTemporaryFiles_stackOnlyWhenVerbose() throws Exception {
        bench.destination("orders");
        CommandRun plain =
                CommandRun.start(directory, directory.resolve("none"), Map.of(), config(), "--event", PushBench.EVENT);
        CommandRun verbose = CommandRun.start(
                directory, directory.resolve("none"), Map.of(), config(), "--event", PushBench.EVENT, "--verbose");
        assertThat(plain.exitCode()).isEqualTo(4);
        assertThat(plain.err()).contains("the flow cannot be bundled").doesNotContain("\tat ");
        assertThat(verbose.exitCode()).isEqualTo(4);
        assertThat(verbose.err()).contains("\tat ");
    }

    /** Whatever happens, main ends with an exit code of its own, and not as a bare trace. */
    @ParameterizedTest
    @ValueSource(strings = {"--verbose", "--stats", "--json"})
    void exit_4_brokenInstallation_isOneLineAndATraceOnlyWhenVerbose(String flag) throws Exception {
        bench.destination("orders");
        List<String> command = new ArrayList<>();
        for (String word : CommandRun.jvm(bench.temp())) {
            command.add(word.replaceAll("[^:]*logback-classic[^:]*", "missing.jar"));
        }
        command.addAll(List.of(config(), "--event", PushBench.EVENT, flag));
        CommandRun run = CommandRun.start(command, directory, Map.of());
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).startsWith("push: unexpected: ");
        assertThat(run.err().lines().count() > 1).isEqualTo(flag.equals("--verbose"));
        if (flag.equals("--json")) {
            assertThat(Json.MAPPER.readTree(run.out()).get("exitCode").intValue())
                    .isEqualTo(4);
        }
    }

    @Test
    void exit_0_helpAndVersion() throws Exception {
        CommandRun help = start("--help");
        CommandRun version = start("--version");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Usage: push ", "--event=<json|file|URL>", "Exit codes:", "143");
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).matches("push \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    /** As a shell does with a command in the background. */
    @Test
    void push_6_sigintThoughWhoStartedItIgnoresIt_cleansUp() throws Exception {
        assumeThat(Sigint.heeded())
                .as("a command env that knows --default-signal")
                .isNotEmpty();
        bench.destination("orders", Fault.hang());
        CommandRun run = CommandRun.start(
                List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh"),
                directory,
                bench.temp(),
                Map.of(),
                config(),
                "--event",
                PushBench.EVENT,
                "--timeout",
                "60s");
        bench.http().awaitRequests("/orders", 1, java.time.Duration.ofSeconds(30));
        run.signal("INT");
        assertThat(run.exitCode()).isEqualTo(130);
    }

    @Test
    void sigint_thatAProcessIgnores_isFoundOut() throws Exception {
        Process ignoring = new ProcessBuilder("sh", "-c", "trap '' INT; echo ready; read line").start();
        try {
            assertThat(ignoring.inputReader().readLine()).isEqualTo("ready");
            assumeThat(Path.of("/proc/self/status")).exists();
            assertThatThrownBy(() -> Sigint.check(ignoring.pid()))
                    .hasMessageContaining("SIGINT is ignored by process ");
        } finally {
            ignoring.destroy();
        }
    }

    @ParameterizedTest
    @CsvSource({"INT,130,", "TERM,143,", "INT,130,--json"})
    void push_6_signalDuringAHangingDelivery_cleansUp(String signal, int exitCode, String flag) throws Exception {
        bench.destination("orders", Fault.hang());
        String[] arguments = flag == null
                ? new String[] {config(), "--event", PushBench.EVENT, "--timeout", "60s"}
                : new String[] {config(), "--event", PushBench.EVENT, "--timeout", "60s", flag};
        CommandRun run = start(arguments);
        bench.http().awaitRequests("/orders", 1, java.time.Duration.ofSeconds(30));
        assertThat(bench.left()).hasSize(1);
        run.signal(signal);
        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.process().descendants()).isEmpty();
        assertThat(run.err()).isEqualTo("push: interrupted\n");
        if (flag == null) {
            assertThat(run.out()).contains("not pushed \"page view\"").contains("orders           unknown");
        } else {
            JsonNode json = Json.MAPPER.readTree(run.out());
            assertThat(json.get("error").get("kind").textValue()).isEqualTo("interrupted");
            assertThat(json.get("events")
                            .get(0)
                            .get("results")
                            .get(0)
                            .get("outcome")
                            .textValue())
                    .isEqualTo("unknown");
        }
    }
}
