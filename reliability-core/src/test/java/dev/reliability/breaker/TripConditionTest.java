package dev.reliability.breaker;

import static dev.reliability.breaker.Calls.fail;
import static dev.reliability.breaker.Calls.refused;
import static dev.reliability.breaker.Calls.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.Calls.Broken;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What opens a breaker, by example; for all cases see {@link WindowProperties}. */
class TripConditionTest {
    private final VirtualTime time = VirtualTime.manual();

    @AfterEach
    void nothingIsLeft() {
        Calls.nothingIsLeft(time);
    }

    private CircuitBreaker breaker(TripCondition condition) {
        return CircuitBreaker.builder("rated")
                .tripCondition(condition)
                .time(time)
                .build();
    }

    private static void calls(CircuitBreaker breaker, int failures, int successes) {
        for (int i = 0; i < successes; i++) {
            succeed(breaker);
        }
        for (int i = 0; i < failures; i++) {
            fail(breaker);
        }
    }

    @Test
    void breaker_2_ratesCompareExactly() {
        CircuitBreaker half =
                breaker(TripCondition.failureRate(0.5).overCalls(200).minimumCalls(1));
        calls(half, 99, 101);
        assertThat(half.state()).as("49.5 percent").isEqualTo(State.CLOSED);
        fail(half);
        assertThat(half.state()).isEqualTo(State.OPEN);

        CircuitBreaker almost =
                breaker(TripCondition.failureRate(0.5).overCalls(200).minimumCalls(199));
        calls(almost, 99, 100);
        assertThat(almost.state()).as("49.7 percent").isEqualTo(State.CLOSED);
        fail(almost);
        assertThat(almost.state()).isEqualTo(State.OPEN);

        CircuitBreaker third =
                breaker(TripCondition.failureRate(0.3).overCalls(10).minimumCalls(10));
        calls(third, 3, 7);
        assertThat(third.state()).as("3 of 10 is 0.3").isEqualTo(State.OPEN);
    }

    @Test
    void breaker_2_theSuccessThatReachesTheMinimumOpens() {
        for (TripCondition condition : new TripCondition[] {
            TripCondition.failureRate(0.5).overCalls(10).minimumCalls(4),
            TripCondition.failureRate(0.5).overTime(Duration.ofDays(30)).minimumCalls(4)
        }) {
            CircuitBreaker breaker = breaker(condition);
            calls(breaker, 3, 0);
            long failed = time.nanoTime();
            time.advance(Duration.ofDays(1));
            succeed(breaker);
            assertThat(breaker.state()).isEqualTo(State.OPEN);
            assertThat(breaker.openedBy())
                    .as("the last failure, for there must be one to name")
                    .isEqualTo(new BreakerFailure(Kind.FAILED, Broken.class.getName(), failed));
            assertThat(refused(breaker).retryAfter())
                    .as("open from the success on")
                    .isEqualTo(Duration.ofSeconds(60));
            assertThat(breaker.snapshot().failures()).isEqualTo(3);
        }
    }

    @Test
    void breaker_2_belowTheMinimumNothingOpens() {
        CircuitBreaker breaker =
                breaker(TripCondition.failureRate(0.1).overCalls(50).minimumCalls(30));
        calls(breaker, 29, 0);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void breaker_2_neutralCallsAreNotSeen() {
        CircuitBreaker breaker = CircuitBreaker.builder("rated")
                .tripCondition(TripCondition.failureRate(0.5).overCalls(4).minimumCalls(4))
                .ignore(IllegalStateException.class)
                .time(time)
                .build();
        calls(breaker, 1, 2);
        for (int i = 0; i < 20; i++) {
            fail(breaker, new IllegalStateException());
        }
        assertThat(breaker.snapshot().windowCalls()).isEqualTo(3);
        assertThat(breaker.snapshot().ignored()).isEqualTo(20);
    }

    @Test
    void breaker_2_slowSuccessesOpenAsSlow() {
        CircuitBreaker breaker = breaker(TripCondition.slowCallRate(0.5, Duration.ofSeconds(2))
                .overCalls(4)
                .minimumCalls(4));
        for (int i = 0; i < 9; i++) {
            fail(breaker);
        }
        assertThat(breaker.state()).as("failures that were quick").isEqualTo(State.CLOSED);
        breaker.run(() -> time.advance(Duration.ofMillis(1_999)));
        breaker.run(() -> time.advance(Duration.ofSeconds(2)));
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        breaker.run(() -> time.advance(Duration.ofSeconds(3)));
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy()).isEqualTo(new BreakerFailure(Kind.SLOW, null, time.nanoTime()));
    }

    @Test
    void breaker_2_aSlowFailureAPermitAndACallAtItsLimitAreSlowToo() {
        CircuitBreaker breaker = breaker(TripCondition.slowCallRate(1, Duration.ofSeconds(30))
                .overCalls(4)
                .minimumCalls(4));
        try {
            breaker.run(() -> {
                time.advance(Duration.ofSeconds(30));
                throw new Broken();
            });
        } catch (Broken e) {
            assertThat(breaker.snapshot().windowHits()).isEqualTo(1);
        }
        breaker.run(() -> time.advance(Duration.ofSeconds(100)));
        assertThat(breaker.snapshot().windowHits()).isEqualTo(2);
        Permit overdue = breaker.acquire();
        time.advance(Duration.ofSeconds(30));
        overdue.success();
        assertThat(breaker.snapshot().windowHits()).isEqualTo(3);
        Permit quick = breaker.acquire();
        time.advance(Duration.ofSeconds(29));
        quick.success();
        assertThat(breaker.snapshot().windowHits()).isEqualTo(3);
    }

    @Test
    void slowCallRate_longerThanTheDefaultLimit_movesIt() {
        CircuitBreaker breaker = breaker(TripCondition.slowCallRate(1, Duration.ofSeconds(40))
                .overCalls(10)
                .minimumCalls(10));
        breaker.run(() -> {
            time.advance(Duration.ofSeconds(39));
            assertThat(breaker.snapshot().failures()).isZero();
        });
        assertThat(breaker.snapshot().windowHits()).isZero();
    }

    @Test
    void breaker_2_overTimeOldCallsGo() {
        CircuitBreaker breaker = breaker(
                TripCondition.failureRate(0.5).overTime(Duration.ofSeconds(10)).minimumCalls(4));
        calls(breaker, 3, 0);
        time.advance(Duration.ofSeconds(9));
        assertThat(breaker.snapshot().windowHits()).isEqualTo(3);
        time.advance(Duration.ofSeconds(1));
        assertThat(breaker.snapshot().windowHits()).isZero();
        calls(breaker, 1, 3);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        time.advance(Duration.ofDays(10_000));
        calls(breaker, 1, 3);
        assertThat(breaker.snapshot().windowCalls()).isEqualTo(4);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void time_3_theCounterMayWrapInATimeWindow() {
        VirtualTime wrapping = VirtualTime.manual().startingAt(Long.MAX_VALUE - 1_500_000_000L);
        CircuitBreaker breaker = CircuitBreaker.builder("wrapping")
                .tripCondition(TripCondition.failureRate(0.5)
                        .overTime(Duration.ofSeconds(10))
                        .minimumCalls(3))
                .withoutCallLimit()
                .time(wrapping)
                .build();
        calls(breaker, 2, 0);
        wrapping.advance(Duration.ofSeconds(3));
        assertThat(breaker.snapshot().windowHits()).isEqualTo(2);
        fail(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void time_2_aHugeWindowIsAccepted() {
        CircuitBreaker breaker = breaker(TripCondition.failureRate(1)
                .overTime(Duration.ofSeconds(Long.MAX_VALUE))
                .minimumCalls(2));
        fail(breaker);
        time.advance(Duration.ofDays(30_000));
        fail(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void breaker_2_aWindowBeginsAgainWhenTheBreakerCloses() {
        CircuitBreaker breaker =
                breaker(TripCondition.failureRate(0.5).overCalls(10).minimumCalls(2));
        calls(breaker, 2, 0);
        time.advance(Duration.ofSeconds(60));
        calls(breaker, 0, 2);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.snapshot().windowCalls()).isZero();
        fail(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void timeWindow_aThreadThatComesLate_recordsInThePresentStep() {
        TimeWindow window = new TimeWindow(TripCondition.failureRate(1).minimumCalls(3), 100);
        window.record(true, 1_000);
        window.record(true, 1_950);
        assertThat(window.record(true, 1_000)).isTrue();
        assertThat(window.figures(1_950 + 949)).isEqualTo(new Window.Figures(2, 2));
        assertThat(window.figures(2_900)).isEqualTo(Window.Figures.NONE);
    }

    @Test
    void toString_tellsTheConditionAndTheWindow() {
        CircuitBreaker breaker =
                breaker(TripCondition.failureRate(0.25).overCalls(50).minimumCalls(10));
        calls(breaker, 1, 2);
        assertThat(breaker)
                .hasToString("CircuitBreaker[\"rated\" CLOSED, 1 of 3 calls, opens at failure rate 0.25 over 50 calls,"
                        + " at least 10 calls]");
        assertThat(TripCondition.slowCallRate(1, Duration.ofSeconds(2)).overTime(Duration.ofMinutes(1)))
                .hasToString("rate of calls of 2 s or longer 1 over 60 s, at least 20 calls");
        assertThat(TripCondition.failureRate(0.5).overCalls(7))
                .hasToString("failure rate 0.5 over 7 calls, at least 7 calls");
        assertThat(TripCondition.consecutiveFailures(3)).hasToString("3 consecutive failures");
    }

    @Test
    void build_badConditions_areNamedWithTheRest() {
        assertThatThrownBy(
                        () -> breaker(TripCondition.failureRate(0).overCalls(0).minimumCalls(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("failureRate must be more than 0 and at most 1, with at most 6 decimals, but was 0.0; "
                        + "overCalls must be from 1 to 10000, but was 0; minimumCalls must be at least 1, but was 0");
        assertThatThrownBy(() ->
                        breaker(TripCondition.failureRate(0.5).overCalls(10).minimumCalls(11)))
                .hasMessage("minimumCalls must be at most the calls of the window, 10, but was 11");
        assertThatThrownBy(() -> CircuitBreaker.builder("bad")
                        .tripCondition(
                                TripCondition.slowCallRate(1.5, Duration.ZERO).overTime(Duration.ofSeconds(-1)))
                        .probes(0)
                        .build())
                .hasMessage("slowCallRate must be more than 0 and at most 1, with at most 6 decimals, but was 1.5; "
                        + "slow must be positive, but was PT0S; overTime must be positive, but was PT-1S; "
                        + "probes must be from 1 to 1000, but was 0");
        assertThatThrownBy(() -> CircuitBreaker.builder("bad")
                        .tripCondition(TripCondition.slowCallRate(0.5, Duration.ofSeconds(3)))
                        .callLimit(Duration.ofSeconds(2))
                        .build())
                .hasMessage("slow must be at most the call limit, PT2S, but was PT3S");
        for (double rate : new double[] {Double.NaN, 0.1234567, -1, 1.000001, Double.MIN_VALUE}) {
            assertThatThrownBy(() -> breaker(TripCondition.failureRate(rate)))
                    .hasMessageStartingWith("failureRate must be more than 0");
        }
    }
}
