package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Action;
import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.CircuitOpenException;
import dev.reliability.testkit.sim.SimulationFailure.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The breaker of the library in thousands of orders, and one with a planted fault. */
@Timeout(120)
class BreakerSimulationTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    /** A breaker that was open and admits two probes. */
    private interface Breaker {
        /** Returns false if the breaker refused. */
        boolean run(Action<?> action) throws Exception;

        boolean isClosed();
    }

    private interface Maker {
        Breaker make(World world) throws Exception;
    }

    private static Breaker ours(World world) throws Exception {
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
        return new Breaker() {
            @Override
            public boolean run(Action<?> action) throws Exception {
                try {
                    breaker.run(action);
                    return true;
                } catch (CircuitOpenException refused) {
                    return false;
                }
            }

            @Override
            public boolean isClosed() {
                return breaker.state() == CircuitBreaker.State.CLOSED;
            }
        };
    }

    /** Looks whether a probe is left, and takes it, in two steps. */
    private static Breaker careless(World world) {
        return new Breaker() {
            private int probes;
            private int successes;

            @Override
            public boolean run(Action<?> action) throws Exception {
                int seen = probes;
                if (seen == 2) {
                    return false;
                }
                world.checkpoint();
                probes = seen + 1;
                action.run();
                successes++;
                return true;
            }

            @Override
            public boolean isClosed() {
                return successes >= 2;
            }
        };
    }

    private static Scenario probes(Maker maker) {
        return world -> {
            Breaker breaker = maker.make(world);
            int[] count = {0, 0};
            for (int task = 0; task < 4; task++) {
                world.spawn("caller " + task, () -> {
                    boolean ran = breaker.run(() -> world.time().sleep(MILLI));
                    count[ran ? 0 : 1]++;
                });
            }
            world.check(() -> {
                assertThat(count).as("ran and refused").containsExactly(2, 2);
                assertThat(breaker.isClosed()).isTrue();
            });
        };
    }

    @Test
    void breaker_4_halfOpenAdmitsItsProbesAndNoMore() {
        Orders.pass(probes(BreakerSimulationTest::ours));
    }

    @Test
    void breaker_4_aProbeThatIsTakenInTwoStepsIsFound() {
        Orders.fail(probes(BreakerSimulationTest::careless), Kind.THROWN, "ran and refused");
    }

    @Test
    void breaker_6_aPermitThatIsGivenBackLateOrNeverLosesNone() {
        Orders.passWithStalls(world -> {
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
}
