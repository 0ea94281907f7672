package dev.reliability.breaker;

import static dev.reliability.breaker.Calls.fail;
import static dev.reliability.breaker.Calls.openAndWait;
import static dev.reliability.breaker.Calls.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.Event;
import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which ends of a call count, and as what. */
class VerdictTest {
    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final List<Throwable> uncaught = new ArrayList<>();

    @BeforeEach
    void hearUncaught() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    }

    @AfterEach
    void nothingIsLeft() {
        Thread.currentThread().setUncaughtExceptionHandler(null);
        Calls.nothingIsLeft(time);
        assertThat(Thread.interrupted()).isFalse();
    }

    private CircuitBreakerBuilder builder() {
        return CircuitBreaker.builder("provider").time(time);
    }

    private static int counted(CircuitBreaker breaker) {
        return breaker.snapshot().consecutiveFailures();
    }

    @Test
    void breaker_8_anErrorCountsAndLosesNoProbe() {
        for (CircuitBreaker breaker :
                List.of(builder().build(), builder().withoutCallLimit().build())) {
            for (int i = 0; i < 5; i++) {
                fail(breaker, new StackOverflowError());
            }
            assertThat(breaker.state()).isEqualTo(State.OPEN);
            time.advance(Duration.ofSeconds(60));
            fail(breaker, new AssertionError());
            assertThat(breaker.state()).isEqualTo(State.OPEN);
            time.advance(Duration.ofSeconds(60));
            succeed(breaker);
            succeed(breaker);
            assertThat(breaker.state()).isEqualTo(State.CLOSED);
        }
    }

    @Test
    void breaker_8_aThrowingFailurePredicateCountsAsFailureAndTheCallerGetsTheTasks() {
        IllegalStateException defect = new IllegalStateException("predicate");
        CircuitBreaker breaker = builder()
                .failureIf(failure -> {
                    throw defect;
                })
                .build();
        openAndWait(breaker, time);
        fail(breaker);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(uncaught).hasSize(6).containsOnly(defect);
    }

    @Test
    void breaker_8_aThrowingResultPredicateCountsAsFailureAndTheCallerGetsTheResult() {
        AssertionError defect = new AssertionError("predicate");
        CircuitBreaker breaker = builder()
                .failureResult(result -> {
                    throw defect;
                })
                .build();
        succeed(breaker);
        assertThat(counted(breaker)).isEqualTo(1);
        assertThat(uncaught).containsExactly(defect);
    }

    @Test
    void breaker_8_aThrowingListenerLosesNothing() {
        CircuitBreaker breaker =
                builder().listener(VerdictTest::throwing).openFor(Duration.ZERO).build();
        for (int i = 0; i < 5; i++) {
            fail(breaker);
        }
        succeed(breaker);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(uncaught).hasSize(3).allMatch(failure -> failure instanceof AssertionError);
    }

    private static void throwing(Event event) {
        throw new AssertionError(event);
    }

    @Test
    void failureResult_isAskedAboutNullToo() {
        CircuitBreaker breaker = builder()
                .failureResult(result -> result == null)
                .consecutiveFailures(2)
                .build();
        breaker.run(() -> {});
        breaker.run(() -> {});
        assertThat(breaker.openedBy()).isEqualTo(new BreakerFailure(Kind.RESULT, null, 0));
    }

    @Test
    void breaker_9_ignoredFailuresAreNeutral() {
        CircuitBreaker breaker = builder()
                .ignore(IOException.class, IllegalArgumentException.class)
                .failureIf(failure -> !(failure instanceof UnsupportedOperationException))
                .build();
        fail(breaker);
        for (int i = 0; i < 10; i++) {
            fail(breaker, new java.io.FileNotFoundException());
            fail(breaker, new NumberFormatException());
            fail(breaker, new UnsupportedOperationException());
        }
        assertThat(counted(breaker)).as("neither counted nor a success").isEqualTo(1);
    }

    @Test
    void breaker_9_cancellationAndAnInterruptFromOutsideAreNeutralAndGiveTheProbeBack() {
        CircuitBreaker breaker = builder().build();
        openAndWait(breaker, time);
        fail(breaker, new CancellationException());
        fail(breaker, new InterruptedException());
        fail(breaker, new ClosedByInterruptException());
        fail(breaker, new InterruptedIOException());
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        succeed(breaker);
        succeed(breaker);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_9_aSocketThatTimedOutIsAFailure() {
        CircuitBreaker breaker = builder().build();
        openAndWait(breaker, time);
        fail(breaker, new SocketTimeoutException());
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void breaker_9_anOuterTimeoutPastTheFairTimeIsAFailure() {
        CircuitBreaker breaker = builder().build();
        Timeout outer = Timeout.builder(Duration.ofMillis(1_500)).time(time).build();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> outer.around(breaker).callInterruptibly(this::hang))
                    .isInstanceOf(DeadlineExceededException.class);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void breaker_9_anOuterTimeoutBeforeTheFairTimeIsNeutral() {
        CircuitBreaker breaker = builder().build();
        Timeout outer = Timeout.builder(Duration.ofMillis(999)).time(time).build();
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> outer.around(breaker).callInterruptibly(this::hang))
                    .isInstanceOf(DeadlineExceededException.class);
        }
        assertThat(counted(breaker)).isZero();
        assertThat(breaker.snapshot().failures()).isZero();
    }

    @Test
    void breaker_9_whatALateCallThrewDoesNotMatter() {
        CircuitBreaker breaker = builder().withoutCallLimit().build();
        late(breaker, Duration.ofSeconds(1), Duration.ofSeconds(2), new IOException("closed by a canceller"));
        assertThat(counted(breaker)).isEqualTo(1);
        late(breaker, Duration.ofMillis(10), Duration.ofMillis(20), new IOException("closed by a canceller"));
        assertThat(counted(breaker)).isEqualTo(1);
        late(breaker, Duration.ofMillis(10), Duration.ofMillis(20), null);
        assertThat(counted(breaker))
                .as("a value that comes too late is no success")
                .isEqualTo(1);
        late(breaker, Duration.ofSeconds(1), Duration.ofSeconds(2), null);
        assertThat(counted(breaker)).isEqualTo(2);
        late(breaker, Duration.ofMillis(10), Duration.ofMillis(20), new AssertionError());
        assertThat(counted(breaker)).as("an Error always counts").isEqualTo(3);
        late(breaker, Duration.ofSeconds(9), Duration.ofSeconds(2), null);
        assertThat(counted(breaker)).isZero();
    }

    /** A call that takes a time under a deadline that is bound and not enforced. */
    private void late(CircuitBreaker breaker, Duration granted, Duration takes, Throwable end) {
        try {
            Deadline.after(granted, time)
                    .bind(() -> breaker.<Void, Exception>call(() -> {
                        time.advance(takes);
                        if (end instanceof Error error) {
                            throw error;
                        }
                        if (end != null) {
                            throw (Exception) end;
                        }
                        return null;
                    }));
        } catch (Throwable failure) {
            assertThat(failure).isSameAs(end);
        }
    }

    @Test
    void breaker_9_anInnerTimeoutCountsByTheTimeThatTheCallRan() {
        for (CircuitBreaker breaker :
                List.of(builder().build(), builder().withoutCallLimit().build())) {
            Timeout quick = Timeout.builder(Duration.ofMillis(500)).time(time).build();
            Timeout slow = Timeout.builder(Duration.ofSeconds(1)).time(time).build();
            assertThatThrownBy(() -> breaker.around(quick).callInterruptibly(this::hang))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(counted(breaker)).isZero();
            assertThatThrownBy(() -> breaker.around(slow).callInterruptibly(this::hang))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(counted(breaker)).isEqualTo(1);
        }
    }

    @Test
    void breaker_9_fairTimeCanBeShortened() {
        CircuitBreaker breaker = builder().fairTime(Duration.ofMillis(100)).build();
        Timeout quick = Timeout.builder(Duration.ofMillis(100)).time(time).build();
        assertThatThrownBy(() -> breaker.around(quick).callInterruptibly(this::hang))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(counted(breaker)).isEqualTo(1);
    }

    @Test
    void breaker_9_anInterruptFromOutsideUnderALivingDeadlineIsNeutral() throws Exception {
        CircuitBreaker breaker = builder().build();
        FutureTask<Throwable> caller = new FutureTask<>(() -> {
            try {
                return Deadline.after(Duration.ofDays(1), time)
                        .callInterruptibly(() -> breaker.callInterruptibly(() -> {
                            time.advance(Duration.ofSeconds(5));
                            Thread.currentThread().interrupt();
                            return hang();
                        }));
            } catch (InterruptedException e) {
                return e;
            }
        });
        time.spawn("caller", caller).join(10_000);
        assertThat(caller.get()).isInstanceOf(InterruptedException.class);
        assertThat(breaker.snapshot().failures()).isZero();
    }

    private Throwable hang() throws InterruptedException {
        time.sleep(Duration.ofHours(1));
        return null;
    }
}
