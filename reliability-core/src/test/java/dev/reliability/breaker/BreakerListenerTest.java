package dev.reliability.breaker;

import static dev.reliability.RealTime.SOON;
import static dev.reliability.breaker.Calls.fail;
import static dev.reliability.breaker.Calls.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.Event;
import dev.reliability.breaker.BreakerEvent.Opened;
import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.Calls.Broken;
import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a listener hears, and what it cannot do. */
class BreakerListenerTest {
    private static final int MANY = 1_000_000;

    private final VirtualTime time = VirtualTime.manual();

    private CircuitBreakerBuilder flapping() {
        return CircuitBreaker.builder("flapping")
                .consecutiveFailures(1)
                .successThreshold(1)
                .openFor(Duration.ZERO)
                .time(time);
    }

    @Test
    void breaker_14_eachTransitionIsHeardInOrderAndNothingElse() {
        List<Event> heard = new ArrayList<>();
        CircuitBreaker breaker = flapping().listener(heard::add).build();
        succeed(breaker);
        fail(breaker);
        fail(breaker);
        succeed(breaker);
        breaker.isolate();
        breaker.isolate();
        breaker.disable();
        breaker.endOverride();
        breaker.reset();
        BreakerFailure failure = new BreakerFailure(Kind.FAILED, Broken.class.getName(), 0);
        assertThat(heard)
                .containsExactly(
                        new Opened("flapping", State.CLOSED, failure, Duration.ZERO),
                        new BreakerEvent.HalfOpened("flapping"),
                        new Opened("flapping", State.HALF_OPEN, failure, Duration.ZERO),
                        new BreakerEvent.HalfOpened("flapping"),
                        new BreakerEvent.Closed("flapping"),
                        new BreakerEvent.Overridden("flapping", ManualOverride.ISOLATED),
                        new BreakerEvent.Overridden("flapping", ManualOverride.DISABLED),
                        new BreakerEvent.OverrideEnded("flapping", State.CLOSED),
                        new BreakerEvent.WasReset("flapping"));
        assertThat(breaker.snapshot().transitions()).isEqualTo(9);
    }

    @Test
    void breaker_14_halfOpenIsHeardBeforeTheProbeRuns() {
        List<Event> heard = new ArrayList<>();
        CircuitBreaker breaker = flapping().listener(heard::add).build();
        fail(breaker);
        breaker.run(() -> assertThat(heard).last().isEqualTo(new BreakerEvent.HalfOpened("flapping")));
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_14_aListenerThatCallsBackHearsItsOwnTransitionsAfterThePresentOne() {
        List<String> heard = new ArrayList<>();
        CircuitBreaker[] self = new CircuitBreaker[1];
        self[0] = flapping()
                .listener(event -> {
                    heard.add("begin " + event.getClass().getSimpleName());
                    if (event instanceof Opened) {
                        succeed(self[0]);
                    }
                    heard.add("end " + event.getClass().getSimpleName());
                })
                .build();
        fail(self[0]);
        assertThat(heard)
                .containsExactly(
                        "begin Opened",
                        "end Opened",
                        "begin HalfOpened",
                        "end HalfOpened",
                        "begin Closed",
                        "end Closed");
    }

    @Test
    void breaker_12_aMillionFailingProbesWithOpenTimeZero() {
        CircuitBreaker breaker = flapping().build();
        Broken failure = new Broken();
        for (int i = 0; i < MANY; i++) {
            try {
                breaker.run(() -> {
                    throw failure;
                });
            } catch (Broken e) {
                continue;
            }
            throw new AssertionError("the failure was lost");
        }
        assertThat(breaker.snapshot().failures()).isEqualTo(MANY);
        assertThat(breaker.snapshot().transitions()).isEqualTo(2L * MANY - 1);
        Calls.nothingIsLeft(time);
    }

    @Test
    void breaker_12_aMillionFailingProbesMadeByAListenerThatCallsBack() {
        Broken failure = new Broken();
        CircuitBreaker[] self = new CircuitBreaker[1];
        long[] opened = new long[1];
        long[] deepest = new long[1];
        long[] missed = new long[1];
        self[0] = flapping()
                .listener(event -> {
                    if (event instanceof Opened && ++opened[0] < MANY) {
                        if (opened[0] % 10_000 == 0) {
                            deepest[0] = Math.max(
                                    deepest[0], StackWalker.getInstance().walk(Stream::count));
                        }
                        try {
                            self[0].run(() -> {
                                throw failure;
                            });
                        } catch (Broken e) {
                            assertThat(e).isSameAs(failure); // and the next Opened is on its way
                        }
                    } else if (event instanceof BreakerEvent.Missed) {
                        missed[0]++;
                    }
                })
                .build();
        fail(self[0]);
        assertThat(opened[0]).isEqualTo(MANY);
        assertThat(deepest[0]).isLessThan(300);
        assertThat(missed[0]).as("the events that wait do not grow").isZero();
        assertThat(self[0].snapshot().failures()).isEqualTo(MANY);
    }

    @Test
    void breaker_12_aBlockedListenerKeepsNobodyElseAndWhatWaitsForItIsBounded() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<Event> heard = new CopyOnWriteArrayList<>();
        CircuitBreaker breaker = flapping()
                .listener(event -> {
                    heard.add(event);
                    blocked.countDown();
                    awaitQuietly(release);
                })
                .build();
        Thread teller = new Thread(() -> fail(breaker));
        teller.start();
        blocked.await();
        for (int i = 0; i < Outbox.LIMIT; i++) {
            fail(breaker); // HalfOpened, Opened
        }
        assertThat(heard).hasSize(1);
        assertThat(breaker.snapshot().transitions()).isEqualTo(1 + 2 * Outbox.LIMIT);
        release.countDown();
        teller.join();
        assertThat(heard)
                .hasSize(1 + Outbox.LIMIT + 1)
                .last()
                .isEqualTo(new BreakerEvent.Missed("flapping", Outbox.LIMIT));
        succeed(breaker);
        assertThat(heard).last().isEqualTo(new BreakerEvent.Closed("flapping"));
    }

    @Test
    void outbox_full_tellsTheGapWhereItIs() throws InterruptedException {
        List<Event> heard = new CopyOnWriteArrayList<>();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        Outbox outbox = new Outbox("gap", event -> {
            heard.add(event);
            if (heard.size() == 1) {
                awaitQuietly(release);
            } else if (heard.size() == 2) {
                second.countDown();
            }
        });
        outbox.add(new BreakerEvent.Closed("0"));
        Thread teller = new Thread(outbox::tell);
        teller.start();
        await().atMost(SOON).until(() -> heard.size() == 1);
        for (int i = 1; i <= Outbox.LIMIT + 3; i++) {
            outbox.add(new BreakerEvent.Closed("" + i));
        }
        assertThat(outbox.isStuck()).as("somebody is telling").isFalse();
        release.countDown();
        teller.join();
        assertThat(second.getCount()).isZero();
        assertThat(heard).hasSize(Outbox.LIMIT + 2).last().isEqualTo(new BreakerEvent.Missed("gap", 3));
        assertThat(outbox.isStuck()).isFalse();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void event_1_aListenerThatThrowsIsToldTheNextEventToo() {
        List<Throwable> uncaught = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
        try {
            CircuitBreaker breaker = flapping()
                    .listener(event -> {
                        throw new AssertionError(event);
                    })
                    .build();
            fail(breaker);
            succeed(breaker);
            assertThat(uncaught).hasSize(3);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
    }

    @Test
    void event_2_eventsCarryTypesAndNumbersAndNothingOfTheCall() {
        List<Event> heard = new ArrayList<>();
        CircuitBreaker breaker =
                flapping().listener(heard::add).failureResult(result -> true).build();
        fail(breaker, new IllegalStateException("secret message"));
        assertThat(breaker.<String, RuntimeException>call(() -> "secret result"))
                .isEqualTo("secret result");
        assertThat(heard).hasSize(3);
        assertThat(heard.toString()).doesNotContain("secret").contains(IllegalStateException.class.getName(), "RESULT");
    }

    @Test
    void listener_null_throws() {
        assertThatThrownBy(() -> CircuitBreaker.builder("x").listener(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("listener");
    }
}
