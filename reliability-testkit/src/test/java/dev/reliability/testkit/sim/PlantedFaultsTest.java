package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.sim.SimulationFailure.Kind;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that are there are found, shrunk to what they need, and repeatable; by each strategy. */
@Timeout(60)
class PlantedFaultsTest {
    static List<Strategy> strategies() {
        return List.of(Strategy.random(), Strategy.pct(3), Strategy.mixed());
    }

    private static SimulationFailure failureOf(Strategy strategy, Scenario scenario) {
        Simulation simulation = Simulation.of(42).strategy(strategy);
        SimulationReport report = simulation.run(scenario);
        assertThat(report.simulated()).as(report.reason()).isTrue();
        assertThat(report.outcome()).isEqualTo(SimulationReport.Outcome.FAILED);
        SimulationFailure failure = report.failure();
        assertThat(failure.shrunk()).as("%s", failure).isNotNull();
        for (SimulationFailure told : List.of(failure, failure.shrunk())) {
            SimulationFailure again =
                    simulation.replay(told.replay()).run(scenario).failure();
            assertThat(again.trace()).isEqualTo(told.trace()).isNotEmpty();
            assertThat(again.what()).isEqualTo(told.what());
        }
        return failure;
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aLostUpdateNeedsOneSwitch(Strategy strategy) {
        SimulationFailure failure = failureOf(strategy, PlantedFaultsTest::lostUpdate);
        assertThat(failure.kind()).isEqualTo(Kind.THROWN);
        assertThat(failure.cause()).isInstanceOf(AssertionError.class);
        assertThat(failure.shrunk().switches()).isEqualTo(1);
    }

    static void lostUpdate(World world) {
        AtomicInteger count = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            world.spawn("adder " + i, () -> {
                int seen = count.get();
                world.checkpoint();
                count.set(seen + 1);
            });
        }
        world.check(() -> assertThat(count).hasValue(3));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void aLostWakeUpIsADeadlock(Strategy strategy) {
        SimulationFailure failure = failureOf(strategy, world -> {
            SeamMutex mutex = new SeamMutex(world.time(), true);
            for (int i = 0; i < 3; i++) {
                world.spawn("worker " + i, () -> {
                    mutex.lock();
                    world.checkpoint();
                    mutex.unlock();
                });
            }
        });
        assertThat(failure.kind()).isEqualTo(Kind.DEADLOCK);
        assertThat(failure.places()).isNotEmpty().allMatch(place -> place.contains("SeamMutex.lock(SeamMutex.java:"));
        assertThat(failure.shrunk().switches()).isEqualTo(2); // away from the holder, and away from who saw it held
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void twoMutexesInOppositeOrderAreADeadlock(Strategy strategy) {
        SimulationFailure failure = failureOf(strategy, world -> {
            SeamMutex one = new SeamMutex(world.time(), false);
            SeamMutex other = new SeamMutex(world.time(), false);
            world.spawn("there", () -> both(one, other));
            world.spawn("back", () -> both(other, one));
            world.spawn("bystander", () -> world.time().sleep(Duration.ofSeconds(1)));
        });
        assertThat(failure.kind()).isEqualTo(Kind.DEADLOCK);
        assertThat(failure.places()).hasSize(2);
        assertThat(failure.places().get(0)).startsWith("there: SeamMutex.lock");
        assertThat(failure.places().get(1)).startsWith("back: SeamMutex.lock");
        assertThat(failure.shrunk().switches()).isEqualTo(1);
    }

    private static void both(SeamMutex first, SeamMutex second) {
        first.lock();
        second.lock();
        second.unlock();
        first.unlock();
    }

    @Test
    void aSleeperThatNobodyWakesIsADeadlock() {
        SimulationFailure failure = failureOf(Strategy.mixed(), world -> {
            world.spawn("sleeper", () -> Seam.of(world.time()).park("nobody"));
            world.spawn("other", () -> world.time().sleep(Duration.ofHours(1)));
        });
        assertThat(failure.kind()).isEqualTo(Kind.DEADLOCK);
        assertThat(failure.nanos()).isEqualTo(Duration.ofHours(1).toNanos());
        assertThat(failure.places()).singleElement().asString().startsWith("sleeper: PlantedFaultsTest.");
        assertThat(failure.shrunk().switches()).isZero();
    }

    @Test
    void whatTheLibraryStartedAndNeverEndsIsADeadlockToo() {
        SimulationFailure failure = failureOf(Strategy.mixed(), world -> {
            Seam seam = Seam.of(world.time());
            world.spawn("starter", () -> seam.execute(() -> seam.park("nobody")));
        });
        assertThat(failure.kind()).isEqualTo(Kind.DEADLOCK);
        assertThat(failure.places()).singleElement().asString().startsWith("async: PlantedFaultsTest.");
    }

    @Test
    void aDeadlockIsSeenAtOnce_notByTheWatchdog() {
        SimulationReport report = Simulation.of(42)
                .watchdog(Duration.ofDays(1))
                .run(world -> world.spawn("sleeper", () -> Seam.of(world.time()).park("nobody")));
        assertThat(report.failure().kind()).isEqualTo(Kind.DEADLOCK);
        assertThat(report.schedules()).isEqualTo(1);
        assertThat(report.points()).isLessThan(10);
    }

    @Test
    void aConditionThatNothingMakesTrueIsADeadlock() {
        SimulationFailure failure =
                failureOf(Strategy.mixed(), world -> world.spawn("waiter", () -> world.await(() -> false)));
        assertThat(failure.kind()).isEqualTo(Kind.DEADLOCK);
    }

    @Test
    void aTaskThatHasNotBegunIsToldAsThat() {
        SimulationFailure failure = Simulation.of(42)
                .maxPoints(100)
                .strategy(Strategy.pct(1))
                .run(world -> {
                    for (int task = 0; task < 2; task++) {
                        world.spawn("spinner " + task, () -> {
                            while (true) {
                                world.checkpoint();
                            }
                        });
                    }
                    Seam seam = Seam.of(world.time());
                    world.spawn("passes", seam::checkpoint);
                })
                .failure();
        assertThat(failure.places())
                .hasSizeBetween(2, 3)
                .filteredOn(place -> place.endsWith(": not begun"))
                .isNotEmpty();
    }

    @Test
    void aTaskThatGoesOnAndOnIsEndless() {
        Simulation simulation = Simulation.of(42).maxPoints(500);
        SimulationFailure failure = simulation
                .run(world -> world.spawn("spinner", () -> {
                    while (true) {
                        world.checkpoint();
                    }
                }))
                .failure();
        assertThat(failure.kind()).isEqualTo(Kind.ENDLESS);
        assertThat(failure.places()).singleElement().asString().startsWith("spinner: PlantedFaultsTest.");
    }

    @Test
    void anExceptionInTheSetUpIsAFailure() {
        SimulationFailure failure = failureOf(Strategy.mixed(), world -> {
            throw new java.io.IOException("no file");
        });
        assertThat(failure.what()).isEqualTo("task \"set-up\" threw java.io.IOException: no file");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void operationsThatAreNotNeededAreLeftOut(Strategy strategy) {
        List<Integer> slots = List.of(0, 1, 2, 3, 4, 5, 6, 7);
        SimulationFailure failure = failureOf(strategy, world -> {
            AtomicInteger[] counts = new AtomicInteger[slots.size()];
            Arrays.setAll(counts, slot -> new AtomicInteger());
            AtomicInteger due = new AtomicInteger();
            for (int task = 0; task < 2; task++) {
                List<Integer> mine = world.operations(slots);
                due.addAndGet(mine.size());
                world.spawn("adder " + task, () -> {
                    for (int slot : mine) {
                        int seen = counts[slot].get();
                        world.checkpoint();
                        counts[slot].set(slot == 4 ? seen + 1 : counts[slot].get() + 1);
                    }
                });
            }
            world.check(() -> assertThat(
                            Arrays.stream(counts).mapToInt(AtomicInteger::get).sum())
                    .isEqualTo(due.get()));
        });
        assertThat(failure.operations()).isEqualTo(16);
        assertThat(failure.shrunk().operations()).isEqualTo(2);
        assertThat(failure.shrunk().replay()).contains(":4.12:");
        assertThat(failure.shrunk().switches()).isEqualTo(1);
    }

    @Test
    void whatIsNotTheSameEachTimeIsSaidSo() {
        AtomicInteger runs = new AtomicInteger(); // outside of the world: that is the mistake
        SimulationReport report = Simulation.of(42)
                .run(world -> world.spawn("task", () -> {
                    if (runs.getAndIncrement() == 5) {
                        throw new IllegalStateException("once");
                    }
                }));
        assertThat(report.failure().what()).contains("once").contains("did not happen again");
        assertThat(report.failure().shrunk()).isNull();
    }
}
