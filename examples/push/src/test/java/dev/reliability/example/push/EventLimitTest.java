package dev.reliability.example.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JSON can say and JavaScript cannot hold: a dry run and a real one judge it alike, and nothing is changed. */
class EventLimitTest {
    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory).destination("orders");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static String nested(int levels) {
        return "{\"name\":\"page view\",\"x\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }

    @Test
    void push_3_deepestEvent_isDeliveredAsItIs() throws Exception {
        assertThat(bench.push(nested(200)).exitCode()).isZero();
        assertThat(Json.MAPPER.readTree(bench.received("orders").get(0).body()).get("x"))
                .isEqualTo(Json.MAPPER.readTree(nested(200)).get("x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deep", "{\"name\":\"page view\",\"x\":1e400}"})
    void push_3_eventThatJavaScriptCannotHold_isRefusedInADryRunToo(String text) {
        String event = text.equals("deep") ? nested(900) : text;
        PushReport dry = new Push(bench.surroundings()).run(bench.request(Duration.ofSeconds(10), true, event));
        PushReport real = bench.push(event);
        assertThat(dry.exitCode()).isEqualTo(2);
        assertThat(real.exitCode()).isEqualTo(2);
        assertThat(real.told().get(0).oneLine()).isEqualTo(dry.told().get(0).oneLine());
        assertThat(bench.received("orders")).isEmpty();
    }
}
