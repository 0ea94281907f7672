package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One seed fixes everything, and many schedules are met, in a short time. */
@Timeout(60)
class SimulationTest {
    private static final long POINTS = 10_586;
    private static final long FINGERPRINT = 1_896_431_228_524_848_150L;
    private static final String[] TRACE = {
        "    0 ns   0 set-up       begins",
        "    0 ns   0 set-up       spawns one",
        "    0 ns   0 set-up       spawns two",
        "    0 ns   0 set-up       ends",
        "    0 ns   1 one          begins",
        "    0 ns   1 one          parks for 1.5 ms",
        "    0 ns   2 two          begins",
        "    0 ns   2 two          passes a checkpoint",
        "  1.5 ms   2 two          stalls",
        "  1.5 ms   1 one          passes a checkpoint",
        "  1.5 ms   1 one          ends",
        "  1.5 ms   2 two          parks"
    };

    /** Everything that a schedule is made of, and nothing of the library's own policies: they change. */
    static void manyThings(World world) {
        Seam seam = Seam.of(world.time());
        SeamMutex mutex = new SeamMutex(world.time(), false);
        List<Thread> threads = new ArrayList<>();
        for (int task = 0; task < 3; task++) {
            world.spawn("worker " + task, () -> {
                threads.add(Thread.currentThread());
                mutex.lock();
                world.record("has it");
                try {
                    world.time().sleep(Duration.ofNanos(world.random().nextLong(2_000_000)));
                } catch (InterruptedException e) {
                    world.record(e.getClass().getSimpleName());
                } finally {
                    mutex.unlock();
                }
            });
        }
        boolean[] done = {false};
        world.spawn("scheduler", () -> {
            seam.schedule(
                    new Signal(seam, () -> seam.execute(() -> done[0] = true)),
                    world.random().nextInt(2_000_000));
            seam.schedule(new Signal(seam, () -> world.record("rings")), 1_000_000);
            seam.start("daemon", () -> world.record(world.random().nextDouble(10)));
            world.await(() -> done[0]);
        });
        world.spawn("interrupter", () -> {
            world.time().sleep(Duration.ofMillis(world.random().nextInt(3)));
            world.await(() -> !threads.isEmpty());
            threads.get(world.random().nextInt(threads.size())).interrupt();
        });
    }

    /** Does something when it rings, and once more when it is delivered. */
    private static final class Signal extends Alarm {
        private final Runnable signal;
        private final Seam seam;

        Signal(Seam seam, Runnable signal) {
            this.seam = seam;
            this.signal = signal;
        }

        @Override
        protected void ring() {
            seam.deliver(this);
        }

        @Override
        protected void deliver() {
            signal.run();
        }
    }

    /** The numbers were printed by JDK 17; every other one has to come to the same. */
    @Test
    void theSameSeedGivesTheSameOnEveryJdk() {
        SimulationReport report =
                Simulation.of(42).schedules(300).run(SimulationTest::manyThings).orThrow();
        assertThat(report.simulated()).as(report.reason()).isTrue();
        assertThat(List.of(report.points(), report.fingerprint())).isEqualTo(List.of(POINTS, FINGERPRINT));
    }

    @Test
    void theTraceIsTheSameOnEveryJdk() {
        Scenario lostWakeUp = world -> {
            SeamMutex mutex = new SeamMutex(world.time(), true);
            for (String name : List.of("one", "two")) {
                world.spawn(name, () -> {
                    mutex.lock();
                    world.time().sleep(Duration.ofNanos(1_500_000));
                    mutex.unlock();
                });
            }
        };
        Simulation.of(42).run(lostWakeUp).orThrow(); // it takes somebody who is late
        SimulationFailure failure = Simulation.of(42)
                .withStalls(Duration.ofMillis(10))
                .run(lostWakeUp)
                .failure();
        assertThat(failure.shrunk().trace()).extracting(TraceEvent::toString).containsExactly(TRACE);
    }

    /** The least that a machine of any speed reaches; {@link SimulationBench} measures. */
    @Test
    void aHundredSchedulesASecond_ofTwentySwitches() {
        assertThat(SimulationBench.rate(Strategy.random(), 300)).isGreaterThan(100);
        SimulationReport report = Simulation.of(1)
                .strategy(Strategy.random())
                .schedules(300)
                .run(SimulationBench::scenario)
                .orThrow();
        assertThat(report.handOvers() / 300).isGreaterThanOrEqualTo(20);
    }

    @Test
    void anotherSeedGivesAnother() {
        Set<Long> fingerprints = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            fingerprints.add(Simulation.of(seed)
                    .schedules(1)
                    .run(SimulationTest::manyThings)
                    .fingerprint());
        }
        assertThat(fingerprints).hasSize(100);
    }

    @Test
    void oneSimulationMayRunOnManyThreads() {
        Simulation simulation = Simulation.of(42).schedules(300);
        List<CompletableFuture<Long>> runs = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> simulation.run(SimulationTest::manyThings).fingerprint()))
                .limit(3)
                .toList();
        assertThat(runs).extracting(CompletableFuture::join).containsOnly(FINGERPRINT);
    }

    @Test
    void everySchedule_ofTwoTasksIsMet() {
        Set<String> orders = new HashSet<>();
        Simulation.of(42)
                .schedules(500)
                .run(world -> {
                    for (String name : List.of("a", "b")) {
                        world.spawn(name, () -> {
                            world.record(name + 1);
                            world.checkpoint();
                            world.record(name + 2);
                            world.checkpoint();
                            world.record(name + 3);
                        });
                    }
                    world.check(() -> orders.add(world.history().toString()));
                })
                .orThrow();
        assertThat(orders).hasSize(20); // 6 over 3
    }
}
