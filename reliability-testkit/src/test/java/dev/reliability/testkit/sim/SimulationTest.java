package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.sim.SimulationReport.Outcome;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One seed fixes everything, and a schedule looks to the code like a quiet machine. */
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
    private static void manyThings(World world) {
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
    void aHundredSchedulesASecond() {
        assertThat(SimulationBench.rate(Strategy.random(), 300)).isGreaterThan(100);
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

    @Test
    void timeMovesWhenAllWaitAndWaitsForNobodyElse() {
        Simulation.of(42)
                .schedules(100)
                .run(world -> {
                    world.spawn("sleeper", () -> {
                        world.time().sleep(Duration.ofDays(365));
                        world.record("up");
                    });
                    world.spawn("busy", () -> {
                        for (int i = 0; i < 10; i++) {
                            world.checkpoint();
                            assertThat(world.time().nanoTime()).isZero();
                        }
                    });
                    world.check(() -> assertThat(world.history())
                            .containsExactly(
                                    new World.Recorded(Duration.ofDays(365).toNanos(), "sleeper", "up")));
                })
                .orThrow();
    }

    @Test
    void aTaskThatSpinsAloneTakesTime() {
        Simulation.of(42)
                .schedules(20)
                .run(world -> {
                    boolean[] stop = {false};
                    world.spawn("spinner", () -> {
                        while (!stop[0]) {
                            world.checkpoint();
                        }
                    });
                    world.spawn("sleeper", () -> {
                        world.time().sleep(Duration.ofHours(1));
                        stop[0] = true;
                    });
                })
                .orThrow();
    }

    @Test
    void theSetUpRunsAloneAndMayWait() {
        Simulation.of(42)
                .schedules(100)
                .run(world -> {
                    world.spawn("task", () -> world.record("task"));
                    world.checkpoint();
                    world.time().sleep(Duration.ofHours(1));
                    world.record("set up");
                    world.check(() -> assertThat(world.history())
                            .extracting(World.Recorded::event)
                            .containsExactly("set up", "task"));
                })
                .orThrow();
    }

    @Test
    void anInterruptEndsAWaitAndIsSeenAsEver() {
        Simulation.of(42)
                .schedules(300)
                .run(world -> {
                    AtomicReference<Thread> sleeper = new AtomicReference<>();
                    boolean[] interrupted = {false};
                    world.spawn("sleeper", () -> {
                        sleeper.set(Thread.currentThread());
                        try {
                            world.time().sleep(Duration.ofHours(1));
                        } catch (InterruptedException e) {
                            assertThat(Thread.currentThread().isInterrupted()).isFalse();
                            interrupted[0] = true;
                        }
                    });
                    world.spawn("interrupter", () -> {
                        world.await(() -> sleeper.get() != null);
                        sleeper.get().interrupt();
                        assertThat(sleeper.get().isInterrupted()).isTrue();
                    });
                    world.check(() -> {
                        assertThat(interrupted[0]).isTrue();
                        assertThat(world.time().nanoTime()).isZero();
                    });
                })
                .orThrow();
    }

    @Test
    void whatIsLeftBehindIsUnwound_alsoWhatCatchesEverything() {
        SimulationReport report = Simulation.of(42).schedules(5).run(world -> {
            Seam.of(world.time()).start("daemon", () -> {
                while (true) {
                    try {
                        Seam.of(world.time()).park("work");
                    } catch (Throwable swallowed) {
                        world.time().nanoTime();
                    }
                }
            });
            Seam.of(world.time()).start("idle", () -> Seam.of(world.time()).parkNanos("work", Long.MAX_VALUE));
            world.spawn("task", () -> world.time().sleep(Duration.ofSeconds(1)));
        });
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.schedules()).isEqualTo(5);
    }

    @Test
    void whatAnUnwoundTaskLeavesInItsThreadIsNotMetAgain() {
        ThreadLocal<String> left = new ThreadLocal<>();
        Simulation.of(42)
                .schedules(5)
                .run(world -> {
                    Seam seam = Seam.of(world.time());
                    seam.start("daemon", () -> {
                        assertThat(left.get()).isNull();
                        left.set("something");
                        seam.park("work");
                    });
                })
                .orThrow();
    }

    @Test
    void noThreadIsLeft() {
        Simulation.of(42).schedules(20).run(SimulationTest::manyThings).orThrow();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("interrupter")));
    }

    @Test
    void aTimeIsOverWithItsSchedule() {
        AtomicReference<TimeSource> kept = new AtomicReference<>();
        Simulation.of(42).schedules(1).run(world -> kept.set(world.time())).orThrow();
        assertThatIllegalStateException()
                .isThrownBy(() -> kept.get().sleep(Duration.ofSeconds(1)))
                .withMessageContaining("the schedule has ended");
        SimulationReport report = Simulation.of(42)
                .schedules(1)
                .run(world -> world.spawn("task", () -> kept.get().sleep(Duration.ofSeconds(1))));
        assertThat(report.failure().what()).contains("the schedule has ended");
    }

    @Test
    void whatBelongsIntoTheSetUpIsRefusedLater() {
        SimulationReport report =
                Simulation.of(42).run(world -> world.spawn("task", () -> world.operations(List.of(1))));
        assertThat(report.failure().what()).contains("cannot offer operations once the set-up has ended");
        report = Simulation.of(42).run(world -> {
            world.check(() -> {});
            world.check(() -> {});
        });
        assertThat(report.failure().what()).contains("cannot set a second check");
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
    void aCaseIsReadAsItWasWritten() {
        for (String text : List.of("42:17", "-1:0", "42:17:all:1.2.3", "42:17:0.5:1.2.3,4.5.6", "42:17::")) {
            assertThat(Case.parse(text)).hasToString(text);
        }
    }
}
