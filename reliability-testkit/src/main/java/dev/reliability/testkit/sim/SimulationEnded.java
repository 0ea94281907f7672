package dev.reliability.testkit.sim;

/** Unwinds a task whose schedule is over. Never seen outside the kit, unless code under test catches every error. */
final class SimulationEnded extends Error {
    private static final long serialVersionUID = 1;

    SimulationEnded() {
        super("the schedule is over", null, false, false);
    }
}
