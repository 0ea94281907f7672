package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.testkit.sim.SimulationReport.Outcome;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** What cannot be simulated runs on real threads, and the report says so and why. */
@Timeout(60)
class WatchdogTest {
    private static final Simulation IMPATIENT = Simulation.of(42).watchdog(Duration.ofMillis(200));

    @Test
    void aLockThatAnotherTaskHolds_isNoticedAtOnce() {
        long begun = System.nanoTime();
        SimulationReport report = Simulation.of(42).schedules(50).run(world -> {
            ReentrantLock lock = new ReentrantLock();
            AtomicInteger inside = new AtomicInteger();
            for (int task = 0; task < 2; task++) {
                world.spawn("locker " + task, () -> {
                    lock.lock();
                    try {
                        assertThat(inside.incrementAndGet()).isEqualTo(1);
                        world.time().sleep(Duration.ofHours(1));
                        inside.decrementAndGet();
                    } finally {
                        lock.unlock();
                    }
                });
            }
            world.check(() -> assertThat(inside).hasValue(0));
        });
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.simulated()).isFalse();
        assertThat(report.reason())
                .contains("blocked on a lock that task \"locker ")
                .contains("WatchdogTest.lambda$");
        assertThat(report.schedules()).isEqualTo(50);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4)); // the watchdog: 5 s
    }

    @Test
    void aMonitorThatAnotherTaskHolds_isNoticedAtOnce() {
        SimulationReport report = Simulation.of(42).schedules(50).run(world -> {
            Object monitor = new Object();
            for (int task = 0; task < 2; task++) {
                world.spawn("locker " + task, () -> {
                    synchronized (monitor) {
                        world.time().sleep(Duration.ofHours(1));
                    }
                });
            }
        });
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.simulated()).isFalse();
        assertThat(report.reason()).contains("BLOCKED at WatchdogTest.lambda$");
    }

    @Test
    void aFutureOfAForeignThread_isNoticedAfterTheWatchdogsTime() {
        SimulationReport report = IMPATIENT.schedules(3).run(world -> {
            CompletableFuture<String> never = new CompletableFuture<>();
            world.spawn(
                    "waiter",
                    () -> never.orTimeout(300, java.util.concurrent.TimeUnit.MILLISECONDS)
                            .exceptionally(late -> "late")
                            .join());
        });
        assertThat(report.simulated()).isFalse();
        assertThat(report.reason()).contains("was outside the simulation for").contains("WatchdogTest.lambda$");
    }

    @Test
    void aForeignThreadInTheWorldsTime_isNoticed() {
        SimulationReport report = Simulation.of(42).schedules(3).run(world -> {
            CountDownLatch done = new CountDownLatch(1);
            world.spawn("starter", () -> {
                Thread thread = new Thread(
                        () -> {
                            try {
                                world.checkpoint();
                            } finally {
                                done.countDown();
                            }
                        },
                        "foreigner");
                thread.setDaemon(true);
                thread.setUncaughtExceptionHandler((refused, refusal) -> {});
                thread.start();
                done.await();
            });
        });
        assertThat(report.simulated()).isFalse();
        assertThat(report.reason())
                .startsWith("thread \"foreigner\", which is no task of the simulation, tried to pass a checkpoint at");
    }

    @Test
    void aRealDeadlock_isAFailureEvenThere() {
        SimulationReport report = IMPATIENT.run(world -> {
            ReentrantLock one = new ReentrantLock();
            ReentrantLock other = new ReentrantLock();
            CountDownLatch both = new CountDownLatch(2);
            world.spawn("there", () -> both(one, other, both));
            world.spawn("back", () -> both(other, one, both));
        });
        assertThat(report.simulated()).isFalse();
        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.failure().kind()).isEqualTo(SimulationFailure.Kind.DEADLOCK);
        assertThat(report.failure().places()).hasSize(2).allMatch(place -> place.contains("WatchdogTest.both("));
        assertThatThrownBy(report::orThrow).isInstanceOf(AssertionError.class).hasMessageContaining("on real threads");
    }

    private static void both(ReentrantLock first, ReentrantLock second, CountDownLatch both)
            throws InterruptedException {
        first.lock();
        both.countDown();
        both.await();
        second.lockInterruptibly();
    }

    @Test
    void whatDoesNotEndThereEither_isUndecidedAndNoFailure() {
        CountDownLatch never = new CountDownLatch(1);
        SimulationReport report = IMPATIENT.run(world -> world.spawn("waiter", never::await));
        assertThat(report.outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(report.failure()).isNull();
        assertThat(report.reason()).contains("1 tasks had not ended after").contains("waiter: WAITING at");
        assertThatThrownBy(report::orThrow).isInstanceOf(TestAbortedException.class);
    }

    @Test
    void aFailureOnRealThreadsIsOne() {
        SimulationReport report = Simulation.of(42)
                .onRealThreads(VirtualTime.autoAdvancing())
                .run(world -> {
                    world.spawn("sleeper", () -> world.time().sleep(Duration.ofDays(1)));
                    world.check(() -> {
                        assertThat(world.time().nanoTime())
                                .isEqualTo(Duration.ofDays(1).toNanos());
                        throw new IllegalStateException("checked");
                    });
                });
        assertThat(report.simulated()).isFalse();
        assertThat(report.reason()).isEqualTo("as was asked for");
        assertThat(report.failure().what()).isEqualTo("task \"check\" threw java.lang.IllegalStateException: checked");
    }

    @Test
    void anInterruptOfTheCallerEndsIt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Simulation.of(42).run(world -> {
                    world.spawn("spinner", () -> {
                        while (true) {
                            world.checkpoint();
                        }
                    });
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
