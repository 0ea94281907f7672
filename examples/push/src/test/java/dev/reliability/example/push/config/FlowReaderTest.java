package dev.reliability.example.push.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Problem;
import dev.reliability.example.push.failure.PushException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowReaderTest {
    private static final String WHOLE = """
            {
              "platform": "server",
              "flow": { "script": "export default () => 1" },
              "destinations": { "orders": { "url": "https://orders.test/in" } },
              "environments": {
                "staging": { "destinations": { "orders": { "url": "https://staging.test/in", "headers": { "X-A": "${TOKEN}" } } } },
                "both": { "destinations": { "billing": { "url": "https://billing.test/" } } },
                "without": { "destinations": { "orders": null, "other": { "url": "https://other.test/" } } }
              }
            }
            """;

    @TempDir
    Path directory;

    @Test
    void read_smallestConfiguration_takesTheDefaults() {
        Flow flow = read(WHOLE, null);
        assertThat(flow.environment()).isNull();
        assertThat(flow.modules()).containsExactly(new Flow.Module("flow.script", "export default () => 1"));
        Destination orders = flow.destinations().get(0);
        assertThat(orders.url()).hasToString("https://orders.test/in");
        assertThat(orders.method()).isEqualTo("POST");
        assertThat(orders.answerWithin()).isEqualTo(Duration.ofSeconds(5));
        assertThat(orders.retry().maxAttempts()).isEqualTo(4);
        assertThat(orders.breaker().failures()).isEqualTo(5);
    }

    @Test
    void read_environment_isLaidOverTheRest() {
        Flow flow = read(WHOLE, "staging", Map.of("TOKEN", "s3cret"));
        assertThat(flow.environment()).isEqualTo("staging");
        assertThat(flow.destinations()).hasSize(1);
        assertThat(flow.destinations().get(0).url()).hasToString("https://staging.test/in");
        assertThat(flow.destinations().get(0).headers()).containsEntry("X-A", "s3cret");
        assertThat(read(WHOLE, "both").destinationNames()).containsExactly("orders", "billing");
        assertThat(read(WHOLE, "without").destinationNames()).containsExactly("other");
    }

    @Test
    void read_unknownEnvironment_namesTheKnownOnes() {
        assertThat(refusal(WHOLE, "live").oneLine())
                .isEqualTo("environment \"live\" is not known; known are: staging, both, without");
        String without = WHOLE.replace("\"environments\"", "\"name\": \"x\", \"environments\"")
                .replaceAll("(?s)\"environments\": \\{.*}\\s*}\\s*$", "\"environments\": {} }");
        assertThat(refusal(without, "live").message()).endsWith("the configuration has none");
    }

    @Test
    void read_missingVariable_isAProblemAtTheStringThatNeedsIt() {
        assertThat(refusal(WHOLE, "staging").problems())
                .containsExactly(new Problem(
                        "environments.staging.destinations.orders.headers.X-A",
                        "needs the environment variable TOKEN, which is not set"));
        assertThat(read(WHOLE, "both").destinations()).hasSize(2); // only the chosen environment needs its variables
    }

    @Test
    void read_placeholders_areFilledOnceAndEscapable() {
        String config = WHOLE.replace(
                "\"url\": \"https://orders.test/in\"",
                "\"url\": \"${BASE}/in\", \"headers\": {\"A\": \"$${X} ${VALUE}\"}");
        Flow flow = read(config, null, Map.of("BASE", "http://h:1", "VALUE", "${BASE}"));
        assertThat(flow.destinations().get(0).url()).hasToString("http://h:1/in");
        assertThat(flow.destinations().get(0).headers()).containsEntry("A", "${X} ${BASE}");
        assertThat(refusal(config, null, Map.of("BASE", "no url", "VALUE", "")).problems())
                .extracting(Problem::path)
                .containsExactly("destinations.orders.url");
        assertThat(refusal(config.replace("${BASE}", "${}"), null, Map.of("VALUE", ""))
                        .problems())
                .extracting(Problem::toString)
                .first()
                .asString()
                .startsWith("destinations.orders.url: has a placeholder that is not of the form");
    }

    /** Neither an escape nor what a variable holds is a placeholder any more: it is looked at like any other text. */
    @ParameterizedTest
    @CsvSource({
        "url,$${X}",
        "url,http://h/$${X}",
        "url,${HOLE}",
        "url,http://h/${HOLE}",
        "method,$${X}",
        "method,${HOLE}"
    })
    void push_1_placeholderThatIsLeftAfterFilling_isRefusedWithItsPath(String field, String text) {
        String url = "\"url\": \"https://orders.test/in\"";
        String with = field.equals("url") ? "" : url + ", ";
        String config = WHOLE.replace(url, with + "\"" + field + "\": \"" + text + "\"");
        assertThat(refusal(config, null, Map.of("HOLE", "${X}")).problems())
                .extracting(Problem::path)
                .containsExactly("destinations.orders." + field);
    }

    @Test
    void push_2_placeholderThatIsLeftAsPlatform_isRefusedWithItsPath() {
        assertThat(refusal(WHOLE.replace("server", "$${X}"), null).problems())
                .containsExactly(new Problem("platform", "must be one of server, web, but was \"${X}\""));
    }

    @Test
    void read_byteOrderMark_isSkipped() throws IOException {
        Files.writeString(directory.resolve("flow.json"), "\uFEFF" + WHOLE);
        Flow flow = FlowReader.read(ConfigSource.standard(directory), null, Map.of());
        assertThat(flow.destinationNames()).containsExactly("orders");
    }

    @Test
    void read_flowScript_keepsItsOwnPlaceholders() {
        assertThat(read(WHOLE.replace("=> 1", "=> `${1}`"), null)
                        .modules()
                        .get(0)
                        .text())
                .isEqualTo("export default () => `${1}`");
    }

    @Test
    void read_everythingWrong_isToldAtOnceWithPaths() {
        Failure refusal = refusal("""
                {
                  "platform": "browser", "flow": { "script": "x", "files": [] }, "extra": 1,
                  "destinations": {
                    "a": { "url": "ftp://x/", "method": "GET", "timeoutMs": 0, "headers": { "A B": "x", "Host": "y", "C": 5 } },
                    "1b": { "retry": { "maxAttempts": 1.5, "more": 1 }, "breaker": [] }
                  },
                  "environments": { "e": 5, "f": { "environments": {} }, "g": { "destinations": { "a": { "url": 7 }, "n": {} } } }
                }
                """, null);
        assertThat(refusal.problems())
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "platform",
                        "flow",
                        "flow.files",
                        "extra",
                        "destinations.a.url",
                        "destinations.a.method",
                        "destinations.a.timeoutMs",
                        "destinations.a.headers.A B",
                        "destinations.a.headers.Host",
                        "destinations.a.headers.C",
                        "destinations.1b",
                        "destinations.1b.url",
                        "destinations.1b.retry.maxAttempts",
                        "destinations.1b.retry.more",
                        "destinations.1b.breaker",
                        "environments.e",
                        "environments.f.environments",
                        "environments.g.destinations.a.url",
                        "environments.g.destinations.n.url");
        assertThat(refusal.code()).isEqualTo("invalid-configuration");
    }

    @Test
    void read_delays_mustNotContradictOneAnother() {
        String url = "\"url\": \"https://orders.test/in\"";
        String both = WHOLE.replace(url, url + ", \"retry\": {\"firstDelayMs\": 500, \"maxDelayMs\": 499}");
        assertThat(refusal(both, null).problems())
                .contains(new Problem(
                        "destinations.orders.retry.maxDelayMs", "must be at least firstDelayMs, 500, but was 499"));
        var first = read(WHOLE.replace(url, url + ", \"retry\": {\"firstDelayMs\": 5000}"), null);
        assertThat(first.destinations().get(0).retry().maxDelay()).isEqualTo(Duration.ofSeconds(5));
        var longest = read(WHOLE.replace(url, url + ", \"retry\": {\"maxDelayMs\": 50}"), null);
        assertThat(longest.destinations().get(0).retry().firstDelay()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void read_noFlow_isRefused() {
        assertThat(refusal(WHOLE.replaceAll("\"flow\":.*\n", ""), null).problems())
                .containsExactly(
                        new Problem("flow", "is missing: give the flow's JavaScript as \"script\" or as \"files\""));
    }

    @Test
    void read_web_isRefusedPlainly() {
        assertThat(refusal(WHOLE.replace("server", "web"), null).oneLine())
                .isEqualTo("platform \"web\" is not supported yet; supported is: server");
    }

    @Test
    void read_notJson_tellsLineAndColumn() {
        assertThat(refusal("{\n  \"platform\": }", null).problems())
                .singleElement()
                .asString()
                .contains("is not JSON")
                .contains("(line 2, column 15)");
        assertThat(refusal("{\"platform\": \"server\", \"platform\": \"web\"}", null)
                        .problems())
                .singleElement()
                .asString()
                .contains("Duplicate field 'platform'");
        assertThat(refusal("", null).problems()).isNotEmpty();
        assertThat(refusal("[]", null).problems()).isNotEmpty();
    }

    @Test
    void read_files_areReadInOrderAndMustExist() throws IOException {
        Files.writeString(directory.resolve("a.mjs"), "const a = 1;");
        Files.writeString(directory.resolve("b.mjs"), "export default () => a;");
        String config = WHOLE.replace("\"script\": \"export default () => 1\"", "\"files\": [\"a.mjs\", \"b.mjs\"]");
        assertThat(read(config, null).modules()).extracting(Flow.Module::name).containsExactly("a.mjs", "b.mjs");
        Files.delete(directory.resolve("b.mjs"));
        Files.write(directory.resolve("a.mjs"), new byte[] {(byte) 0xff});
        assertThat(refusal(config, null).problems())
                .extracting(Problem::path)
                .containsExactly("flow.files[0]", "flow.files[1]");
    }

    @Test
    void file_thatIsNotThere_isRefused() {
        PushException refused =
                catchThrowableOfType(PushException.class, () -> ConfigSource.file(directory, "none.json"));
        assertThat(refused).hasMessage("configuration none.json does not exist");
        refused = catchThrowableOfType(PushException.class, () -> ConfigSource.file(directory, ""));
        assertThat(refused).hasMessageContaining("is not a file");
        refused = catchThrowableOfType(PushException.class, () -> ConfigSource.standard(directory));
        assertThat(refused).hasMessageContaining("has none of push.config.json, flow.json");
    }

    @Test
    void standard_takesTheFirstThatIsThere() throws IOException {
        Files.writeString(directory.resolve("flow.json"), WHOLE);
        assertThat(ConfigSource.standard(directory).name()).isEqualTo("flow.json");
        Files.writeString(directory.resolve("push.config.json"), WHOLE);
        assertThat(ConfigSource.standard(directory).name()).isEqualTo("push.config.json");
    }

    private Flow read(String json, @Nullable String environment) {
        return read(json, environment, Map.of());
    }

    private Flow read(String json, @Nullable String environment, Map<String, String> variables) {
        return FlowReader.read(new ConfigSource("test.json", json, directory), environment, variables);
    }

    private Failure refusal(String json, @Nullable String environment) {
        return refusal(json, environment, Map.of());
    }

    private Failure refusal(String json, @Nullable String environment, Map<String, String> variables) {
        PushException refused = catchThrowableOfType(PushException.class, () -> read(json, environment, variables));
        assertThat(refused).isNotNull();
        return refused.failure();
    }
}
