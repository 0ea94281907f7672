package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.sim.SimulationReport.Outcome;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A schedule looks to the code like a quiet machine, and leaves nothing behind. */
@Timeout(60)
class SimulatedMachineTest {
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

    private static Set<Long> whenBusyHasEnded(Duration tick, Duration longestStall) {
        Set<Long> ended = new TreeSet<>();
        Simulation.of(42)
                .schedules(300)
                .withStalls(longestStall)
                .run(world -> {
                    world.spawn("busy", () -> {
                        for (int i = 0; i < 200; i++) {
                            world.checkpoint();
                        }
                        ended.add(world.time().nanoTime());
                    });
                    world.spawn("ticks", () -> {
                        for (int i = 0; i < 10; i++) {
                            world.time().sleep(tick);
                        }
                    });
                })
                .orThrow();
        return ended;
    }

    @Test
    void timeMovesForThreeStallsAtMost_whileATaskCanGoOn() {
        assertThat(whenBusyHasEnded(Duration.ofNanos(1), Duration.ofNanos(1))).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void noStallIsLongerThanAsked() {
        assertThat(whenBusyHasEnded(Duration.ofNanos(2), Duration.ofNanos(1))).containsExactly(0L);
    }

    @Test
    void aTaskThatATaskSpawnsBeginsAtOnce() {
        Simulation.of(42)
                .schedules(20)
                .run(world -> {
                    world.spawn("parent", () -> {
                        boolean[] ran = {false};
                        world.spawn("child", () -> ran[0] = true);
                        world.await(() -> ran[0]);
                        assertThat(world.time().nanoTime()).isZero();
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
}
