package dev.reliability.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.testkit.report.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Time, threads and history of a try, and what becomes of a try that hangs or is refused. */
class WorldTest {
    private static final long SECOND = 1_000_000_000;

    @TestFactory
    Stream<DynamicTest> actor_sleepsByTheTimeOfItsWorld_andIsWaitedFor() {
        return Stream.of(TimeMode.values())
                .map(mode -> DynamicTest.dynamicTest(mode.name(), () -> {
                    World world = new World(mode, 0.001, 1);
                    Actor sleeper = world.spawn("sleeper", () -> {
                        world.sleep(world.scaled(SECOND));
                        return world.nanos();
                    });
                    assertThat((long) sleeper.await()).isGreaterThanOrEqualTo(world.scaled(SECOND));
                    assertThat(sleeper.hasEnded()).isTrue();
                }));
    }

    @Test
    void mode_tellsVirtualTimeFromAClockOfItsOwn() {
        assertThat(Stream.of(TimeMode.values()).map(Mode::of))
                .extracting(Mode::toString)
                .isEqualTo(List.of("virtual", "own-clock", "real"));
    }

    @Test
    void virtualTime_waitsForEveryActor() throws Throwable {
        new Timed().inWorld(world -> {
            Actor longer = world.spawn("longer", () -> {
                world.sleep(2 * SECOND);
                return world.nanos();
            });
            world.sleep(SECOND);
            assertThat(world.nanos()).isEqualTo(SECOND);
            assertThat(longer.await()).isEqualTo(2 * SECOND);
        });
    }

    @Test
    void await_interrupted_keepsTheInterruptForAfter() throws Throwable {
        new Timed().inWorld(world -> {
            Actor slow = world.spawn("slow", () -> {
                world.sleep(SECOND);
                return "done";
            });
            Thread.currentThread().interrupt();
            assertThat(slow.await()).isEqualTo("done");
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @Test
    void tryThatHangs_isBroken_andInterrupted() {
        String before = System.setProperty("reliability.patience", "PT0.1S");
        try {
            assertThatThrownBy(() -> new Timed().inWorld(world -> {
                        world.record("about to hang");
                        new CountDownLatch(1).await();
                    }))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("expected the try to end, but main still ran after 0 s\n      at ")
                    .hasMessageContaining("0 ns [main] about to hang");
        } finally {
            assertThat(before).isNull();
            System.clearProperty("reliability.patience");
        }
    }

    @Test
    void scenarioThatThrows_throwsThat() {
        Error error = new AssertionError("this");
        assertThatThrownBy(() -> new Timed().inWorld(world -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void history_tellsWhatBeganAndHowItEnded() throws Throwable {
        new Timed().inWorld(world -> {
            History history = world.history();
            history.record("get 1", () -> "one");
            world.sleep(1500);
            assertThatThrownBy(() -> history.record("get 2", () -> {
                        throw new IllegalStateException("two");
                    }))
                    .hasMessage("two");
            history.unknown(history.invoked("get 3"));
            world.record("over");
            assertThat(history.events())
                    .extracting(History.Event::toString)
                    .isEqualTo(List.of(
                            "0 ns [main] #1 get 1",
                            "0 ns [main] #1 get 1 -> one",
                            "1,500 ns [main] #2 get 2",
                            "1,500 ns [main] #2 get 2 failed: java.lang.IllegalStateException: two",
                            "1,500 ns [main] #3 get 3",
                            "1,500 ns [main] #3 get 3 -> unknown",
                            "1,500 ns [main] over"));
        });
    }

    @Test
    void history_ofStatesHoldsAndLimits_isDrawn_andNotPrinted() throws Throwable {
        new Timed().inWorld(world -> {
            History history = world.history();
            history.state("breaker", "CLOSED");
            history.state("breaker", "CLOSED");
            history.limit("deadline", SECOND);
            int wait = history.began("waits", "wait");
            world.sleep(5);
            history.ended(wait);
            history.ended(wait);
            history.ended(history.began("waits", "no time passed, nothing happened"));
            history.state("breaker", "OPEN");
            assertThatThrownBy(() -> history.expect(false, "it to be closed", "it was open"))
                    .hasMessage("expected it to be closed, but it was open\n  history:");
            assertThat(history.moments())
                    .extracting(Moment::toString)
                    .isEqualTo(List.of(
                            moment(0, "breaker", "BEGAN", -1, "CLOSED", ""),
                            moment(0, "main", "LIMIT", 0, "deadline", "1000000000"),
                            moment(0, "waits", "BEGAN", -2, "wait", ""),
                            moment(5, "waits", "ENDED", -2, "wait", ""),
                            moment(5, "breaker", "ENDED", -1, "CLOSED", ""),
                            moment(5, "breaker", "BEGAN", -4, "OPEN", ""),
                            moment(5, "main", "BROKEN", 0, "expected it to be closed", "but it was open")));
        });
    }

    private static String moment(long at, String lane, String kind, int span, String what, String value) {
        return new Moment(at, lane, Moment.Kind.valueOf(kind), span, what, value).toString();
    }

    @Test
    void history_ofAValueThatCannotSayWhatItIs_isReportedAllTheSame() throws Throwable {
        new Timed().inWorld(world -> {
            world.history().ok(world.history().invoked("get"), new Mute());
            assertThat(world.history().moments().get(1).value())
                    .isEqualTo("(its toString threw java.lang.IllegalStateException)");
        });
    }

    private static final class Mute {
        @Override
        public String toString() {
            throw new IllegalStateException("mute");
        }
    }

    @Test
    void holds_areDrawnFromTheirAcquireToTheirClose_thoughTheNextIsLetInByIt() throws Throwable {
        new Timed().inWorld(world -> {
            Holds holds = new Holds(world.history(), "mutex");
            Held next = () -> {};
            Held first = () -> holds.began(next);
            holds.began(first);
            world.sleep(1);
            holds.close(first);
            world.sleep(1);
            holds.close(next);
            holds.close(next);
            holds.began(null);
            assertThat(world.history().moments())
                    .extracting(moment -> moment.atNanos() + " " + moment.kind() + " " + moment.span())
                    .containsExactly("0 BEGAN -1", "1 ENDED -1", "1 BEGAN -2", "2 ENDED -2");
        });
    }

    @Test
    void hold_thatCannotBeClosed_goesOn() throws Throwable {
        new Timed().inWorld(world -> {
            Holds holds = new Holds(world.history(), "mutex");
            Held stubborn = () -> {
                throw new IllegalStateException("not by you");
            };
            holds.began(stubborn);
            world.sleep(1);
            assertThatThrownBy(() -> holds.close(stubborn)).hasMessage("not by you");
            assertThat(world.history().moments())
                    .extracting(moment -> moment.kind() + " " + moment.what())
                    .containsExactly("BEGAN held by main", "ENDED held by main", "BEGAN held by main");
        });
    }

    @Test
    void history_long_isPrintedWithoutItsMiddle() throws Throwable {
        new Timed().inWorld(world -> {
            for (int i = 1; i <= 200; i++) {
                world.record("note " + i);
            }
            assertThat(world.history().toString()).contains("note 60\n    ... 80 more ...\n    0 ns [main] note 141");
        });
    }

    @Test
    void refusal_ofWhatIsDeclaredUnsupported_isNone_andAnAnswerBreaksTheRule() throws Exception {
        Timed timed = new Timed();
        assertThat(timed.supports(TimeMode.REAL)).isFalse();
        assertThat(timed.supports(TimeMode.VIRTUAL)).isTrue();
        timed.refuses(TimeMode.REAL, () -> {
            throw new Unsupported("real time");
        });
        assertThatThrownBy(() -> timed.refuses(TimeMode.REAL, () -> Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected a refusal: REAL is declared unsupported, but it gave PT0S");
    }

    private static final class Timed extends TimedContract<TimeMode> {
        @Override
        protected TimeMode timeMode() {
            return TimeMode.VIRTUAL;
        }

        @Override
        protected Set<TimeMode> unsupported() {
            return Set.of(TimeMode.REAL);
        }
    }
}
