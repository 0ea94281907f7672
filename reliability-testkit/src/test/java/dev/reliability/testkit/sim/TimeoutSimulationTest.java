package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.InterruptibleTask;
import dev.reliability.testkit.sim.SimulationFailure.Kind;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The time-outs of the library in thousands of orders, and one with a planted fault. */
@org.junit.jupiter.api.Timeout(120)
class TimeoutSimulationTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    /** A limit of a millisecond. */
    private interface Limit {
        /** Returns false if it took too long. */
        boolean call(InterruptibleTask<String, RuntimeException> task) throws InterruptedException;
    }

    private static Limit ours(World world) {
        Timeout timeout = Timeout.builder(MILLI).time(world.time()).build();
        return task -> {
            try {
                timeout.callInterruptibly(task);
                return true;
            } catch (DeadlineExceededException exceeded) {
                return false;
            }
        };
    }

    /** Interrupts who may have ended: nobody takes the alarm back. */
    private static Limit careless(World world) {
        return task -> {
            Thread me = Thread.currentThread();
            Seam seam = Seam.of(world.time());
            Alarm alarm = new Alarm() {
                @Override
                protected void ring() {
                    me.interrupt();
                }
            };
            seam.schedule(alarm, seam.nanoTime() + MILLI.toNanos());
            try {
                task.call();
                return true;
            } catch (InterruptedException interrupted) {
                return false;
            }
        };
    }

    private static Scenario callers(Function<World, Limit> maker) {
        return world -> {
            Limit limit = maker.apply(world);
            int[] outcomes = {0, 0};
            for (int task = 0; task < 2; task++) {
                world.spawn("caller " + task, () -> {
                    boolean inTime = limit.call(() -> {
                        world.time().sleep(MILLI);
                        return "value";
                    });
                    outcomes[inTime ? 0 : 1]++;
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    world.time().sleep(MILLI); // an interrupt that comes late would end it
                });
            }
            world.check(() -> assertThat(outcomes[0] + outcomes[1]).isEqualTo(2));
        };
    }

    @Test
    void deadline_2_aBodyThatEndsAtItsLimitHasOneOutcomeAndLeavesNoInterrupt() {
        Orders.passWithStalls(callers(TimeoutSimulationTest::ours));
    }

    @Test
    void deadline_2_anInterruptAfterTheBodyIsFound() {
        Orders.fail(callers(TimeoutSimulationTest::careless), Kind.THROWN, "InterruptedException");
    }
}
