package dev.reliability.breaker;

import static dev.reliability.RealTime.SOON;
import static dev.reliability.breaker.Calls.openAndWait;
import static dev.reliability.breaker.Calls.refused;
import static dev.reliability.breaker.Calls.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.TimeSource;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that hang. */
class CallLimitTest {
    private final VirtualTime time = VirtualTime.manual();
    private final CircuitBreaker breaker =
            CircuitBreaker.builder("provider").time(time).build();

    @AfterEach
    void nothingIsLeft() {
        Calls.nothingIsLeft(time);
    }

    @Test
    void breaker_1_aCallStillRunningAfterThirtySecondsCountsOnceAndIsNotInterrupted() {
        String value = breaker.call(() -> {
            time.advance(Duration.ofSeconds(30));
            assertThat(breaker.snapshot().failures()).isZero();
            time.advance(Duration.ofMillis(3_750)); // an eighth of the limit later at most
            assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(1);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            time.advance(Duration.ofDays(1));
            return "late";
        });
        assertThat(value).isEqualTo("late");
        assertThat(breaker.snapshot().consecutiveFailures())
                .as("its success is stale")
                .isEqualTo(1);
    }

    @Test
    void breaker_1_fiveHangingCallsOpenWhileTheyHang() {
        List<Permit> hanging = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 5; i++) {
            hanging.add(breaker.acquire());
        }
        time.advance(Duration.ofSeconds(30));
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy())
                .isEqualTo(new BreakerFailure(
                        Kind.TIMEOUT, null, Duration.ofSeconds(30).toNanos()));
        hanging.forEach(Permit::failure);
        assertThat(breaker.snapshot().failures()).isEqualTo(5);
    }

    @Test
    void breaker_1_aHangingProbeReopensAtTheLimit() {
        openAndWait(breaker, time);
        Permit probe = breaker.acquire();
        time.advance(Duration.ofSeconds(30));
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
        probe.success();
        assertThat(refused(breaker).retryAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void breaker_1_theCallerIsInterruptedOnlyByAnExplicitCallTimeout() {
        VirtualTime auto = VirtualTime.autoAdvancing();
        CircuitBreaker limited = CircuitBreaker.builder("limited")
                .callTimeout(Duration.ofMillis(200))
                .time(auto)
                .build();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> limited.callInterruptibly(() -> {
                        auto.sleep(Duration.ofDays(1));
                        return null;
                    }))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessage("timeout \"limited\" of 200 ms exceeded after 200 ms");
        }
        assertThat(limited.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(auto.nanoTime()).isEqualTo(Duration.ofSeconds(1).toNanos());
        Calls.nothingIsLeft(auto);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void breaker_1_anotherCancellerRunsInPlaceOfTheInterrupt() throws InterruptedException {
        VirtualTime auto = VirtualTime.autoAdvancing();
        CountDownLatch cancelled = new CountDownLatch(1);
        CircuitBreaker limited = CircuitBreaker.builder("limited")
                .callTimeout(
                        Duration.ofMillis(200),
                        timeout -> timeout.name("overwritten")
                                .time(TimeSource.system())
                                .canceller(cancelled::countDown))
                .consecutiveFailures(1)
                .time(auto)
                .build();
        assertThatThrownBy(() -> limited.callInterruptibly(() -> {
                    auto.sleep(Duration.ofSeconds(1)); // a wait of its own, that nobody interrupts
                    cancelled.await();
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageStartingWith("timeout \"limited\" of 200 ms exceeded");
        assertThat(limited.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void callTimeout_withoutInterrupt_refusesALateValue() {
        CircuitBreaker limited = CircuitBreaker.builder("limited")
                .callTimeout(Duration.ofMillis(200), Timeout.Builder::withoutInterrupt)
                .time(time)
                .build();
        assertThatThrownBy(() -> limited.run(() -> time.advance(Duration.ofSeconds(1))))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(limited.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void callTimeout_aroundAnInnerPolicy_limitsIt() {
        VirtualTime auto = VirtualTime.autoAdvancing();
        CircuitBreaker limited = CircuitBreaker.builder("limited")
                .callTimeout(Duration.ofMillis(200))
                .withoutCallLimit()
                .time(auto)
                .build();
        assertThatThrownBy(() -> limited.around(breaker).callInterruptibly(() -> {
                    auto.sleep(Duration.ofDays(1));
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(limited.snapshot().failures()).isEqualTo(1);
    }

    @Test
    void callLimit_longerCallTimeout_movesTheDefaultLimitAndLease() {
        CircuitBreaker slow = CircuitBreaker.builder("slow")
                .callTimeout(Duration.ofSeconds(90))
                .time(time)
                .build();
        slow.run(() -> {
            time.advance(Duration.ofSeconds(89));
            assertThat(slow.snapshot().failures()).isZero();
        });
        openAndWait(slow, time);
        slow.run(() -> time.advance(Duration.ofSeconds(89)));
        assertThat(slow.state()).isEqualTo(State.HALF_OPEN);
    }

    @Test
    void withoutCallLimit_callsMayRunForEver_andNothingIsScheduled() {
        CircuitBreaker patient =
                CircuitBreaker.builder("patient").withoutCallLimit().time(time).build();
        patient.run(() -> {
            assertThat(time.pendingAlarms()).isZero();
            time.advance(Duration.ofDays(1));
        });
        try (Permit permit = patient.acquire()) {
            time.advance(Duration.ofDays(1));
            permit.success();
        }
        assertThat(patient.snapshot().failures()).isZero();
    }

    @Test
    void callLimit_neitherWatchesNorCountsWhileDisabled() {
        breaker.disable();
        breaker.run(() -> {
            assertThat(time.pendingAlarms()).isZero();
            time.advance(Duration.ofDays(1));
        });
        assertThat(breaker.snapshot().failures()).isZero();
    }

    @Test
    void breaker_9_theTimeIsThatOfTheCallAndNotOfTheThread() {
        CircuitBreaker one =
                CircuitBreaker.builder("one").consecutiveFailures(1).time(time).build();
        succeed(one);
        time.advance(Duration.ofSeconds(29));
        one.run(() -> time.advance(Duration.ofSeconds(29)));
        assertThat(one.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void time_5_theListenerDoesNotRunWhereTheAlarmRings() {
        List<Thread> heardOn = new CopyOnWriteArrayList<>();
        CircuitBreaker told = CircuitBreaker.builder("told")
                .consecutiveFailures(1)
                .listener(event -> heardOn.add(Thread.currentThread()))
                .time(time)
                .build();
        try (Permit permit = told.acquire()) {
            time.advance(Duration.ofSeconds(30));
            assertThat(permit).hasToString("Permit[\"told\" recorded]");
        }
        await().atMost(SOON).until(() -> !heardOn.isEmpty());
        assertThat(heardOn).hasSize(1).doesNotContain(Thread.currentThread());
        assertThat(heardOn.get(0).isDaemon()).isTrue();
    }
}
