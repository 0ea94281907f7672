package dev.reliability.testkit.sim;

import static java.util.Objects.requireNonNull;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Scenario} in many orders of its tasks, one task at a time, and finds the orders in which it fails.
 *
 * <pre>{@code
 * Simulation.of(42).run(world -> {
 *     TimedMutex mutex = TimedMutex.builder("m", Duration.ofSeconds(1)).time(world.time()).build();
 *     int[] count = {0};
 *     for (int i = 0; i < 3; i++) {
 *         world.spawn("adder " + i, () -> mutex.run(() -> {
 *             int seen = count[0];
 *             world.checkpoint();
 *             count[0] = seen + 1;
 *         }));
 *     }
 *     world.check(() -> assertEquals(3, count[0]));
 * }).orThrow();
 * }</pre>
 *
 * <p><b>What runs.</b> Real code, each task on a thread of its own, of which only one goes on at a time. Others can come
 * between where the code waits, wakes another one, schedules or starts something on the world's time, at the checkpoints
 * of this library and at {@link World#checkpoint}. The seed fixes everything: the same seed gives the same schedules on
 * every JDK, as long as the code takes time and chance from its world only.
 *
 * <p><b>Time</b> is virtual, and moves when every task waits: to the next instant at which something happens. Nothing is
 * late, unless {@linkplain #withStalls stalls} are asked for; what is due at one instant happens in any order.
 *
 * <p><b>A failure</b> is an exception or error that leaves a task, the set-up or the check; tasks that can never go on;
 * tasks that have not ended after a number of points. It is shrunk, first to fewer {@linkplain World#operations
 * operations}, then to fewer switches, and says how to repeat it.
 *
 * <p><b>Code that blocks elsewhere</b> than on the world's time cannot be simulated. A watchdog notices it and names the
 * frame; the scenario then runs on real threads, with virtual time that moves by itself, and the report and a warning in
 * the log say so.
 *
 * <p><b>What it does not show:</b> what happens between two points, such as data races and other effects of the memory
 * model, because one task runs at a time.
 *
 * <p>Immutable; each method gives another simulation. Thread-safe.
 */
public final class Simulation {
    private static final Logger LOG = LoggerFactory.getLogger(Simulation.class);
    private static final String REPLAY = "reliability.replay";

    final long seed;
    final int schedules;
    final Strategy strategy;
    final Duration watchdog;
    final int points;
    final long stallNanos; // the longest; 0: none
    final @Nullable TimeSource real; // null: simulated
    final @Nullable Case replayed;
    final boolean shrinks;
    final boolean fallsBack; // to real threads

    private Simulation(
            long seed,
            int schedules,
            Strategy strategy,
            Duration watchdog,
            int points,
            long stallNanos,
            @Nullable TimeSource real,
            @Nullable Case replayed,
            boolean shrinks,
            boolean fallsBack) {
        this.seed = seed;
        this.schedules = schedules;
        this.strategy = strategy;
        this.watchdog = watchdog;
        this.points = points;
        this.stallNanos = stallNanos;
        this.real = real;
        this.replayed = replayed;
        this.shrinks = shrinks;
        this.fallsBack = fallsBack;
    }

    /**
     * A simulation of 1,000 schedules, {@link Strategy#mixed}, with a watchdog of 5 s and at most 100,000 points each,
     * without stalls.
     *
     * @param seed any number; fixes all of it
     * @return the simulation
     */
    public static Simulation of(long seed) {
        return new Simulation(seed, 1_000, Strategy.mixed(), Duration.ofSeconds(5), 100_000, 0, null, null, true, true);
    }

    /**
     * How many schedules to run, unless one fails before.
     *
     * @param number 1 or more; 1,000 by default
     * @return the changed simulation
     * @throws IllegalArgumentException if it is less
     */
    public Simulation schedules(int number) {
        return new Simulation(
                seed,
                atLeastOne("schedules", number),
                strategy,
                watchdog,
                points,
                stallNanos,
                real,
                replayed,
                shrinks,
                fallsBack);
    }

    /**
     * How to look for schedules.
     *
     * @param newStrategy {@link Strategy#mixed} by default
     * @return the changed simulation
     */
    public Simulation strategy(Strategy newStrategy) {
        requireNonNull(newStrategy, "newStrategy");
        return new Simulation(
                seed, schedules, newStrategy, watchdog, points, stallNanos, real, replayed, shrinks, fallsBack);
    }

    /**
     * How long, in real time, a task may be between two points. One that is longer is taken to block elsewhere. Also how
     * long a try on real threads may take.
     *
     * @param limit positive; more than a century is as good as one; 5 s by default
     * @return the changed simulation
     * @throws IllegalArgumentException if it is not positive
     */
    public Simulation watchdog(Duration limit) {
        if (requireNonNull(limit, "limit").isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("watchdog must be positive, but was " + limit);
        }
        return new Simulation(seed, schedules, strategy, limit, points, stallNanos, real, replayed, shrinks, fallsBack);
    }

    /**
     * How many points a schedule may pass before it counts as endless.
     *
     * @param number 1 or more; 100,000 by default
     * @return the changed simulation
     * @throws IllegalArgumentException if it is less
     */
    public Simulation maxPoints(int number) {
        return new Simulation(
                seed,
                schedules,
                strategy,
                watchdog,
                atLeastOne("points", number),
                stallNanos,
                real,
                replayed,
                shrinks,
                fallsBack);
    }

    /**
     * Also lets the time move, up to three times in a schedule, while tasks can go on: as where a machine is busy or
     * collects garbage. Then every time-out may come late, and a rule that says when something happens at the latest does
     * not hold.
     *
     * @param longest how far the time moves in a stall at most; positive; more than a century is as good as one. By default
     *     there are no stalls
     * @return the changed simulation
     * @throws IllegalArgumentException if it is not positive
     */
    public Simulation withStalls(Duration longest) {
        if (requireNonNull(longest, "longest").isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("longest must be positive, but was " + longest);
        }
        return new Simulation(
                seed, schedules, strategy, watchdog, points, Spans.nanos(longest), real, replayed, shrinks, fallsBack);
    }

    /**
     * Runs on real threads, all at once, instead: for code that is known to wait elsewhere. Tries take the place of
     * schedules; as many are made as fit into 5 s, at least one.
     *
     * @param time of the world; of a {@link VirtualTime} each try gets an auto-advancing one of its own instead
     * @return the changed simulation
     */
    public Simulation onRealThreads(TimeSource time) {
        requireNonNull(time, "time");
        return new Simulation(
                seed, schedules, strategy, watchdog, points, stallNanos, time, replayed, shrinks, fallsBack);
    }

    /**
     * Takes a failure as it was found and runs nothing again, so that there is no trace in words: for who shrinks it
     * otherwise, as a property does with what it generates.
     *
     * @return the changed simulation
     */
    public Simulation withoutShrinking() {
        return new Simulation(
                seed, schedules, strategy, watchdog, points, stallNanos, real, replayed, false, fallsBack);
    }

    /**
     * Leaves undecided what cannot be simulated: for who runs it otherwise then.
     *
     * @return the changed simulation
     */
    public Simulation withoutRealThreads() {
        return new Simulation(seed, schedules, strategy, watchdog, points, stallNanos, real, replayed, shrinks, false);
    }

    /**
     * Runs the one schedule that failed, of a simulation with the same settings. The property {@code
     * reliability.replay} does the same for every simulation of a JVM.
     *
     * @param failed what the failure printed, like {@code 42:17}
     * @return the changed simulation
     * @throws IllegalArgumentException if it is no such text
     */
    public Simulation replay(String failed) {
        return new Simulation(
                seed,
                schedules,
                strategy,
                watchdog,
                points,
                stallNanos,
                real,
                Case.parse(requireNonNull(failed, "failed")),
                shrinks,
                fallsBack);
    }

    /**
     * Runs the scenario.
     *
     * @param scenario what to run
     * @return what came of it; see {@link SimulationReport#orThrow}
     * @throws java.util.concurrent.CancellationException if the thread gets interrupted; its flag is kept
     * @throws IllegalArgumentException if the property {@code reliability.replay} is set to what no failure prints
     */
    public SimulationReport run(Scenario scenario) {
        requireNonNull(scenario, "scenario");
        String property = System.getProperty(REPLAY);
        Simulation simulation = property == null ? this : replay(property);
        if (simulation.real != null) {
            return new RealRun(simulation, scenario, "as was asked for").run();
        }
        try (Carriers carriers = new Carriers()) {
            return new Exploration(simulation, scenario, carriers).run();
        } catch (NotSimulatable outside) {
            if (!fallsBack) {
                return SimulationReport.undecided(seed, outside.reason());
            }
            LOG.warn("not simulated, but run on real threads: {}", outside.reason());
            return new RealRun(simulation, scenario, outside.reason()).run();
        }
    }

    private static int atLeastOne(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, but was " + number);
        }
        return number;
    }

    @Override
    public String toString() {
        return "simulation of " + schedules + " schedules, " + strategy + ", seed " + seed;
    }
}
