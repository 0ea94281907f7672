package dev.reliability.example.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.delivery.Outcome;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which answers say that a payload was certainly not accepted, and which leave it open. */
class OpenOutcomeTest {
    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private DeliveryResult delivered(FaultPlan plan, int exitCode) {
        bench.destination("orders", plan);
        PushReport report = bench.push(PushBench.EVENT);
        assertThat(report.exitCode()).isEqualTo(exitCode);
        return report.events().get(0).deliveries().get(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 504, 520, 524})
    void push_7_answerOfSomebodyInBetween_leavesItOpen(int status) {
        assertThat(delivered(FaultPlan.always(Fault.status(status)), 3).outcome())
                .isEqualTo(Outcome.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {425, 429, 503})
    void push_7_answerThatItIsTooBusy_isARefusal(int status) {
        assertThat(delivered(FaultPlan.always(Fault.status(status)), 3).outcome())
                .isEqualTo(Outcome.FAILED);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 409, 501, 505})
    void push_7_refusal_isOne(int status) {
        assertThat(delivered(FaultPlan.always(Fault.status(status)), 2).outcome())
                .isEqualTo(Outcome.FAILED);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 409, 503})
    void push_7_refusalAfterALostAnswer_saysNothingOfTheFirstRequest(int status) {
        FaultPlan plan = FaultPlan.times(1, Fault.ackThenDrop()).thenAlways(Fault.status(status));
        assertThat(delivered(plan, 3).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void push_7_acknowledgementAfterAnOpenAnswer_settlesIt() {
        assertThat(delivered(FaultPlan.of(Fault.status(502)), 0).outcome()).isEqualTo(Outcome.DELIVERED);
    }
}
