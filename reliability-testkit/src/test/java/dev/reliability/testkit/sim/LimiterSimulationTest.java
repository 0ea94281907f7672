package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Action;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.LimitExceededException;
import dev.reliability.limit.RateLimiter;
import dev.reliability.testkit.sim.SimulationFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limiters of the library in thousands of orders, and ones with planted faults. */
@Timeout(120)
class LimiterSimulationTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    /** A limiter of ten a second with a burst of two: waits until it is one's turn. */
    private static Action<InterruptedException> oursOfRate(World world) {
        RateLimiter limiter = RateLimiter.builder("r", 10, Duration.ofSeconds(1))
                .burst(2)
                .maxWait(Duration.ofSeconds(1))
                .time(world.time())
                .build();
        return limiter::acquire;
    }

    /** Looks when the next one is due, and takes that place, in two steps. */
    private static Action<InterruptedException> carelessOfRate(World world) {
        long[] next = {-100_000_000};
        return () -> {
            long mine = Math.max(next[0], world.time().nanoTime() - 100_000_000);
            world.checkpoint();
            next[0] = mine + 100_000_000;
            world.time().sleep(Duration.ofNanos(Math.max(0, mine - world.time().nanoTime())));
        };
    }

    private static Scenario windows(Function<World, Action<InterruptedException>> maker) {
        return world -> {
            Action<InterruptedException> acquire = maker.apply(world);
            List<Long> granted = new ArrayList<>();
            for (int task = 0; task < 4; task++) {
                world.spawn("caller " + task, () -> {
                    for (int i = 0; i < 2; i++) {
                        acquire.run();
                        granted.add(world.time().nanoTime());
                    }
                });
            }
            world.check(() -> {
                assertThat(granted).hasSize(8);
                for (int i = 0; i < 8; i++) {
                    for (int j = i; j < 8; j++) {
                        long tenths = (granted.get(j) - granted.get(i)) / 100_000_000L;
                        assertThat(j - i + 1).as("window in %s", granted).isLessThanOrEqualTo((int) (2 + tenths));
                    }
                }
            });
        };
    }

    @Test
    void limit_1_noWindowHoldsMoreThanThePermitsAndTheBurst() {
        Orders.pass(windows(LimiterSimulationTest::oursOfRate));
    }

    @Test
    void limit_1_aPlaceThatIsTakenInTwoStepsIsFound() {
        Orders.fail(windows(LimiterSimulationTest::carelessOfRate), Kind.THROWN, "window in");
    }

    /** A limiter of two in flight that lets a caller wait for a millisecond. */
    private interface Limiter {
        /** Returns false if it took too long. */
        boolean run(Action<?> action) throws Exception;

        /** Checks that two permits are there. */
        void checkAtRest();
    }

    private static Limiter ours(World world) {
        ConcurrencyLimiter limiter = ConcurrencyLimiter.builder("c", 2)
                .maxWait(MILLI)
                .time(world.time())
                .build();
        return new Limiter() {
            @Override
            public boolean run(Action<?> action) throws Exception {
                try (ConcurrencyLimiter.Permit permit = limiter.acquire()) {
                    assertThat(permit).isNotNull();
                    action.run();
                    return true;
                } catch (LimitExceededException late) {
                    return false;
                }
            }

            @Override
            public void checkAtRest() {
                assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
                assertThat(limiter.tryAcquire()).isNotNull();
                assertThat(limiter.tryAcquire()).isNotNull();
                assertThat(limiter.tryAcquire()).isNull();
            }
        };
    }

    /** Looks whether a permit is left, and takes it, in two steps; or gives none back if the action throws. */
    private static Limiter careless(World world, boolean inTwoSteps) {
        return new Limiter() {
            private int taken;

            @Override
            public boolean run(Action<?> action) throws Exception {
                if (taken == 2) {
                    world.time().sleep(MILLI);
                }
                if (taken == 2) {
                    return false;
                }
                if (inTwoSteps) {
                    world.checkpoint();
                }
                taken++;
                boolean ran = false;
                try {
                    action.run();
                    ran = true;
                } finally {
                    taken -= ran || inTwoSteps ? 1 : 0;
                }
                return true;
            }

            @Override
            public void checkAtRest() {
                assertThat(taken).as("taken at the end").isZero();
            }
        };
    }

    private static Scenario callers(Function<World, Limiter> maker) {
        return world -> {
            Limiter limiter = maker.apply(world);
            int[] inside = {0};
            List<Thread> threads = new ArrayList<>();
            for (int task = 0; task < 5; task++) {
                world.spawn("caller " + task, () -> {
                    threads.add(Thread.currentThread());
                    try {
                        boolean ran = limiter.run(() -> {
                            assertThat(++inside[0]).as("inside").isLessThanOrEqualTo(2);
                            try {
                                world.time().sleep(MILLI);
                            } finally {
                                inside[0]--;
                            }
                        });
                        world.record(ran ? "ran" : "too late");
                    } catch (InterruptedException interrupted) {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    }
                });
            }
            world.spawn("interrupter", () -> {
                world.time().sleep(MILLI);
                world.await(() -> !threads.isEmpty());
                threads.get(world.random().nextInt(threads.size())).interrupt();
            });
            world.check(limiter::checkAtRest);
        };
    }

    @Test
    void limit_2_noMoreThanTheMaximumAndEachPermitComesBack() {
        Orders.passWithStalls(callers(LimiterSimulationTest::ours));
    }

    @Test
    void limit_2_aPermitThatIsTakenInTwoStepsIsFound() {
        Orders.fail(callers(world -> careless(world, true)), Kind.THROWN, "inside");
    }

    @Test
    void limit_2_aPermitThatAnInterruptLosesIsFound() {
        Orders.fail(callers(world -> careless(world, false)), Kind.THROWN, "taken at the end");
    }
}
