package dev.reliability.example.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.event.EventSource;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Problem;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before any work. */
class IntakeTest {
    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory)
                .destination("orders")
                .in(surroundings -> surroundings.withBundler((flow, at) -> {
                    throw new AssertionError("bundled");
                }));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Failure refusal(String... events) {
        PushReport report = bench.push(events);
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(bench.received("orders")).isEmpty();
        return Objects.requireNonNull(report.failure());
    }

    @Test
    void push_1_malformedUrls_areToldWithEverythingElse() {
        Failure refusal = refusal(
                "https://user:s3cret@h/e", "http://h/a b?s3cret", "http:///e?s3cret", "ftp://h/s3cret", "{\"name\":5}");
        assertThat(refusal.problems())
                .extracting(Problem::path)
                .containsExactly("events[0]", "events[1]", "events[2]", "events[3]", "events[4].name");
        assertThat(refusal.oneLine()).contains("must be an http or https URL").doesNotContain("s3cret");
    }

    @Test
    void push_1_inlineEventThatIsTooLarge_isRefusedLikeAFile() {
        String large = "{\"name\":\"page view\",\"x\":\"" + "ä".repeat(EventSource.MAX_BYTES / 2) + "\"}";
        assertThat(refusal(large).oneLine()).isEqualTo("event is invalid: is larger than 1048576 bytes");
    }

    @Test
    void push_1_sameIdTwice_isRefusedWithBothPlaces() {
        String event = "{\"name\":\"page view\",\"id\":\"e-1\"}";
        assertThat(refusal(event, PushBench.EVENT, event).problems())
                .containsExactly(new Problem(
                        "events[2].id",
                        "is the same as events[0].id: events with one id would share their idempotency keys"));
    }

    @Test
    void push_1_sameIdBehindAUrl_isRefusedToo() {
        String event = "{\"name\":\"page view\",\"id\":\"e-1\"}";
        String url = bench.http()
                .plan("/event", FaultPlan.always(Fault.accept(event)))
                .toString();
        assertThat(refusal(url, event).problems()).extracting(Problem::path).containsExactly("events[0].id");
    }
}
