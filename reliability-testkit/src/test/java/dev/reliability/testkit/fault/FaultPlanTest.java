package dev.reliability.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    @Test
    void at_pastTheFaults_givesWhatComesAfterwards() {
        FaultPlan plan = FaultPlan.of(Fault.status(503), Fault.reset());

        assertThat(List.of(plan.at(0), plan.at(1), plan.at(2), plan.at(1_000_000)))
                .containsExactly(Fault.status(503), Fault.reset(), Fault.accept(), Fault.accept());
        assertThat(plan.thenAlways(Fault.hang()).at(2)).isEqualTo(Fault.hang());
        assertThat(FaultPlan.always(Fault.garbage()).at(0)).isEqualTo(Fault.garbage());
    }

    @Test
    void of_aListThatChangesLater_keepsItsFaults() {
        List<Fault> faults = new ArrayList<>(List.of(Fault.hang()));
        FaultPlan plan = FaultPlan.of(faults);
        faults.clear();

        assertThat(plan).isEqualTo(FaultPlan.times(1, Fault.hang())).hasSameHashCodeAs(FaultPlan.of(Fault.hang()));
    }

    @Test
    void toString_everyFault_readsWell() {
        assertThat(FaultPlan.of(
                        Fault.status(503, "soon"),
                        Fault.status(500),
                        Fault.status(500),
                        Fault.refuse(),
                        Fault.refuse(Duration.ofMillis(1500)),
                        Fault.slow(Duration.ofNanos(50_001)),
                        Fault.hangUp(),
                        Fault.hang(),
                        Fault.reset(),
                        Fault.cutBody("abc"),
                        Fault.ackThenDrop(),
                        Fault.garbage(),
                        Fault.accept("{}")))
                .hasToString("status 503 (Retry-After: soon), 2 x status 500, refuse until told, refuse for 1500 ms, "
                        + "slow by 50001 ns, hang up, hang, reset, cut body abc, ack then drop, garbage, "
                        + "accept with {}, then always accept");
        assertThat(FaultPlan.always(Fault.slow(Duration.ofSeconds(Long.MAX_VALUE))))
                .hasToString("always slow by PT2562047788015215H30M7S");
    }

    @Test
    void factories_badValue_sayWhatItMustBe() {
        assertThatThrownBy(() -> Fault.status(199)).hasMessage("code must be from 200 to 599, but was 199");
        assertThatThrownBy(() -> Fault.status(600)).hasMessage("code must be from 200 to 599, but was 600");
        assertThatThrownBy(() -> Fault.status(503, "1\r\nX: y")).hasMessageStartingWith("retryAfter must be of");
        assertThatThrownBy(() -> Fault.refuse(Duration.ZERO)).hasMessage("span must be positive, but was PT0S");
        assertThatThrownBy(() -> Fault.slow(Duration.ofMillis(-1)))
                .hasMessage("delay must be zero or more, but was PT-0.001S");
        assertThatThrownBy(() -> Fault.cutBody("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FaultPlan.times(-1, Fault.hang()))
                .hasMessage("times must be zero or more, but was -1");
        assertThatThrownBy(() -> Fault.accept(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("body");
        assertThatThrownBy(() -> FaultPlan.always(null)).hasMessage("afterwards");
    }
}
