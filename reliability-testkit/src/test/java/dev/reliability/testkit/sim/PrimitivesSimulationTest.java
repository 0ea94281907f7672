package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.CircuitOpenException;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.cleanup.CleanupScope;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.LimitExceededException;
import dev.reliability.limit.RateLimiter;
import dev.reliability.time.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Correct code in thousands of orders: breaker, limiters, scopes and limits of the library. No false alarm. */
@Timeout(120)
class PrimitivesSimulationTest {
    private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 3_000);
    private static final Duration MILLI = Duration.ofMillis(1);

    private static void passes(Scenario scenario) {
        passes(Simulation.of(4711), scenario);
    }

    /** What holds even if time-outs come late. */
    private static void passesWithStalls(Scenario scenario) {
        passes(Simulation.of(4711), scenario);
        passes(Simulation.of(4712).withStalls(Duration.ofMillis(10)), scenario);
    }

    private static void passes(Simulation simulation, Scenario scenario) {
        SimulationReport report = simulation.schedules(SCHEDULES).run(scenario).orThrow();
        assertThat(report.simulated()).as(report.reason()).isTrue();
    }

    @Test
    void breaker_4_halfOpenAdmitsItsProbesAndNoMore() {
        passes(world -> {
            CircuitBreaker breaker = CircuitBreaker.builder("b")
                    .consecutiveFailures(1)
                    .openFor(Duration.ofSeconds(1))
                    .probes(2)
                    .successThreshold(2)
                    .time(world.time())
                    .build();
            try (CircuitBreaker.Permit permit = breaker.acquire()) {
                permit.failure();
            }
            world.time().sleep(Duration.ofSeconds(1));
            int[] ran = {0, 0};
            for (int task = 0; task < 4; task++) {
                world.spawn("caller " + task, () -> {
                    try {
                        breaker.run(() -> {
                            ran[0]++;
                            sleep(world);
                        });
                    } catch (CircuitOpenException rejected) {
                        ran[1]++;
                    }
                });
            }
            world.check(() -> {
                assertThat(ran).containsExactly(2, 2);
                assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
            });
        });
    }

    private static void sleep(World world) {
        try {
            world.time().sleep(MILLI);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    @Test
    void breaker_6_aPermitThatIsGivenBackLateOrNeverLosesNone() {
        passesWithStalls(world -> {
            CircuitBreaker breaker = CircuitBreaker.builder("b")
                    .consecutiveFailures(1)
                    .openFor(Duration.ofSeconds(1))
                    .probes(1)
                    .probeLease(MILLI.multipliedBy(2))
                    .time(world.time())
                    .build();
            breaker.acquire().failure();
            world.time().sleep(Duration.ofSeconds(1));
            for (int task = 0; task < 3; task++) {
                world.spawn("caller " + task, () -> {
                    CircuitBreaker.Permit permit = breaker.tryAcquire();
                    if (permit != null) {
                        world.time().sleep(MILLI.multipliedBy(1 + world.random().nextInt(3)));
                        switch (world.random().nextInt(3)) {
                            case 0 -> permit.success();
                            case 1 -> permit.failure();
                            default -> permit.ignore();
                        }
                    }
                });
            }
            world.check(() -> {
                world.time().sleep(Duration.ofMinutes(2));
                CircuitBreaker.Permit permit = breaker.tryAcquire();
                assertThat(permit).isNotNull();
                permit.close();
            });
        });
    }

    @Test
    void limit_1_noWindowHoldsMoreThanThePermitsAndTheBurst() {
        passes(world -> {
            RateLimiter limiter = RateLimiter.builder("r", 10, Duration.ofSeconds(1))
                    .burst(2)
                    .maxWait(Duration.ofSeconds(1))
                    .time(world.time())
                    .build();
            List<Long> granted = new ArrayList<>();
            for (int task = 0; task < 4; task++) {
                world.spawn("caller " + task, () -> {
                    for (int i = 0; i < 2; i++) {
                        limiter.acquire();
                        granted.add(world.time().nanoTime());
                    }
                });
            }
            world.check(() -> {
                assertThat(granted).hasSize(8);
                for (int i = 0; i < 8; i++) {
                    for (int j = i; j < 8; j++) {
                        long tenths = (granted.get(j) - granted.get(i)) / 100_000_000L;
                        assertThat(j - i + 1).as("%s", granted).isLessThanOrEqualTo((int) (2 + tenths));
                    }
                }
            });
        });
    }

    @Test
    void limit_2_noMoreThanTheMaximumAndEachPermitComesBack() {
        passesWithStalls(world -> {
            ConcurrencyLimiter limiter = ConcurrencyLimiter.builder("c", 2)
                    .maxWait(MILLI)
                    .time(world.time())
                    .build();
            int[] inside = {0};
            List<Thread> threads = new ArrayList<>();
            for (int task = 0; task < 5; task++) {
                world.spawn("caller " + task, () -> {
                    threads.add(Thread.currentThread());
                    try (ConcurrencyLimiter.Permit permit = limiter.acquire()) {
                        assertThat(permit).isNotNull();
                        assertThat(++inside[0]).isLessThanOrEqualTo(2);
                        world.checkpoint();
                        inside[0]--;
                        world.time().sleep(MILLI);
                    } catch (LimitExceededException late) {
                        world.record("too late");
                    } catch (InterruptedException interrupted) {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    }
                });
            }
            world.spawn("interrupter", () -> {
                sleep(world);
                world.await(() -> !threads.isEmpty());
                threads.get(world.random().nextInt(threads.size())).interrupt();
            });
            world.check(() -> {
                assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
                assertThat(limiter.tryAcquire()).isNotNull();
                assertThat(limiter.tryAcquire()).isNotNull();
                assertThat(limiter.tryAcquire()).isNull();
            });
        });
    }

    @Test
    void cleanup_1_concurrentClosesRunEachActionOnceAndWaitForAll() {
        passesWithStalls(world -> {
            CleanupScope scope = Cleanup.builder().time(world.time()).scope();
            int[] ran = {0};
            scope.defer(() -> ran[0]++);
            for (int task = 0; task < 2; task++) {
                world.spawn("registers " + task, () -> {
                    try {
                        scope.defer(() -> {
                            sleep(world);
                            ran[0]++;
                        });
                    } catch (IllegalStateException closed) {
                        world.record("too late");
                    }
                });
                world.spawn("closes " + task, () -> {
                    scope.close();
                    assertThat(scope.isClosed()).isTrue();
                });
            }
            world.check(() -> assertThat(ran[0]).isEqualTo(3));
        });
    }

    /** Without stalls: a thread that is late for twice the grace before its action begins is taken for stuck in it. */
    @Test
    void cleanup_9_actionsThatEndWhenTheyAreGivenUp_eachRunsOnceAndInOrder() {
        passes(world -> {
            CleanupScope scope = Cleanup.builder()
                    .time(world.time())
                    .grace(MILLI)
                    .reportOnlyTo(event -> {})
                    .scope();
            List<Integer> ran = new ArrayList<>();
            for (int i = 3; i > 0; i--) {
                int number = i;
                long span = 1L + world.random().nextInt(3);
                scope.defer(() -> {
                    ran.add(number);
                    sleepOn(world, span);
                });
            }
            world.spawn("closer", () -> {
                scope.close();
                assertThat(scope.isClosed()).isTrue();
                assertThat(ran).containsExactly(1, 2, 3);
                assertThat(Thread.interrupted()).isFalse();
            });
        });
    }

    /** Half milliseconds, whoever interrupts. */
    private static void sleepOn(World world, long halves) {
        long end = world.time().nanoTime() + halves * MILLI.toNanos() / 2;
        boolean interrupted = false;
        while (world.time().nanoTime() < end) {
            try {
                world.time().sleep(Duration.ofNanos(end - world.time().nanoTime()));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void deadline_2_aBodyThatEndsAtItsLimitHasOneOutcomeAndLeavesNoInterrupt() {
        passesWithStalls(world -> {
            int[] outcomes = {0, 0};
            for (int task = 0; task < 2; task++) {
                world.spawn("caller " + task, () -> {
                    try {
                        dev.reliability.time.Timeout.builder(MILLI)
                                .time(world.time())
                                .build()
                                .callInterruptibly(() -> {
                                    world.time().sleep(MILLI);
                                    return "value";
                                });
                        outcomes[0]++;
                    } catch (DeadlineExceededException exceeded) {
                        outcomes[1]++;
                    }
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    world.time().sleep(MILLI); // an interrupt that comes late would end it
                });
            }
            world.check(() -> assertThat(outcomes[0] + outcomes[1]).isEqualTo(2));
        });
    }
}
