package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.reliability.testkit.sim.SimulationReport.Outcome;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be set, its ranges and defaults, and what is refused. */
@Timeout(60)
class SimulationSettingsTest {
    @Test
    void theDefaultsAreWhatTheDocumentationSays() {
        Simulation simulation = Simulation.of(42);
        assertThat(simulation).hasToString("simulation of 1000 schedules, mixed, seed 42");
        assertThat(simulation.watchdog).isEqualTo(Duration.ofSeconds(5));
        assertThat(simulation.points).isEqualTo(100_000);
        assertThat(simulation.stallNanos).isZero();
        assertThat(simulation.run(world -> {}).schedules()).isEqualTo(1_000);
    }

    @Test
    void aChangeMakesAnotherSimulation() {
        Simulation simulation = Simulation.of(42);
        simulation.schedules(7).maxPoints(7).withStalls(Duration.ofMillis(7)).strategy(Strategy.pct(7));
        assertThat(simulation).hasToString("simulation of 1000 schedules, mixed, seed 42");
        assertThat(simulation.points).isEqualTo(100_000);
        assertThat(simulation.stallNanos).isZero();
    }

    @Test
    void nullIsRefusedByItsName() {
        Simulation simulation = Simulation.of(42);
        Map<String, ThrowingCallable> calls = Map.of(
                "newStrategy", () -> simulation.strategy(null),
                "limit", () -> simulation.watchdog(null),
                "longest", () -> simulation.withStalls(null),
                "time", () -> simulation.onRealThreads(null),
                "failed", () -> simulation.replay(null),
                "scenario", () -> simulation.run(null));
        calls.forEach((name, call) ->
                assertThatNullPointerException().isThrownBy(call).withMessage(name));
    }

    @Test
    void wrongSettingsAreRefused() {
        Simulation simulation = Simulation.of(42);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> simulation.schedules(0))
                .withMessage("schedules must be at least 1, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> simulation.maxPoints(0))
                .withMessage("points must be at least 1, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> simulation.watchdog(Duration.ZERO))
                .withMessage("watchdog must be positive, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> simulation.withStalls(Duration.ZERO))
                .withMessage("longest must be positive, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Strategy.pct(0))
                .withMessage("depth must be at least 1, but was 0");
        for (String wrong : List.of("", "42", "42:x", "42:1:2", "42:1:x:", "42:1:all:1.2", "1:2:3:4:5")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> simulation.replay(wrong))
                    .withMessageStartingWith("a case to replay must be what a failure printed");
        }
    }

    @Test
    void theLeastAndTheMostAreAccepted() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        SimulationReport report = Simulation.of(Long.MIN_VALUE)
                .schedules(1)
                .maxPoints(100)
                .watchdog(endless)
                .withStalls(endless)
                .strategy(Strategy.pct(Integer.MAX_VALUE))
                .run(PlantedFaultsTest::lostUpdate);
        assertThat(report.schedules()).isEqualTo(1);
        assertThat(report.seed()).isEqualTo(Long.MIN_VALUE);
        assertThat(Simulation.of(1).maxPoints(1).run(world -> {}).outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void whatBelongsIntoTheSetUpIsRefusedLater() {
        for (Simulation simulation : bothModes()) {
            SimulationReport report = simulation.run(world -> world.spawn("task", () -> world.operations(List.of(1))));
            assertThat(report.failure().what()).contains("cannot offer operations once the set-up has ended");
            report = simulation.run(world -> world.spawn("task", () -> world.check(() -> {})));
            assertThat(report.failure().what()).contains("cannot set a check once the set-up has ended");
            report = simulation.run(world -> {
                world.check(() -> {});
                world.check(() -> {});
            });
            assertThat(report.failure().what()).contains("cannot set a second check");
        }
    }

    private static List<Simulation> bothModes() {
        Simulation simulation = Simulation.of(42).schedules(1);
        return List.of(simulation, simulation.onRealThreads(VirtualTime.autoAdvancing()));
    }

    @Test
    void aTaskDrawsTheSameNumbersInEitherMode() {
        List<List<Long>> drawn = new ArrayList<>();
        for (Simulation simulation : bothModes()) {
            long[] numbers = new long[4];
            simulation
                    .run(world -> {
                        numbers[0] = world.random().nextLong();
                        for (int task = 1; task < 4; task++) {
                            int number = task;
                            world.spawn(
                                    "task",
                                    () -> numbers[number] = world.random().nextLong());
                        }
                    })
                    .orThrow();
            drawn.add(Arrays.stream(numbers).boxed().toList());
        }
        assertThat(drawn.get(0)).doesNotHaveDuplicates().isEqualTo(drawn.get(1));
    }

    @Test
    void thePropertyRepeatsAFailure() {
        Simulation simulation = Simulation.of(42);
        SimulationFailure failure =
                simulation.run(PlantedFaultsTest::lostUpdate).failure();
        String shrunk = failure.shrunk().replay();
        assertThat(failure.toString())
                .contains("repeat: the same test with -Dreliability.replay=" + failure.replay())
                .contains("repeat: the same test with -Dreliability.replay=" + shrunk)
                .contains(failure.shrunk().trace().get(0).toString());
        System.setProperty("reliability.replay", shrunk);
        try {
            SimulationReport again = simulation.run(PlantedFaultsTest::lostUpdate);
            assertThat(again.schedules()).isEqualTo(1);
            assertThat(again.failure().trace()).isEqualTo(failure.shrunk().trace());
            System.setProperty("reliability.replay", "nonsense");
            assertThatIllegalArgumentException().isThrownBy(() -> simulation.run(PlantedFaultsTest::lostUpdate));
        } finally {
            System.clearProperty("reliability.replay");
        }
    }

    @Test
    void aCaseIsReadAsItWasWritten() {
        for (String text : List.of("42:17", "-1:0", "42:17:all:1.2.3", "42:17:0.5:1.2.3,4.5.6", "42:17::")) {
            assertThat(Case.parse(text)).hasToString(text);
        }
    }
}
