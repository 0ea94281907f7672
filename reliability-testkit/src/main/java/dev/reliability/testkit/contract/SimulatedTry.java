package dev.reliability.testkit.contract;

import dev.reliability.testkit.contract.TimedContract.Scenario;
import dev.reliability.testkit.sim.Simulation;
import dev.reliability.testkit.sim.SimulationFailure;
import dev.reliability.testkit.sim.SimulationFailure.Kind;
import dev.reliability.testkit.sim.SimulationReport;
import dev.reliability.testkit.sim.SimulationReport.Outcome;
import dev.reliability.testkit.sim.Strategy;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One try of a rule, in one order of its threads: by chance or by priorities, in turns. */
final class SimulatedTry {
    private static final int CHANGES = 3; // of priorities
    private static final int POINTS = 5_000_000;

    private final Scenario scenario;
    private final double scale;
    private final long seed;
    private final Consumer<History> watched; // told of what happens before it does
    private @Nullable World world; // written by the simulation, read after

    SimulatedTry(Scenario scenario, double scale, long seed, Consumer<History> watched) {
        this.scenario = scenario;
        this.scale = scale;
        this.seed = seed;
        this.watched = watched;
    }

    /**
     * Runs it.
     *
     * @return why it cannot be simulated; empty if it was
     * @throws Throwable if the rule is broken
     */
    String run() throws Throwable {
        SimulationReport report = Simulation.of(seed)
                .schedules(1)
                .strategy(seed % 4 == 1 ? Strategy.random() : Strategy.pct(CHANGES))
                .maxPoints(POINTS)
                .watchdog(Settings.patience())
                .withoutShrinking()
                .withoutRealThreads()
                .run(simulated -> simulated.spawn("main", () -> {
                    World now = new World(TimeMode.VIRTUAL, scale, new SimulatedStage(simulated));
                    world = now;
                    watched.accept(now.history());
                    run(now);
                }));
        SimulationFailure failure = report.failure();
        if (failure != null) {
            throw broken(failure);
        }
        return report.outcome() == Outcome.UNDECIDED ? report.reason() : "";
    }

    private void run(World now) throws Exception {
        now.noteWhatIsNotCaught();
        try {
            scenario.run(now);
        } catch (Exception | Error thrown) {
            throw thrown;
        } catch (Throwable odd) {
            throw new Odd(odd);
        }
    }

    private Throwable broken(SimulationFailure failure) {
        Throwable cause = failure.cause();
        World last = world;
        if (failure.kind() == Kind.THROWN && cause != null) {
            return cause instanceof Odd && cause.getCause() != null ? cause.getCause() : cause;
        }
        String places = String.join("\n      ", failure.places());
        String what = failure.what() + "\n      " + places;
        return last == null ? new AssertionError(what) : last.history().broken("the try to end", what);
    }

    /** Carries what is neither an exception nor an error. */
    private static final class Odd extends Exception {
        private static final long serialVersionUID = 1;

        Odd(Throwable cause) {
            super(cause);
        }
    }
}
