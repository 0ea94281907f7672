package dev.reliability.testkit.sim;

import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * What came of a {@link Simulation}.
 *
 * @param outcome whether it passed
 * @param simulated false if it ran on real threads
 * @param reason why it did not run in simulation, or why nothing is decided; empty if there is nothing to say
 * @param seed of the simulation
 * @param schedules how many were run, the failing one included
 * @param points how many switch points they passed; 0 on real threads
 * @param handOvers how often another task went on; 0 on real threads
 * @param fingerprint a number that stands for all that happened in all schedules; the same on every JDK. 0 on real threads
 * @param failure the first schedule that failed; null if none did
 */
public record SimulationReport(
        Outcome outcome,
        boolean simulated,
        String reason,
        long seed,
        int schedules,
        long points,
        long handOvers,
        long fingerprint,
        @Nullable SimulationFailure failure) {

    /** What a simulation shows. */
    public enum Outcome {
        /** No schedule failed. */
        PASSED,
        /** A schedule failed. */
        FAILED,
        /** It could not be run to its end: that says nothing about the code. */
        UNDECIDED
    }

    static SimulationReport undecided(long seed, String reason) {
        return new SimulationReport(Outcome.UNDECIDED, false, reason, seed, 0, 0, 0, 0, null);
    }

    /**
     * Throws unless it passed, so that a test shows it.
     *
     * @return this
     * @throws AssertionError if a schedule failed, with all that is known about it
     * @throws TestAbortedException if nothing is decided, with the reason
     */
    public SimulationReport orThrow() {
        if (failure != null) {
            throw new AssertionError(toString(), failure.cause());
        }
        if (outcome == Outcome.UNDECIDED) {
            throw new TestAbortedException(toString());
        }
        return this;
    }

    @Override
    public String toString() {
        String mode = simulated ? "simulation" : (schedules == 0 ? "no run (" : "run on real threads (") + reason + ")";
        String text = outcome + ": " + mode + " of " + schedules + " schedules, seed " + seed;
        return failure == null ? text : text + "\n" + failure;
    }
}
