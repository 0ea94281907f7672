package dev.reliability.testkit.sim;

import dev.reliability.mutex.TimedMutex;
import java.time.Duration;
import java.util.Locale;

/**
 * How many schedules a second are run: three tasks that contend for a mutex. Run its main method bound to one core, for
 * example by {@code taskset -c 0}.
 */
final class SimulationBench {
    private SimulationBench() {}

    /** Three tasks with 20 switches or more between them. */
    static void scenario(World world) {
        TimedMutex mutex = TimedMutex.builder("m", Duration.ofSeconds(1))
                .time(world.time())
                .build();
        int[] count = {0};
        for (int task = 0; task < 3; task++) {
            world.spawn("adder " + task, () -> {
                for (int i = 0; i < 4; i++) {
                    mutex.run(() -> {
                        int seen = count[0];
                        world.checkpoint();
                        count[0] = seen + 1;
                    });
                }
            });
        }
        world.check(() -> {
            if (count[0] != 12) {
                throw new AssertionError(count[0] + " instead of 12");
            }
        });
    }

    /** Schedules a second. */
    static double rate(Strategy strategy, int schedules) {
        long begun = System.nanoTime();
        Simulation.of(1)
                .strategy(strategy)
                .schedules(schedules)
                .run(SimulationBench::scenario)
                .orThrow();
        return schedules * 1e9 / (System.nanoTime() - begun);
    }

    public static void main(String[] arguments) {
        for (Strategy strategy : new Strategy[] {Strategy.random(), Strategy.pct(3), Strategy.mixed()}) {
            rate(strategy, 2_000);
            SimulationReport report =
                    Simulation.of(1).strategy(strategy).schedules(200).run(SimulationBench::scenario);
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %6.0f schedules/s, %4.1f points and %4.1f hand-overs each%n",
                    strategy,
                    rate(strategy, 10_000),
                    report.points() / 200.0,
                    report.handOvers() / 200.0);
        }
    }
}
