package dev.reliability.breaker;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Asynchronous calls through a breaker count as the others do. */
class BreakerAsyncTest {
    private final VirtualTime time = VirtualTime.manual();
    private final CircuitBreaker breaker = CircuitBreaker.builder("provider")
            .time(time)
            .consecutiveFailures(2)
            .counting()
            .build();

    private CompletableFuture<String> begin(CompletableFuture<String> work) {
        return breaker.callAsync(() -> work);
    }

    private void fail() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> call = begin(work);
        work.completeExceptionally(new IOException("planted"));
        assertThat(call).isCompletedExceptionally();
    }

    private static Throwable failureOf(CompletableFuture<?> call) throws Exception {
        assertThat(call).isDone();
        try {
            call.get();
            throw new AssertionError("has a value");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        Calls.nothingIsLeft(time);
    }

    @Test
    void breaker_1_asynchronousFailuresOpen_andRefusalsComeAsFailures() throws Exception {
        fail();
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        CompletableFuture<String> refused = breaker.callAsync(() -> {
            throw new AssertionError("not to be run");
        });
        assertThat(failureOf(refused)).isInstanceOf(CircuitOpenException.class);
        assertThat(breaker.snapshot().rejections()).isEqualTo(1);
    }

    @Test
    void breaker_2_stagesThatHaveEndedCountToo() throws Exception {
        IOException failure = new IOException("planted");
        for (int i = 0; i < 2; i++) {
            CompletableFuture<String> thrown = breaker.callAsync(() -> {
                throw failure;
            });
            assertThat(failureOf(thrown)).isSameAs(failure);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        breaker.reset();
        CompletableFuture<String> fine = breaker.callAsync(() -> CompletableFuture.completedFuture("value"));
        assertThat(fine).isCompletedWithValue("value");
        assertThat(breaker.snapshot().successes()).hasValue(1);
    }

    @Test
    void breaker_9_aCancelledCall_isNeutralAndCountedOnce() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> call = breaker.callAsync(work::minimalCompletionStage);
        call.cancel(true);
        assertThat(breaker.snapshot().ignored()).isEqualTo(1);
        work.completeExceptionally(new IOException("late"));
        assertThat(breaker.snapshot().ignored()).isEqualTo(1);
        assertThat(breaker.snapshot().failures()).isZero();
    }

    @Test
    void breaker_9_aCallThatADeadlineEnds_isATimeoutAfterTheFairTime() {
        for (int i = 0; i < 2; i++) {
            Deadline deadline = Deadline.after(Duration.ofSeconds(2), time);
            CompletableFuture<String> call = deadline.bind(() -> begin(new CompletableFuture<>()));
            time.advance(Duration.ofSeconds(2));
            call.cancel(true); // as a Timeout around it does
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void breaker_1_aHangingStage_countsAtTheLimitAndItsResultNoMore() {
        List<CompletableFuture<String>> hanging = new ArrayList<>();
        List<CompletableFuture<String>> calls = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CompletableFuture<String> work = new CompletableFuture<>();
            hanging.add(work);
            calls.add(begin(work));
        }
        time.advance(Duration.ofSeconds(34));
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
        hanging.forEach(work -> work.complete("late"));
        assertThat(calls).allMatch(call -> call.join().equals("late"));
        assertThat(breaker.snapshot().successes()).hasValue(0);
    }

    @Test
    void breaker_4_anAsynchronousProbe_holdsTheOnlyPermitUntilItsStageEnds() {
        fail();
        fail();
        time.advance(Duration.ofSeconds(60));
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> probe = begin(work);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(begin(new CompletableFuture<>())).isCompletedExceptionally();
        work.complete("value");
        assertThat(probe).isCompletedWithValue("value");
        CompletableFuture<String> second = breaker.callAsync(() -> CompletableFuture.completedFuture("value"));
        assertThat(second).isCompletedWithValue("value");
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void breaker_9_anExplicitCallTimeout_cancelsTheStage() throws Exception {
        CircuitBreaker limited = CircuitBreaker.builder("limited")
                .time(time)
                .callTimeout(Duration.ofMillis(200))
                .build();
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> call = limited.callAsync(() -> work);
        time.advance(Duration.ofMillis(200));
        await().atMost(SOON).until(() -> call.isDone() && limited.snapshot().failures() == 1);
        assertThat(work).isCancelled();
        assertThat(failureOf(call)).hasMessageStartingWith("timeout \"limited\" of 200 ms exceeded");
    }

    @Test
    void breaker_20_asynchronousCallsOfAKey_keepItsBreakerWhileTheyRun() {
        KeyedCircuitBreaker<String> keyed =
                CircuitBreaker.builder("host").time(time).buildKeyed();
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> call = keyed.policy("a").callAsync(() -> work);
        assertThat(keyed.keptKeys()).isEqualTo(1);
        work.complete("value");
        assertThat(call).isCompletedWithValue("value");
        assertThat(keyed.keptKeys()).isZero();
        CompletableFuture<String> done = keyed.policy("b").callAsync(() -> CompletableFuture.completedFuture("value"));
        assertThat(done).isDone();
        assertThat(keyed.keptKeys()).isZero();
    }

    @Test
    void breaker_9_whoEndsACallWithATimeOut_saysThatItRanOutOfItsTime() {
        for (int i = 0; i < 2; i++) {
            CompletableFuture<String> hanging = begin(new CompletableFuture<>());
            time.advance(Duration.ofSeconds(2));
            hanging.completeExceptionally(new TimeoutException()); // as orTimeout does
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.openedBy().kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void breaker_9_withinTheFairTime_aTimeOutFromOutsideIsNeutral() {
        for (int i = 0; i < 5; i++) {
            CompletableFuture<String> hanging = begin(new CompletableFuture<>());
            time.advance(Duration.ofMillis(10));
            hanging.completeExceptionally(new TimeoutException());
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
}
