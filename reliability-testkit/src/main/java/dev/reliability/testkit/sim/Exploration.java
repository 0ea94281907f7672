package dev.reliability.testkit.sim;

import dev.reliability.testkit.sim.SimulationReport.Outcome;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of a simulation: schedule after schedule, until one fails. */
final class Exploration {
    private final Simulation simulation;
    private final Scenario scenario;
    private final Carriers carriers;
    private final Watchdog watchdog;
    private long points;
    private long handOvers;
    private long fingerprint;

    Exploration(Simulation simulation, Scenario scenario, Carriers carriers) {
        this.simulation = simulation;
        this.scenario = scenario;
        this.carriers = carriers;
        this.watchdog = new Watchdog(simulation.watchdog, carriers);
    }

    SimulationReport run() {
        Case replayed = simulation.replayed;
        if (replayed != null) {
            Played played = play(replayed, choice(replayed), true);
            return report(replayed.seed(), 1, played.failure() == null ? null : failure(played));
        }
        for (int number = 0; number < simulation.schedules; number++) {
            Case which = Case.of(simulation.seed, number);
            Played played = play(which, choice(which), false);
            if (played.failure() != null) {
                return report(simulation.seed, number + 1, simulation.shrinks ? explained(played) : failure(played));
            }
        }
        return report(simulation.seed, simulation.schedules, null);
    }

    private Choice choice(Case which) {
        return which.switches() == null ? attempt(which, 0) : new Choice.Given(which.switches());
    }

    /** The strategy's choices for a case, of which it has any number. */
    Choice attempt(Case which, int number) {
        Draws draws = number == 0
                ? Draws.of(which.seed(), which.schedule(), 0)
                : Draws.of(which.seed(), which.schedule(), 0, number);
        Choice choice = simulation.strategy.choice(which.schedule() + number, draws);
        return simulation.stallNanos > 0 ? new Choice.Stalling(choice, draws) : choice;
    }

    /** Runs one schedule. */
    Played play(Case which, Choice choice, boolean inWords) {
        Schedule schedule = new Schedule(which, choice, carriers, simulation, inWords);
        List<Integer> kept = which.kept();
        SimWorld world = new SimWorld(schedule, kept == null ? null : Set.copyOf(kept));
        schedule.begin(() -> scenario.setUp(world));
        watchdog.observe(schedule);
        points += schedule.points();
        handOvers += schedule.handOvers();
        fingerprint = Draws.mix(fingerprint * 31 + schedule.trace.fingerprint());
        return new Played(which, schedule.failure(), world.operations(), schedule.clock.now(), schedule.trace);
    }

    private SimulationReport report(long seed, int schedules, @Nullable SimulationFailure failure) {
        Outcome outcome = failure == null ? Outcome.PASSED : Outcome.FAILED;
        return new SimulationReport(outcome, true, "", seed, schedules, points, handOvers, fingerprint, failure);
    }

    /** The failure in words, by running it again, and shrunk. */
    private SimulationFailure explained(Played failed) {
        long pointsBefore = points;
        long handOversBefore = handOvers;
        long fingerprintBefore = fingerprint;
        Case given = failed.which().with(null, failed.trace().switches());
        Played again = play(given, choice(given), true);
        SimulationFailure failure;
        if (again.trace().fingerprint() != failed.trace().fingerprint()) {
            failure = failure(failed).unrepeatable();
        } else {
            failure = failure(
                    new Played(failed.which(), again.failure(), again.operations(), again.nanos(), again.trace()));
            Case shrunk = new Shrinker(this, failed).shrink();
            Played smallest = play(shrunk, choice(shrunk), true);
            if (smallest.failure() != null) {
                failure = failure.shrunkTo(failure(smallest));
            }
        }
        points = pointsBefore;
        handOvers = handOversBefore;
        fingerprint = fingerprintBefore;
        return failure;
    }

    private static SimulationFailure failure(Played played) {
        Failed failed = played.failure();
        if (failed == null) {
            throw new IllegalArgumentException("no failure");
        }
        List<Integer> kept = played.which().kept();
        return new SimulationFailure(
                failed.kind(),
                failed.what(),
                failed.cause(),
                failed.places(),
                played.which().toString(),
                played.which().schedule(),
                played.nanos(),
                kept == null ? played.operations() : kept.size(),
                played.trace().switches().size(),
                played.trace().events(),
                played.trace().history(),
                null);
    }

    /** A schedule that has been run. */
    record Played(Case which, @Nullable Failed failure, int operations, long nanos, Trace trace) {}
}
