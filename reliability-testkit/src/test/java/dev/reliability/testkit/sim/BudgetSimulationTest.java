package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Action;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.retry.RetryBudget;
import dev.reliability.testkit.sim.SimulationFailure.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The retry budget of the library in thousands of orders, and one with a planted fault. */
@Timeout(120)
class BudgetSimulationTest {
    private static final int MAX = 3;

    /** Three attempts a call, paid from a budget of three tokens; a call that succeeds at once earns half a token. */
    private interface Retries {
        void call(Action<IOException> body) throws IOException;

        double tokens();
    }

    private interface Maker {
        Retries make(World world);
    }

    private static Retries ours(World world) {
        RetryBudget budget =
                RetryBudget.builder().max(MAX).ratio(0.5).minPerSecond(0).build();
        Retry retry = retry(world, budget);
        return new Retries() {
            @Override
            public void call(Action<IOException> body) throws IOException {
                retry.run(body);
            }

            @Override
            public double tokens() {
                return budget.tokens();
            }
        };
    }

    private static Retry retry(World world, RetryBudget budget) {
        return Retry.builder("r")
                .maxAttempts(3)
                .backoff(Backoff.none())
                .budget(budget)
                .time(world.time())
                .build();
    }

    /** Looks at its tokens, and changes them, in two steps. */
    private static Retries careless(World world) {
        return new Retries() {
            private double tokens = MAX;

            @Override
            public void call(Action<IOException> body) throws IOException {
                for (int attempt = 1; true; attempt++) {
                    try {
                        body.run();
                        change(attempt == 1 ? 0.5 : 0);
                        return;
                    } catch (IOException failed) {
                        if (attempt == 3 || tokens < 1) {
                            throw failed;
                        }
                        change(-1);
                    }
                }
            }

            private void change(double by) {
                double seen = tokens;
                world.checkpoint();
                tokens = Math.min(MAX, seen + by);
            }

            @Override
            public double tokens() {
                return tokens;
            }
        };
    }

    /** Counts what a failing call does. */
    private static void fail(Retries retries, int[] attempts) {
        try {
            retries.call(() -> {
                attempts[0]++;
                throw new IOException("down");
            });
        } catch (IOException down) {
            return;
        }
        throw new AssertionError("a call that cannot succeed did");
    }

    /** Nine retries are wanted, and three of them paid for. */
    private static Scenario outage(Maker maker) {
        return world -> {
            Retries retries = maker.make(world);
            int[] attempts = {0};
            for (int task = 0; task < 3; task++) {
                world.spawn("caller " + task, () -> {
                    fail(retries, attempts);
                    fail(retries, attempts);
                });
            }
            world.check(() -> {
                assertThat(attempts[0]).as("attempts").isEqualTo(6 + MAX);
                assertThat(retries.tokens()).isZero();
            });
        };
    }

    /** The budget begins empty and never fills up, so that what is left is what was earned less what was spent. */
    private static Scenario account(Maker maker) {
        return world -> {
            Retries retries = maker.make(world);
            int[] before = {0};
            fail(retries, before);
            fail(retries, before);
            assertThat(retries.tokens()).isZero();
            int[] attempts = {0};
            for (int task = 0; task < 2; task++) {
                world.spawn("fails " + task, () -> {
                    fail(retries, attempts);
                    fail(retries, attempts);
                });
                world.spawn("succeeds " + task, () -> {
                    for (int i = 0; i < 3; i++) {
                        retries.call(world::checkpoint);
                        assertThat(retries.tokens()).isBetween(0.0, (double) MAX);
                    }
                });
            }
            world.check(() -> assertThat(retries.tokens()).as("account").isEqualTo(3 - (attempts[0] - 4)));
        };
    }

    @Test
    void retry_16_anOutageSpendsWhatIsThereAndNoMore() {
        Orders.passWithStalls(outage(BudgetSimulationTest::ours));
    }

    @Test
    void retry_16_aTokenThatIsSpentTwiceIsFound() {
        Orders.fail(outage(BudgetSimulationTest::careless), Kind.THROWN, "attempts");
    }

    @Test
    void retry_16_whatIsEarnedAndSpentTogetherAddsUp() {
        Orders.passWithStalls(account(BudgetSimulationTest::ours));
    }

    @Test
    void retry_16_anEarningThatGetsLostIsFound() {
        Orders.fail(account(BudgetSimulationTest::careless), Kind.THROWN, "account");
    }

    /** In any span there are at most as many retries as the tokens at the beginning and what the floor adds. */
    @Test
    void retry_16_theFloorPaysAsManyASecondAndNoMore() {
        Orders.passWithStalls(world -> {
            RetryBudget budget =
                    RetryBudget.builder().max(2).ratio(0).minPerSecond(10).build();
            Retry retry = retry(world, budget);
            List<Long> retried = new ArrayList<>();
            for (int task = 0; task < 3; task++) {
                world.spawn("caller " + task, () -> {
                    for (int i = 0; i < 2; i++) {
                        boolean[] again = {false};
                        try {
                            retry.run(() -> {
                                if (again[0]) {
                                    retried.add(world.time().nanoTime());
                                }
                                again[0] = true;
                                throw new IOException("down");
                            });
                        } catch (IOException down) {
                            world.time()
                                    .sleep(Duration.ofMillis(
                                            50L * world.random().nextInt(5)));
                        }
                    }
                });
            }
            world.check(() -> {
                long tenths = world.time().nanoTime() / 100_000_000;
                assertThat(retried).hasSizeBetween(2, 2 + (int) tenths);
            });
        });
    }
}
