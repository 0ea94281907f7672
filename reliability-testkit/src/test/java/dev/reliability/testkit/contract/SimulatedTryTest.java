package dev.reliability.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.testkit.contract.TimedContract.Scenario;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rule's try in an order of its threads that its number fixes. */
@Timeout(60)
class SimulatedTryTest {
    private static final long SECOND = 1_000_000_000;

    private static String run(long seed, Scenario scenario) throws Throwable {
        return new SimulatedTry(scenario, 0.001, seed, history -> {}).run();
    }

    @Test
    void timeIsVirtual_andNotScaled() throws Throwable {
        assertThat(run(1, world -> {
                    Actor sleeper = world.spawn("sleeper", () -> {
                        world.sleep(world.scaled(SECOND));
                        return world.nanos();
                    });
                    assertThat(sleeper.await()).isEqualTo(SECOND);
                    assertThat(world.timeMode()).isEqualTo(TimeMode.VIRTUAL);
                }))
                .isEmpty();
    }

    @Test
    void aRaceIsFound_andTheSameTryFailsInTheSameWay() throws Throwable {
        List<Long> broken = new ArrayList<>();
        for (long seed = 1; seed < 40; seed += 2) {
            try {
                run(seed, SimulatedTryTest::losesAnUpdate);
            } catch (AssertionError lost) {
                broken.add(seed);
                assertThatThrownBy(() -> run(broken.get(broken.size() - 1), SimulatedTryTest::losesAnUpdate))
                        .hasMessage(lost.getMessage());
            }
        }
        assertThat(broken).hasSizeBetween(2, 19);
        assertThat(broken)
                .as("by chance and by priorities")
                .extracting(seed -> seed % 4)
                .contains(1L, 3L);
    }

    private static void losesAnUpdate(World world) throws Throwable {
        int[] count = {0};
        List<Actor> actors = new ArrayList<>();
        AtomicInteger toCome = new AtomicInteger(3);
        for (int i = 0; i < 3; i++) {
            int number = i;
            actors.add(world.spawn("adder " + i, () -> {
                world.meet(toCome);
                int seen = count[0];
                if (number > 0) {
                    world.letOthersRun();
                }
                count[0] = seen + 1;
                world.record("wrote " + count[0]);
                return null;
            }));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        world.history().expect(count[0] == 3, "3 updates", count[0]);
    }

    @Test
    void whatIsThrown_isThrown_ofWhateverKind() {
        for (Throwable thrown :
                List.of(new Throwable("odd"), new Exception("checked"), new AssertionError("rule"), new Error("e"))) {
            assertThatThrownBy(() -> run(1, world -> {
                        throw thrown;
                    }))
                    .isSameAs(thrown);
        }
    }

    @Test
    void nobodyCanGoOn_breaksTheRule_andSaysWhereEachIs() {
        assertThatThrownBy(() -> run(1, world -> {
                    world.record("about to wait");
                    world.gate().await();
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("expected the try to end, but nobody can go on\n      main: ")
                .hasMessageContaining("Gate.await")
                .hasMessageContaining("0 ns [main] about to wait");
    }

    @Test
    void whatWaitsElsewhere_isNotSimulated_andTheReasonNamesThePlace() throws Throwable {
        System.setProperty("reliability.patience", "PT0.2S");
        try {
            assertThat(run(1, world -> new CountDownLatch(1).await()))
                    .contains("task \"main\"")
                    .contains("SimulatedTryTest");
        } finally {
            System.clearProperty("reliability.patience");
        }
    }

    @Test
    void busy_neitherAnInterruptNorAWakeUpEndsIt_andBothAreKept() throws Throwable {
        assertThat(run(3, world -> {
                    Actor busy = world.spawn("busy", () -> {
                        world.busy(SECOND);
                        assertThat(world.nanos()).isEqualTo(SECOND);
                        assertThat(Thread.interrupted()).isTrue();
                        Seam.of(world.time()).parkNanos(this, SECOND);
                        return world.nanos();
                    });
                    world.sleep(SECOND / 2);
                    busy.interrupt();
                    world.wake(busy);
                    assertThat(busy.await()).as("woken before it parked").isEqualTo(SECOND);
                }))
                .isEmpty();
    }

    @Test
    void busy_othersGoOnMeanwhile() throws Throwable {
        assertThat(run(3, world -> {
                    Actor other = world.spawn("other", () -> {
                        world.sleep(SECOND / 2);
                        return world.nanos();
                    });
                    world.busy(SECOND);
                    assertThat(other.hasEnded()).isTrue();
                    assertThat(other.await()).isEqualTo(SECOND / 2);
                    world.busy(0);
                    world.busy(-1);
                    assertThat(world.nanos()).isEqualTo(SECOND);
                }))
                .isEmpty();
    }

    @Test
    void pendingTimers_areThoseThatHaveNotRung() throws Throwable {
        assertThat(run(3, world -> {
                    Seam seam = Seam.of(world.time());
                    Alarm early = new Silent();
                    Alarm late = new Silent();
                    seam.schedule(early, SECOND);
                    seam.schedule(late, 3 * SECOND);
                    assertThat(world.pendingTimers()).isEqualTo(2);
                    world.sleep(2 * SECOND);
                    assertThat(world.pendingTimers()).isEqualTo(1);
                    seam.cancel(late);
                    assertThat(world.pendingTimers()).isZero();
                }))
                .isEmpty();
    }

    @Test
    void whatAThreadDoesNotCatch_isNoted() throws Throwable {
        assertThat(run(3, world -> {
                    Thread thread = Thread.currentThread();
                    thread.getUncaughtExceptionHandler().uncaughtException(thread, new IllegalStateException("bad"));
                    assertThat(world.history().toString()).contains("not caught: java.lang.IllegalStateException: bad");
                }))
                .isEmpty();
    }

    @Test
    void randomNumbers_areThoseOfTheTry() throws Throwable {
        TreeSet<Long> drawn = new TreeSet<>();
        for (long seed : new long[] {1, 1, 3}) {
            run(seed, world -> drawn.add(world.random().nextLong()));
        }
        assertThat(drawn).hasSize(2);
    }

    private static final class Silent extends Alarm {
        @Override
        protected void ring() {}
    }
}
