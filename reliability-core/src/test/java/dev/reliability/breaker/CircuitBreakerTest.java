package dev.reliability.breaker;

import static dev.reliability.breaker.Calls.fail;
import static dev.reliability.breaker.Calls.open;
import static dev.reliability.breaker.Calls.openAndWait;
import static dev.reliability.breaker.Calls.refused;
import static dev.reliability.breaker.Calls.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.Calls.Broken;
import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** States and permits. What counts is in {@link VerdictTest}, the call limit in {@link CallLimitTest}. */
class CircuitBreakerTest {
    private final VirtualTime time = VirtualTime.manual();
    private final CircuitBreaker breaker =
            CircuitBreaker.builder("provider").time(time).build();

    @AfterEach
    void nothingIsLeft() {
        Calls.nothingIsLeft(time);
    }

    @Test
    void call_healthy_passesResultsAndFailuresThrough() throws IOException {
        IOException failure = new IOException();
        assertThat(breaker.<Object, RuntimeException>call(() -> null)).isNull();
        assertThatThrownBy(() -> breaker.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> breaker.call(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("task");
    }

    @Test
    void breaker_1_opensAfterFiveConsecutiveFailuresForSixtySecondsAndTwoSuccessesClose() {
        for (int i = 0; i < 4; i++) {
            fail(breaker);
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        time.advance(Duration.ofNanos(59_999_999_999L));
        refused(breaker);
        time.advance(Duration.ofNanos(1));
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_1_ofHasTheSameDefaults() {
        CircuitBreaker plain = CircuitBreaker.of("plain");
        open(plain);
        assertThat(refused(plain).retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void breaker_1_aSuccessStartsTheRowAgain() {
        for (int i = 0; i < 20; i++) {
            fail(breaker);
            fail(breaker);
            fail(breaker);
            fail(breaker);
            succeed(breaker);
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.snapshot().failures()).isEqualTo(80);
        assertThat(breaker.snapshot().transitions()).isZero();
    }

    @Test
    void breaker_3_openRunsNothingAndRejectsWithNameStateAndRemainingTime() {
        open(breaker);
        time.advance(Duration.ofSeconds(19));
        CircuitOpenException refusal = refused(breaker);
        assertThat(refusal.name()).isEqualTo("provider");
        assertThat(refusal.state()).isEqualTo(State.OPEN);
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(41));
        assertThat(refusal).hasMessage("circuit \"provider\" refused the call: it is OPEN for another 41 s");
        assertThat(refusal.getStackTrace()).isEmpty();
        assertThat(refusal.getCause()).isNull();
        assertThat(breaker.snapshot().rejections()).isEqualTo(1);
    }

    @Test
    void breaker_3_theFailureThatOpenedItIsKeptWithoutTheExceptionUntilItCloses() {
        time.advance(Duration.ofSeconds(7));
        assertThat(breaker.openedBy()).isNull();
        open(breaker);
        BreakerFailure expected = new BreakerFailure(
                Kind.FAILED, Broken.class.getName(), Duration.ofSeconds(7).toNanos());
        assertThat(breaker.openedBy()).isEqualTo(expected);
        time.advance(Duration.ofSeconds(60));
        succeed(breaker);
        assertThat(breaker.openedBy()).isEqualTo(expected);
        succeed(breaker);
        assertThat(breaker.openedBy()).isNull();
    }

    @Test
    void breaker_3_refusedWhileProbing_saysSoAndHasNoHint() {
        openAndWait(breaker, time);
        try (Permit probe = breaker.acquire()) {
            CircuitOpenException refusal = refused(breaker);
            assertThat(refusal.state()).isEqualTo(State.HALF_OPEN);
            assertThat(refusal.retryAfter()).isNull();
            assertThat(refusal)
                    .hasMessage(
                            "circuit \"provider\" refused the call: it is HALF_OPEN and its probe is still running");
            probe.ignore();
        }
    }

    @Test
    void breaker_4_atMostTheConfiguredProbesAreOutAtOnce() {
        CircuitBreaker three = CircuitBreaker.builder("three")
                .probes(3)
                .successThreshold(5)
                .time(time)
                .build();
        openAndWait(three, time);
        List<Permit> out = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            out.add(three.acquire());
        }
        assertThat(three.tryAcquire()).isNull();
        out.get(1).success();
        out.set(1, three.acquire());
        assertThat(three.tryAcquire()).isNull();
        out.get(0).ignore();
        out.set(0, three.acquire());
        assertThat(three.tryAcquire()).isNull();
        out.forEach(Permit::close);
        assertThat(three.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void breaker_5_oneFailedProbeReopensForTheWholeOpenTime() {
        openAndWait(breaker, time);
        succeed(breaker);
        fail(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(refused(breaker).retryAfter()).isEqualTo(Duration.ofSeconds(60));
        time.advance(Duration.ofSeconds(60));
        succeed(breaker);
        assertThat(breaker.state())
                .as("successes of an earlier period do not count")
                .isEqualTo(State.HALF_OPEN);
    }

    @Test
    void breaker_6_lateResultsOfAClosedPeriodChangeNoLaterOne() {
        Permit lateSuccess = breaker.acquire();
        Permit lateFailure = breaker.acquire();
        open(breaker);
        lateSuccess.success();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        time.advance(Duration.ofSeconds(20));
        Permit unused = breaker.tryAcquire();
        assertThat(unused).isNull();
        time.advance(Duration.ofSeconds(10)); // with which the call limit of the late one has passed
        time.advance(Duration.ofSeconds(30));
        succeed(breaker);
        lateFailure.failure();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.snapshot().consecutiveFailures()).isZero();
    }

    @Test
    void breaker_6_lateResultsWhileAnotherProbeRunsNeitherCloseNorReopen() {
        CircuitBreaker quick = CircuitBreaker.builder("quick")
                .openFor(Duration.ofSeconds(1))
                .successThreshold(1)
                .time(time)
                .build();
        Permit lateSuccess = quick.acquire();
        Permit lateFailure = quick.acquire();
        open(quick);
        time.advance(Duration.ofSeconds(1));
        Permit probe = quick.acquire();
        lateSuccess.success();
        lateFailure.failure();
        assertThat(quick.state()).isEqualTo(State.HALF_OPEN);
        assertThat(quick.tryAcquire()).as("a late result frees no probe").isNull();
        probe.success();
        assertThat(quick.state()).isEqualTo(State.CLOSED);
        assertThat(quick.snapshot().failures()).isEqualTo(5);
    }

    @Test
    void breaker_6_lateProbeOfAnEarlierHalfOpenPeriodIsStale() {
        CircuitBreaker two = CircuitBreaker.builder("two")
                .openFor(Duration.ofSeconds(1))
                .probes(2)
                .successThreshold(1)
                .time(time)
                .build();
        open(two);
        time.advance(Duration.ofSeconds(1));
        Permit late = two.acquire();
        two.acquire().failure();
        time.advance(Duration.ofSeconds(1));
        Permit fresh = two.acquire();
        late.success();
        assertThat(two.state()).isEqualTo(State.HALF_OPEN);
        fresh.success();
        assertThat(two.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_7_aPermitIsRecordedOnce() {
        Permit permit = breaker.acquire();
        for (int i = 0; i < 10; i++) {
            permit.failure(new IOException());
        }
        permit.success();
        permit.close();
        assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(1);
        assertThat(breaker.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void breaker_7_aPermitClosedUnrecordedIsNeutralAndGivenBack() {
        openAndWait(breaker, time);
        for (int i = 0; i < 10; i++) {
            try (Permit probe = breaker.acquire()) {
                assertThat(probe).hasToString("Permit[\"provider\" out]");
                assertThat(breaker.tryAcquire()).isNull();
            }
        }
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        Permit ignored = breaker.acquire();
        ignored.ignore();
        ignored.failure();
        assertThat(ignored).hasToString("Permit[\"provider\" recorded]");
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void permit_nullFailure_throwsAndIsStillOut() {
        try (Permit permit = breaker.acquire()) {
            assertThatThrownBy(() -> permit.failure(null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("failure");
            permit.failure();
        }
        assertThat(breaker.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void breaker_10_aProbeLapsesAndIsAFailedOne() {
        CircuitBreaker leased = CircuitBreaker.builder("leased")
                .probeLease(Duration.ofSeconds(10))
                .openFor(Duration.ofSeconds(20))
                .time(time)
                .build();
        open(leased);
        time.advance(Duration.ofSeconds(20));
        Permit hung = leased.acquire();
        time.advance(Duration.ofNanos(9_999_999_999L));
        assertThat(refused(leased).state()).isEqualTo(State.HALF_OPEN);
        time.advance(Duration.ofSeconds(5));
        assertThat(refused(leased).retryAfter())
                .as("open since the lapse, not since it was seen")
                .isEqualTo(Duration.ofNanos(15_000_000_001L));
        assertThat(leased.openedBy())
                .isEqualTo(new BreakerFailure(
                        Kind.LAPSED, null, Duration.ofSeconds(30).toNanos()));
        hung.success();
        assertThat(leased.state()).isEqualTo(State.OPEN);
    }

    @Test
    void breaker_10_aLateResultIsStaleEvenIfNobodyHasSeenTheLapse() {
        for (boolean success : new boolean[] {true, false}) {
            CircuitBreaker leased = CircuitBreaker.builder("leased")
                    .withoutCallLimit()
                    .successThreshold(1)
                    .probeLease(Duration.ofSeconds(10))
                    .time(time)
                    .build();
            openAndWait(leased, time);
            Permit hung = leased.acquire();
            time.advance(Duration.ofSeconds(10));
            long lapse = time.nanoTime();
            time.advance(Duration.ofSeconds(3));
            if (success) {
                hung.success();
            } else {
                hung.failure();
            }
            assertThat(leased.openedBy()).isEqualTo(new BreakerFailure(Kind.LAPSED, null, lapse));
            assertThat(leased.snapshot().failures()).isEqualTo(6);
        }
    }

    @Test
    void breaker_10_lapsedLongAgo_passesThroughOpenToANewProbe() {
        List<BreakerEvent> heard = new ArrayList<>();
        CircuitBreaker leased = CircuitBreaker.builder("leased")
                .withoutCallLimit()
                .listener(event -> heard.add((BreakerEvent) event))
                .time(time)
                .build();
        openAndWait(leased, time);
        Permit hung = leased.acquire();
        time.advance(Duration.ofDays(1));
        succeed(leased);
        assertThat(leased.state()).isEqualTo(State.HALF_OPEN);
        assertThat(heard.stream().map(event -> event.getClass().getSimpleName()))
                .containsExactly("Opened", "HalfOpened", "Opened", "HalfOpened");
        assertThat(((BreakerEvent.Opened) heard.get(2)).failure().atNanos())
                .isEqualTo(Duration.ofSeconds(60 + 31).toNanos());
        hung.failure();
        assertThat(leased.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void breaker_10_afterALapseTheOtherProbesAreStale() {
        CircuitBreaker two = CircuitBreaker.builder("two")
                .withoutCallLimit()
                .probes(2)
                .successThreshold(1)
                .time(time)
                .build();
        openAndWait(two, time);
        Permit hung = two.acquire();
        time.advance(Duration.ofSeconds(20));
        Permit later = two.acquire();
        time.advance(Duration.ofSeconds(12));
        later.success();
        assertThat(two.state()).isEqualTo(State.OPEN);
        assertThat(two.openedBy().kind()).isEqualTo(Kind.LAPSED);
        hung.close();
    }

    @Test
    void breaker_10_ofTwoLapsesTheFirstCounts() {
        CircuitBreaker two = CircuitBreaker.builder("two")
                .withoutCallLimit()
                .probes(2)
                .time(time)
                .build();
        openAndWait(two, time);
        Permit given = two.acquire();
        time.advance(Duration.ofSeconds(20));
        Permit first = two.acquire();
        given.ignore();
        time.advance(Duration.ofSeconds(5));
        Permit second = two.acquire();
        long lapse = time.nanoTime() + Duration.ofSeconds(26).toNanos();
        time.advance(Duration.ofSeconds(40));
        refused(two);
        assertThat(two.openedBy()).isEqualTo(new BreakerFailure(Kind.LAPSED, null, lapse));
        first.close();
        second.close();
    }

    @Test
    void breaker_13_aStaleViewOfAHalfOpenPeriodAdmitsNothing() {
        breaker.open(breaker.current(), BreakerFailure.of(Kind.FAILED, null, 0), 0, true);
        Open open = (Open) breaker.current();
        long over = Duration.ofSeconds(60).toNanos();
        assertThat(open.admit(breaker, over)).isNull();
        Period ended = breaker.current();
        assertThat(ended.state()).isEqualTo(State.HALF_OPEN);
        breaker.reset();
        assertThat(ended.admit(breaker, over)).isNull();
        assertThat(open.admit(breaker, over)).isNull();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_11_resetMakesPermitsStaleAndClosesAtOnce() {
        Permit closed = breaker.acquire();
        breaker.reset();
        closed.failure();
        assertThat(breaker.snapshot().failures()).isZero();

        openAndWait(breaker, time);
        Permit probe = breaker.acquire();
        breaker.reset();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.openedBy()).isNull();
        probe.failure();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.snapshot().consecutiveFailures()).isZero();
    }

    @Test
    void breaker_11_isolateRefusesForEverAndNothingScheduledEarlierEndsIt() {
        open(breaker);
        breaker.isolate();
        time.advance(Duration.ofDays(1000));
        CircuitOpenException refusal = refused(breaker);
        assertThat(refusal.override()).isEqualTo(ManualOverride.ISOLATED);
        assertThat(refusal.retryAfter()).isNull();
        assertThat(refusal)
                .hasMessage("circuit \"provider\" refused the call: it is isolated until endOverride() or reset()");
        assertThat(breaker.snapshot().override()).isEqualTo(ManualOverride.ISOLATED);
        assertThat(breaker.state()).as("the state beside the override").isEqualTo(State.OPEN);
        breaker.endOverride();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void breaker_11_permitsFromBeforeAnOverrideAreStaleAfterIt() {
        openAndWait(breaker, time);
        Permit probe = breaker.acquire();
        breaker.isolate();
        breaker.endOverride();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        probe.failure();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        succeed(breaker);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_11_disableLetsEverythingRunAndCountsNothing() {
        open(breaker);
        breaker.disable();
        Permit disabled = breaker.acquire();
        for (int i = 0; i < 100; i++) {
            fail(breaker);
        }
        assertThat(breaker.snapshot().failures()).isEqualTo(5);
        time.advance(Duration.ofSeconds(59));
        breaker.endOverride();
        disabled.failure();
        assertThat(refused(breaker).retryAfter()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void breaker_11_oneOverrideReplacesTheOther_andBackIsTheStateBelow() {
        breaker.isolate();
        breaker.isolate();
        breaker.disable();
        succeed(breaker);
        breaker.isolate();
        refused(breaker);
        breaker.endOverride();
        breaker.endOverride();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.snapshot().transitions()).isEqualTo(4);
        breaker.isolate();
        breaker.reset();
        succeed(breaker);
    }

    @Test
    void breaker_13_closedNeverBecomesHalfOpenNorOpenClosedByItself() {
        open(breaker);
        time.advance(Duration.ofDays(1));
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.toString()).isEqualTo("CircuitBreaker[\"provider\" OPEN, the next call is a probe]");
        breaker.reset();
        time.advance(Duration.ofDays(1));
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_18_itsOwnRejectionInItsOwnBodyIsNeutral() {
        openAndWait(breaker, time);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> breaker.run(() -> succeed(breaker))).isInstanceOf(CircuitOpenException.class);
            assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        }
        succeed(breaker);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        for (int i = 0; i < 10; i++) {
            breaker.run(() -> succeed(breaker));
        }
    }

    @Test
    void breaker_18_anotherBreakersRejectionIsAFailure() {
        CircuitBreaker inner = CircuitBreaker.of("provider");
        inner.isolate();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> breaker.around(inner).run(() -> {})).isInstanceOf(CircuitOpenException.class);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy().type()).isEqualTo(CircuitOpenException.class.getName());
    }

    @Test
    void breaker_19_openingLeavesRunningCallsAloneAndNoTimerStays() {
        String result = breaker.call(() -> {
            open(breaker);
            assertThat(time.pendingAlarms()).as("the look at running calls").isEqualTo(1);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return "went on";
        });
        assertThat(result).isEqualTo("went on");
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        Calls.nothingIsLeft(time);
    }

    @Test
    void time_3_theCounterMayWrapWhileOpen() {
        VirtualTime wrapping = VirtualTime.manual().startingAt(Long.MAX_VALUE - 1);
        CircuitBreaker late = CircuitBreaker.builder("late").time(wrapping).build();
        open(late);
        wrapping.advance(Duration.ofSeconds(59));
        assertThat(refused(late).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        wrapping.advance(Duration.ofSeconds(1));
        succeed(late);
        succeed(late);
        assertThat(late.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void time_2_hugeDurationsAreAccepted() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
        CircuitBreaker slow = CircuitBreaker.builder("slow")
                .openFor(huge)
                .callLimit(huge)
                .callTimeout(huge)
                .probeLease(huge)
                .fairTime(huge)
                .time(time)
                .build();
        open(slow);
        time.advance(Duration.ofDays(36_524));
        refused(slow);
        time.advance(Duration.ofDays(2));
        succeed(slow);
    }

    @Test
    void toString_tellsTheState() {
        assertThat(breaker).hasToString("CircuitBreaker[\"provider\" CLOSED, 0 of 5 consecutive failures]");
        open(breaker);
        assertThat(breaker).hasToString("CircuitBreaker[\"provider\" OPEN for another 60 s]");
        time.advance(Duration.ofSeconds(60));
        succeed(breaker);
        assertThat(breaker).hasToString("CircuitBreaker[\"provider\" HALF_OPEN, 1 of 2 successes]");
        breaker.isolate();
        assertThat(breaker).hasToString("CircuitBreaker[\"provider\" ISOLATED, otherwise HALF_OPEN, 1 of 2 successes]");
    }

    @Test
    void build_badOptions_areAllNamed() {
        assertThatThrownBy(() -> CircuitBreaker.builder("bad")
                        .consecutiveFailures(0)
                        .openFor(Duration.ofNanos(-1))
                        .successThreshold(0)
                        .probes(1001)
                        .probeLease(Duration.ZERO)
                        .callLimit(Duration.ZERO)
                        .callTimeout(Duration.ofSeconds(2))
                        .fairTime(Duration.ofSeconds(3))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("consecutiveFailures must be at least 1, but was 0; "
                        + "openFor must be zero or longer, but was PT-0.000000001S; "
                        + "successThreshold must be at least 1, but was 0; "
                        + "probes must be from 1 to 1000, but was 1001; "
                        + "probeLease must be positive, but was PT0S; "
                        + "callLimit must be positive, but was PT0S; "
                        + "fairTime must be at most the call timeout, PT2S, but was PT3S");
        assertThatThrownBy(() -> TripCondition.consecutiveFailures(-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("consecutiveFailures must be at least 1, but was -3");
        assertThatThrownBy(() -> CircuitBreaker.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
    }
}
