package dev.reliability.testkit.contract;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A contract whose rules are about time and threads: each try runs in a {@link World} of its own.
 *
 * @param <C> the capabilities that what is under test may lack
 */
public abstract class TimedContract<C extends Enum<C>> extends Contract<C> {
    /** For the contracts of the kit. */
    protected TimedContract() {}

    /** What a rule does in one try. */
    @FunctionalInterface
    protected interface Scenario {
        /**
         * Runs on a thread of the world's.
         *
         * @param world of this try
         * @throws Throwable if the rule is broken
         */
        void run(World world) throws Throwable;
    }

    /**
     * By which time the adapter waits and measures.
     *
     * @return the same in every run
     */
    protected abstract TimeMode timeMode();

    /**
     * How long a second of the rules takes in {@link TimeMode#REAL}.
     *
     * @return seconds, by default a thousandth; more where the machine or the library is coarse
     */
    protected double scale() {
        return 0.001;
    }

    /**
     * Runs one try: the scenario, and what it spawns, have to end while somebody has the patience ({@link
     * Settings#patience}), in real time. In {@link TimeMode#VIRTUAL} every other try is simulated, as far as that can be.
     *
     * @param scenario what to do
     * @throws Throwable what it throws: the rule is broken
     */
    protected final void inWorld(Scenario scenario) throws Throwable {
        RuleRun run = running();
        if (timeMode() != TimeMode.VIRTUAL || run == null || !run.simulates() || !simulated(run, scenario)) {
            tried(Mode.of(timeMode()));
            onThreads(scenario);
        }
    }

    /** False if it cannot be simulated, and nothing is known. */
    private boolean simulated(RuleRun run, Scenario scenario) throws Throwable {
        SimulatedTry simulated = new SimulatedTry(scenario, scale(), seed(), this::watched);
        String reason = simulated.run();
        if (!reason.isEmpty()) {
            run.notSimulated(reason);
            return false;
        }
        tried(Mode.SIMULATED);
        return true;
    }

    private void onThreads(Scenario scenario) throws Throwable {
        World world = new World(timeMode(), scale(), seed());
        watched(world.history());
        long startedNanos = System.nanoTime();
        Actor main = world.spawn("main", () -> {
            scenario.run(world);
            return null;
        });
        try {
            end(world, main, startedNanos);
            main.result();
            for (Actor actor : world.actors()) {
                end(world, actor, startedNanos);
            }
        } finally {
            world.actors().forEach(actor -> {
                if (!actor.hasEnded()) {
                    actor.interrupt();
                }
            });
        }
    }

    /**
     * Runs a scenario in real time on the calling thread: in a process that the kit has started for it.
     *
     * @param scenario what to do
     * @throws Throwable what it throws
     */
    protected final void alone(Scenario scenario) throws Throwable {
        scenario.run(new World(TimeMode.REAL, 1, 0));
    }

    private static void end(World world, Actor actor, long startedNanos) throws InterruptedException {
        long left = Settings.patience().toNanos() - (System.nanoTime() - startedNanos);
        if (!actor.awaitReal(left)) {
            throw world.history()
                    .broken(
                            "the try to end",
                            actor.thread().getName() + " still ran after "
                                    + Settings.patience().toSeconds() + " s"
                                    + Stream.of(actor.thread().getStackTrace())
                                            .limit(12)
                                            .map(frame -> "\n      at " + frame)
                                            .collect(Collectors.joining()));
        }
    }
}
