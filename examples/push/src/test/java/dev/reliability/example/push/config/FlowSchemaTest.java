package dev.reliability.example.push.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and the check say the same about what a schema can say something about. */
class FlowSchemaTest {
    private static final JsonSchema SCHEMA = schema();

    private static JsonSchema schema() {
        try (InputStream text = FlowReader.class.getResourceAsStream("flow.schema.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(Objects.requireNonNull(text));
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static String whole(String change, String by) {
        String config = """
                { "platform": "server", "flow": { "script": "x" },
                  "destinations": { "a": { "url": "http://h:80/p?q=1", "method": "PUT", "timeoutMs": 10,
                    "headers": { "X-Y": "z" }, "retry": { "maxAttempts": 2 }, "breaker": { "failures": 1 } } },
                  "environments": { "e": { "destinations": { "a": { "url": "https://other/" } } } } }
                """;
        if (!change.isEmpty() && !config.contains(change)) {
            throw new IllegalArgumentException("not in the configuration: " + change);
        }
        return config.replace(change, by);
    }

    static Stream<String> good() {
        return Stream.of(
                whole("", ""),
                whole("\"platform\"", "\"$schema\": \"flow.schema.json\", \"name\": \"shop\", \"platform\""),
                whole("\"server\"", "\"${PLATFORM}\""),
                whole("http://h:80/p?q=1", "${BASE}/p"),
                whole("http://h:80/p?q=1", "HTTPS://h"),
                whole("\"script\": \"x\"", "\"files\": [\"a.mjs\", \"b.mjs\"]"),
                whole(
                        "{ \"a\": { \"url\": \"https://other/\" } }",
                        "{ \"a\": null, \"b\": { \"url\": \"http://b/\" } }"),
                whole("\"maxAttempts\": 2", "\"maxAttempts\": 100, \"firstDelayMs\": 60000, \"maxDelayMs\": 600000"),
                whole("\"failures\": 1", "\"failures\": 1000, \"openMs\": 3600000"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": 1e3"),
                whole("\"maxAttempts\": 2", "\"maxAttempts\": 2.0"));
    }

    static Stream<String> bad() {
        return Stream.of(
                "[]",
                "5",
                "null",
                "{}",
                whole("\"platform\": \"server\",", ""),
                whole("\"server\"", "\"desktop\""),
                whole("\"server\"", "5"),
                whole("\"flow\": { \"script\": \"x\" },", ""),
                whole("{ \"script\": \"x\" }", "{}"),
                whole("{ \"script\": \"x\" }", "\"x\""),
                whole("\"script\": \"x\"", "\"script\": \" \""),
                whole("\"script\": \"x\"", "\"script\": \"x\", \"files\": [\"y\"]"),
                whole("\"script\": \"x\"", "\"files\": []"),
                whole("\"script\": \"x\"", "\"files\": [5]"),
                whole("\"script\": \"x\"", "\"code\": \"x\""),
                whole("\"a\": { \"url\": \"http", "\"1\": { \"url\": \"http"),
                whole("\"a\": { \"url\": \"http", "\"\": { \"url\": \"http"),
                whole("\"url\": \"http://h:80/p?q=1\",", ""),
                whole("http://h:80/p?q=1", "ftp://h/"),
                whole("http://h:80/p?q=1", "/relative"),
                whole("http://h:80/p?q=1", "http://user@h/"),
                whole("http://h:80/p?q=1", "http://h/a b"),
                whole("http://h:80/p?q=1", ""),
                whole("PUT", "GET"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": 0"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": 600001"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": \"10\""),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": 1.5"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": 1e-1"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": 1e6"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": 1e400"),
                whole("\"timeoutMs\": 10", "\"timeoutMs\": null"),
                whole("\"X-Y\": \"z\"", "\"X Y\": \"z\""),
                whole("\"X-Y\": \"z\"", "\"HoSt\": \"z\""),
                whole("\"X-Y\": \"z\"", "\"Idempotency-Key\": \"z\""),
                whole("\"X-Y\": \"z\"", "\"X-Y\": \"a\\r\\nb\""),
                whole("\"X-Y\": \"z\"", "\"X-Y\": 5"),
                whole("\"maxAttempts\": 2", "\"maxAttempts\": 0"),
                whole("\"maxAttempts\": 2", "\"attempts\": 2"),
                whole("{ \"failures\": 1 }", "true"),
                whole("\"environments\": {", "\"environment\": {"),
                whole("{ \"destinations\": { \"a\": { \"url\": \"https://other/\" } } }", "5"),
                whole("\"e\": {", "\"e\": { \"environments\": {},"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodConfiguration_passesBoth(String config) {
        assertThat(FlowReader.problemsOf(config)).isEmpty();
        assertThat(SCHEMA.validate(config, InputFormat.JSON)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void badConfiguration_failsBoth(String config) {
        assertThat(FlowReader.problemsOf(config)).isNotEmpty();
        assertThat(SCHEMA.validate(config, InputFormat.JSON)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ \"destinations\": { \"n\": {} } }", "{ \"platform\": \"desktop\" }"})
    void environmentThatDoesNotMakeAWhole_failsTheCheckOnly(String environment) {
        String config = whole("{ \"destinations\": { \"a\": { \"url\": \"https://other/\" } } }", environment);
        assertThat(FlowReader.problemsOf(config)).isNotEmpty();
        assertThat(SCHEMA.validate(config, InputFormat.JSON)).isEmpty();
    }
}
