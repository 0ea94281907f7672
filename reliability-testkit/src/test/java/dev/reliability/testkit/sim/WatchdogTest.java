package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import org.slf4j.LoggerFactory;

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
        SimulationReport report = Simulation.of(42).schedules(50).run(WatchdogTest::sharedMonitor);
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(report.simulated()).isFalse();
        assertThat(report.reason()).contains("BLOCKED at WatchdogTest.lambda$sharedMonitor$");
    }

    private static void sharedMonitor(World world) {
        Object monitor = new Object();
        for (int task = 0; task < 2; task++) {
            world.spawn("locker " + task, () -> {
                synchronized (monitor) {
                    world.time().sleep(Duration.ofHours(1));
                }
            });
        }
    }

    @Test
    void aRunOnRealThreadsIsLogged() {
        Logger logger = (Logger) LoggerFactory.getLogger(Simulation.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try {
            SimulationReport report = Simulation.of(42).schedules(1).run(WatchdogTest::sharedMonitor);
            assertThat(logged.list).singleElement().satisfies(event -> {
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getFormattedMessage())
                        .isEqualTo("not simulated, but run on real threads: " + report.reason());
            });
        } finally {
            logger.detachAppender(logged);
        }
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
        assertThat(report.reason())
                .startsWith("task \"waiter\" was outside the simulation for ")
                .contains("WAITING at CountDownLatch.await(")
                .contains("1 tasks had not ended after")
                .contains("waiter: WAITING at CountDownLatch.await(")
                .doesNotContain("Lambda");
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

    /** Takes its five seconds. */
    @Test
    void onRealThreads_asManyTriesAreMadeAsFitIntoFiveSeconds() {
        long begun = System.nanoTime();
        SimulationReport report = Simulation.of(42)
                .schedules(Integer.MAX_VALUE)
                .onRealThreads(VirtualTime.autoAdvancing())
                .run(world -> {});
        assertThat(report.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(report.points() + report.handOvers() + report.fingerprint()).isZero();
    }

    @Test
    void onRealThreads_nobodyAwaitsOnceTheTryIsOver() {
        SimulationReport report = Simulation.of(42)
                .onRealThreads(VirtualTime.autoAdvancing())
                .run(world -> {
                    world.spawn("awaits for ever", () -> world.await(() -> false));
                    world.spawn("fails", () -> {
                        throw new IllegalStateException("on purpose");
                    });
                });
        assertThat(report.failure().what()).contains("on purpose");
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("awaits for ever")));
    }

    @Test
    void onRealThreads_anInterruptOfTheCallerEndsIt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Simulation.of(42)
                        .onRealThreads(VirtualTime.autoAdvancing())
                        .run(world -> world.spawn("waiter", () -> world.await(() -> false))))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
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
