package dev.reliability.testkit.sim;

import dev.reliability.testkit.sim.SimulationReport.Outcome;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a scenario on real threads, try after try. */
final class RealRun {
    private static final long BUDGET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Simulation simulation;
    private final Scenario scenario;
    private final String reason;

    RealRun(Simulation simulation, Scenario scenario, String reason) {
        this.simulation = simulation;
        this.scenario = scenario;
        this.reason = reason;
    }

    SimulationReport run() {
        long begun = System.nanoTime();
        int number = 0;
        do {
            Case which = Case.of(simulation.seed, number++);
            TimeSource time = time(which);
            RealTry run = new RealTry(which, time, simulation.watchdog);
            run.run(scenario);
            Failed failed = run.failure();
            if (failed != null) {
                return report(Outcome.FAILED, reason, number, failure(failed, which, time.nanoTime(), run.history()));
            }
            if (!run.stuck().isEmpty()) {
                return report(Outcome.UNDECIDED, reason + "; there " + run.stuck(), number, null);
            }
        } while (number < simulation.schedules && System.nanoTime() - begun < BUDGET_NANOS);
        return report(Outcome.PASSED, reason, number, null);
    }

    private SimulationReport report(Outcome outcome, String why, int tries, @Nullable SimulationFailure failure) {
        return new SimulationReport(outcome, false, why, simulation.seed, tries, 0, 0, 0, failure);
    }

    private static SimulationFailure failure(Failed failed, Case which, long nanos, List<World.Recorded> history) {
        return new SimulationFailure(
                failed.kind(),
                failed.what(),
                failed.cause(),
                failed.places(),
                "",
                which.schedule(),
                nanos,
                0,
                0,
                List.of(),
                history,
                null);
    }

    private TimeSource time(Case which) {
        TimeSource asked = simulation.real;
        return asked == null || asked instanceof VirtualTime
                ? VirtualTime.autoAdvancing(
                        Draws.of(which.seed(), which.schedule()).nextLong())
                : asked;
    }
}
