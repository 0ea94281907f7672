package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** Runs a scenario in some thousands of orders, and says what must come of it. */
final class Orders {
    private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 3_000);
    private static final Simulation QUIET = Simulation.of(4711).schedules(SCHEDULES);
    private static final Simulation BUSY =
            Simulation.of(4712).schedules(SCHEDULES).withStalls(Duration.ofMillis(10));

    private Orders() {}

    /** Correct code, where nothing comes late. */
    static void pass(Scenario scenario) {
        pass(QUIET, scenario);
    }

    /** Correct code, even if time-outs come late. */
    static void passWithStalls(Scenario scenario) {
        pass(QUIET, scenario);
        pass(BUSY, scenario);
    }

    private static void pass(Simulation simulation, Scenario scenario) {
        SimulationReport report = simulation.run(scenario).orThrow();
        assertThat(report.simulated()).as(report.reason()).isTrue();
        assertThat(report.schedules()).isEqualTo(SCHEDULES);
    }

    /** Code with a planted fault: found by either strategy, shrunk, and there again when it is repeated. */
    static void fail(Scenario scenario, SimulationFailure.Kind kind, String what) {
        for (Strategy strategy : List.of(Strategy.random(), Strategy.pct(3))) {
            Simulation simulation = QUIET.strategy(strategy);
            SimulationFailure failure = simulation.run(scenario).failure();
            assertThat(failure).as("%s", strategy).isNotNull();
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure.what()).contains(what);
            SimulationFailure shrunk = failure.shrunk();
            assertThat(shrunk).as("%s", failure).isNotNull();
            assertThat(shrunk.switches()).isLessThanOrEqualTo(failure.switches());
            SimulationFailure again =
                    simulation.replay(shrunk.replay()).run(scenario).failure();
            assertThat(again.trace()).isEqualTo(shrunk.trace());
        }
    }
}
