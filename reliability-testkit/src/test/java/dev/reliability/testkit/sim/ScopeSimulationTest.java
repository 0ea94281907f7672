package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.cleanup.Cleanup;
import dev.reliability.cleanup.CleanupScope;
import dev.reliability.testkit.sim.SimulationFailure.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scopes of the library in thousands of orders, and ones with planted faults. */
@Timeout(120)
class ScopeSimulationTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    private interface Scope {
        void defer(Runnable action);

        void close();
    }

    private static Scope ours(World world) {
        CleanupScope scope = Cleanup.builder().time(world.time()).scope();
        return new Scope() {
            @Override
            public void defer(Runnable action) {
                scope.defer(action::run);
            }

            @Override
            public void close() {
                scope.close();
                assertThat(scope.isClosed()).isTrue();
            }
        };
    }

    /** Looks whether it is closed, and closes, in two steps; or lets the second closer go before the first is done. */
    private static Scope careless(World world, boolean inTwoSteps) {
        return new Scope() {
            private final Deque<Runnable> actions = new ArrayDeque<>();
            private boolean closed;

            @Override
            public void defer(Runnable action) {
                if (closed) {
                    action.run();
                    throw new IllegalStateException("closed");
                }
                actions.push(action);
            }

            @Override
            public void close() {
                if (closed) {
                    return;
                }
                if (inTwoSteps) {
                    world.checkpoint();
                }
                closed = true;
                List.copyOf(actions).forEach(Runnable::run);
            }
        };
    }

    private static void sleep(World world) {
        try {
            world.time().sleep(MILLI);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    private static Scenario closers(Function<World, Scope> maker) {
        return world -> {
            Scope scope = maker.apply(world);
            int[] ran = {0, 0};
            scope.defer(() -> {
                sleep(world);
                ran[0]++;
            });
            for (int task = 0; task < 2; task++) {
                world.spawn("registers " + task, () -> {
                    try {
                        scope.defer(() -> {
                            sleep(world);
                            ran[1]++;
                        });
                    } catch (IllegalStateException closed) {
                        world.record("too late");
                    }
                });
                world.spawn("closes " + task, () -> {
                    scope.close();
                    assertThat(ran[0]).as("run when a close returned").isEqualTo(1);
                });
            }
            world.check(() -> assertThat(ran).as("run in the end").containsExactly(1, 2));
        };
    }

    @Test
    void cleanup_1_concurrentClosesRunEachActionOnceAndWaitForAll() {
        Orders.passWithStalls(closers(ScopeSimulationTest::ours));
    }

    @Test
    void cleanup_1_aCloseInTwoStepsIsFound() {
        Orders.fail(closers(world -> careless(world, true)), Kind.THROWN, "run ");
    }

    @Test
    void cleanup_1_aSecondCloserThatDoesNotWaitIsFound() {
        Orders.fail(closers(world -> careless(world, false)), Kind.THROWN, "run when a close returned");
    }

    /** Without stalls: a thread that is late for twice the grace before its action begins is taken for stuck in it. */
    @Test
    void cleanup_9_actionsThatEndWhenTheyAreGivenUp_eachRunsOnceAndInOrder() {
        Orders.pass(world -> {
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
}
