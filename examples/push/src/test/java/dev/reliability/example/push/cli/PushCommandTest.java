package dev.reliability.example.push.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.example.push.PushBench;
import dev.reliability.example.push.json.Json;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The command in this JVM. */
class PushCommandTest {
    @TempDir
    Path directory;

    private PushBench bench;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean onTerminal;
    private Map<String, String> variables = Map.of();

    @BeforeEach
    void open() {
        bench = new PushBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new PushCommand(outStream, errStream, variables, directory, onTerminal).run(arguments);
    }

    private int push(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = bench.configFile().toString();
        return run(all);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void options_noNameIsUsedTwice() {
        Set<String> names = new HashSet<>();
        for (OptionSpec option :
                new CommandLine(new PushOptions()).getCommandSpec().options()) {
            assertThat(option.names())
                    .allSatisfy(name -> assertThat(names.add(name)).as(name).isTrue());
        }
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "--event",
                        "-e",
                        "--env",
                        "--timeout",
                        "--dry-run",
                        "--json",
                        "-v",
                        "--verbose",
                        "-s",
                        "--silent",
                        "--stats",
                        "--no-name-warning",
                        "-h",
                        "--help",
                        "-V",
                        "--version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--event {} --timeout 0",
                "--event {} --timeout soon",
                "--event {} --timeout 25m --timeout 3",
                "--event {} --env a -e b",
                "--event {} --nonsense",
                "--event {} one two",
                "--event",
                ""
            })
    void run_wrongCommandLine_isAUsageError(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).startsWith("push: ").endsWith("Try 'push --help'.\n");
    }

    @Test
    void run_wrongCommandLineWithJson_isAJsonDocument() throws Exception {
        assertThat(run("--nonsense", "--json", "--silent")).isEqualTo(2);
        JsonNode json = Json.MAPPER.readTree(out());
        assertThat(json.get("error").get("code").textValue()).isEqualTo("usage");
        assertThat(json.get("durationMs").doubleValue()).isPositive();
        assertThat(err().lines()).hasSize(1);
    }

    /** Whoever asks for help has not yet got the command line right. */
    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version"})
    void run_helpOrVersion_doesNotLookForUnknownOptions(String asked) {
        assertThat(run(asked, "one", "two", "--bogus", "--json")).isZero();
        assertThat(out()).containsIgnoringCase("push ").doesNotContain("{");
        assertThat(run(asked, "--env", "a", "-e", "b")).isEqualTo(2);
    }

    @Test
    void run_silentAndVerbose_excludeOneAnother() {
        assertThat(run("--event", "{}", "--silent", "--verbose")).isEqualTo(2);
        assertThat(err()).isEqualTo("push: --silent and --verbose exclude one another\n");
    }

    @Test
    void run_noConfiguration_namesTheStandardNames() {
        assertThat(run("--event", "{}")).isEqualTo(2);
        assertThat(err())
                .isEqualTo("push: no configuration was named, and the working directory has none of"
                        + " push.config.json, flow.json\n");
    }

    @Test
    void push_4_json_hasAllThatARuleAsksFor() throws Exception {
        bench.destination("orders", Fault.status(503)).destination("billing");
        assertThat(push("--event", PushBench.EVENT, "--json", "--stats")).isZero();
        JsonNode json = Json.MAPPER.readTree(out());
        assertThat(json.get("success").booleanValue()).isTrue();
        assertThat(json.get("attempts").intValue()).isEqualTo(3);
        assertThat(json.get("durationMs").doubleValue()).isPositive();
        assertThat(json.get("error").isNull()).isTrue();
        assertThat(json.get("stats").get("bundleBytes").intValue()).isPositive();
        JsonNode event = json.get("events").get(0);
        assertThat(event.get("id").textValue()).isNotBlank();
        assertThat(event.get("entity").textValue()).isEqualTo("page");
        assertThat(event.get("action").textValue()).isEqualTo("view");
        assertThat(event.get("result")).hasToString("[\"delivered\",\"delivered\"]");
        JsonNode result = event.get("results").get(0);
        assertThat(result.get("destination").textValue()).isEqualTo("orders");
        assertThat(result.get("outcome").textValue()).isEqualTo("delivered");
        assertThat(result.get("status").intValue()).isEqualTo(200);
        assertThat(result.get("attempts").intValue()).isEqualTo(2);
        assertThat(result.get("idempotencyKey").textValue())
                .isEqualTo(event.get("id").textValue() + ".orders");
        assertThat(err()).isEmpty();
    }

    @Test
    void push_11_stackTrace_onlyWhenVerbose() throws Exception {
        bench.destination("orders").script("export default () => {\n  throw new Error('no'); };");
        assertThat(push("--event", PushBench.EVENT)).isEqualTo(2);
        assertThat(err()).isEqualTo("push: the factory failed: Error: no (at flow.script:2:9)\n");
        assertThat(push("--event", PushBench.EVENT, "--verbose")).isEqualTo(2);
        assertThat(err()).contains("\tat ");
        assertThat(push("--event", PushBench.EVENT, "--json")).isEqualTo(2);
        assertThat(out()).doesNotContain("\"stack\"").contains("\"place\" : \"flow.script:2:9\"");
        assertThat(push("--event", PushBench.EVENT, "--json", "--verbose")).isEqualTo(2);
        assertThat(out()).contains("\"stack\"");
    }

    @Test
    void run_nameWarning_canBeSuppressed() {
        bench.destination("orders");
        push("--event", "{\"name\":\"pageview\"}");
        assertThat(err()).startsWith("push: warning: event name \"pageview\"");
        push("--event", "{\"name\":\"pageview\"}", "--no-name-warning");
        assertThat(err()).isEmpty();
    }

    @Test
    void run_progress_onATerminalAfterASecond() {
        bench.destination("orders", Fault.slow(Duration.ofMillis(1600)));
        onTerminal = true;
        assertThat(push("--event", PushBench.EVENT)).isZero();
        assertThat(err()).contains("waiting for elb ... 1 s").endsWith("\r\033[K");
        bench.destination("orders", Fault.slow(Duration.ofMillis(1200)));
        assertThat(push("--event", PushBench.EVENT, "--silent")).isZero();
        assertThat(err()).isEmpty();
        onTerminal = false;
        bench.destination("orders", Fault.slow(Duration.ofMillis(1200)));
        assertThat(push("--event", PushBench.EVENT)).isZero();
        assertThat(err()).isEmpty();
    }

    @Test
    void run_verbose_showsNoSecret() {
        bench.destination("orders", FaultPlan.always(Fault.status(401)));
        bench.settings("orders").put("url", bench.settings("orders").get("url").textValue() + "?key=s3cret");
        bench.settings("orders").withObject("/headers").put("Authorization", "s3cret");
        assertThat(push("--event", PushBench.EVENT, "--verbose", "--stats")).isEqualTo(2);
        assertThat(out() + err()).contains("/orders?...").doesNotContain("s3cret");
    }

    @Test
    void push_11_malformedEventUrl_isAUserErrorWithoutItsText() {
        bench.destination("orders");
        assertThat(push("--event", "https://user:s3cret@h/e", "--json", "--verbose"))
                .isEqualTo(2);
        assertThat(out() + err()).contains("must be an http or https URL").doesNotContain("s3cret");
        assertThat(push("--event", "http://?s3cret", "--verbose")).isEqualTo(2);
        assertThat(out() + err()).contains("must be an http or https URL").doesNotContain("s3cret");
    }

    @Test
    void push_7_failureOfTheFlowAtTheLimit_theLimitIsTold() {
        bench.destination("orders", Fault.hang())
                .script(
                        "export default ({ deliver }) => ({ elb() { deliver('orders', 1); throw new Error('late'); } });");
        assertThat(push("--event", PushBench.EVENT, "--timeout", "3")).isEqualTo(3);
        assertThat(out()).contains("orders           unknown");
        assertThat(err())
                .as("the flow fails at the very limit, if it gets as far: either may come first")
                .containsAnyOf(
                        "push: not finished within 3.0 s: waited for the answer of orders\n",
                        "push: elb failed: Error: late; destination \"orders\" may or may not have got it: no answer in time");
    }

    @Test
    void run_limitBeforeTheEventBegan_saysSo() throws Exception {
        bench.destination("orders").script("while (true) {} export default () => 1;");
        assertThat(push("--event", PushBench.EVENT, "--timeout", "3")).isEqualTo(2);
        assertThat(out()).startsWith("not pushed \"page view\" (id ").contains("): not started\n");
        assertThat(push("--event", PushBench.EVENT, "--timeout", "3", "--json")).isEqualTo(2);
        assertThat(Json.MAPPER
                        .readTree(out())
                        .get("events")
                        .get(0)
                        .get("durationMs")
                        .isNull())
                .isTrue();
    }

    @Test
    void run_verboseWithPushLogJson_isOneObjectALine() throws Exception {
        bench.destination("orders");
        variables = Map.of("PUSH_LOG", "json");
        assertThat(push("--event", PushBench.EVENT, "--verbose")).isZero();
        List<String> messages = new ArrayList<>();
        for (String line : err().lines().toList()) {
            JsonNode entry = Json.MAPPER.readTree(line);
            assertThat(entry.get("level").textValue()).isEqualTo("DEBUG");
            assertThat(entry.get("timestamp").isNumber()).isTrue();
            messages.add(entry.get("loggerName").textValue() + " "
                    + entry.get("formattedMessage").textValue());
        }
        assertThat(messages).anyMatch(text -> text.contains("Parcel POST http"));
        assertThat(push("--event", PushBench.EVENT)).isZero();
        assertThat(err()).isEmpty();
    }
}
