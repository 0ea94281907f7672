package dev.reliability.example.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.delivery.Outcome;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import dev.reliability.testkit.fault.ReceivedRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flows that fail after they began to deliver: what was begun counts all the same. */
class FailingFlowTest {
    private static final String DELIVERS_AND_THROWS = "export default ({ deliver }) => ({ elb(name, data, event) {"
            + " deliver('orders', event); throw new Error('late'); } });";

    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory).script(DELIVERS_AND_THROWS);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Failure failure(PushReport report, int event) {
        return Objects.requireNonNull(report.events().get(event).failure());
    }

    private static List<Outcome> outcomes(PushReport report, int event) {
        return report.events().get(event).deliveries().stream()
                .map(DeliveryResult::outcome)
                .toList();
    }

    @Test
    void push_7_elbThatThrows_itsDeliveriesAreWaitedFor() {
        bench.destination("orders", Fault.slow(Duration.ofMillis(200)));
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(outcomes(report, 0)).containsExactly(Outcome.DELIVERED);
        assertThat(failure(report, 0).message()).isEqualTo("elb failed: Error: late");
        assertThat(report.exitCode()).isEqualTo(2);
    }

    @Test
    void push_7_elbThatThrowsAndALostAnswer_bothAreTold() {
        bench.destination("orders", FaultPlan.times(1, Fault.ackThenDrop()).thenAlways(Fault.status(503)));
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(outcomes(report, 0)).containsExactly(Outcome.UNKNOWN);
        Failure both = failure(report, 0);
        assertThat(both.message())
                .isEqualTo("elb failed: Error: late; destination \"orders\" may or may not have got it:"
                        + " answered with status 503");
        assertThat(both.code()).isEqualTo("outcome-unknown");
        assertThat(both.kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(both.place()).hasToString("flow.script:1:93");
        assertThat(report.exitCode()).isEqualTo(3);
    }

    @Test
    void push_5_elbThatThrowsAndADestinationThatHangs_endsAtTheLimitAndTellsBoth() {
        bench.destination("orders", Fault.hang());
        PushReport report = bench.push(Duration.ofSeconds(3), PushBench.EVENT);
        assertThat(report.took()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        assertThat(Objects.requireNonNull(report.failure()).message())
                .isEqualTo("not finished within 3.0 s: waited for the answer of orders");
        assertThat(outcomes(report, 0)).containsExactly(Outcome.UNKNOWN);
        assertThat(failure(report, 0).message())
                .startsWith("elb failed: Error: late; destination \"orders\" may or may not have got it: ");
        assertThat(report.exitCode()).isEqualTo(3);
    }

    @Test
    void push_14_lateContinuation_staysWithItsEvent() {
        bench.destination("orders", Fault.slow(Duration.ofMillis(200)))
                .destination("billing")
                .script("export default ({ deliver }) => ({ elb(name, data, event) {"
                        + " if (name === 'page view') {"
                        + "   deliver('orders', event).then(() => deliver('billing', event)); throw new Error('late'); }"
                        + " return deliver('orders', event); } });");
        PushReport report = bench.push(
                "{\"name\":\"page view\",\"id\":\"first\"}", "{\"name\":\"order complete\",\"id\":\"second\"}");
        assertThat(outcomes(report, 0)).containsExactly(Outcome.DELIVERED, Outcome.DELIVERED);
        assertThat(report.events().get(1).deliveries())
                .extracting(DeliveryResult::destination, DeliveryResult::outcome)
                .containsExactly(tuple("orders", Outcome.DELIVERED), tuple("billing", Outcome.NOT_ATTEMPTED));
        assertThat(bench.received("billing"))
                .extracting(ReceivedRequest::idempotencyKey)
                .containsExactly(java.util.Optional.of("first.billing"));
        assertThat(report.events().get(1).isSuccess()).isTrue();
        assertThat(report.exitCode()).isEqualTo(2);
    }
}
