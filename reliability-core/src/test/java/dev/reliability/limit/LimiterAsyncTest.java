package dev.reliability.limit;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.Task;
import dev.reliability.limit.ConcurrencyLimiter.Permit;
import dev.reliability.mutex.ScriptedTime;
import dev.reliability.time.Deadline;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting without a thread: the executor is a queue that the test empties, so that each step is seen. */
class LimiterAsyncTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ScriptedTime time = new ScriptedTime();
    private final Queue<Runnable> continuations = new ArrayDeque<>();
    private final List<String> order = new ArrayList<>();
    private final List<Object> events = new ArrayList<>();

    private final RateLimiter rate = RateLimiter.builder("rate", 10, SECOND)
            .time(time)
            .executor(continuations::add)
            .listener(events::add)
            .build();
    private final ConcurrencyLimiter slots = ConcurrencyLimiter.builder("slots", 1)
            .maxWait(SECOND)
            .time(time)
            .executor(continuations::add)
            .listener(events::add)
            .build();

    @AfterEach
    void leaveNothing() {
        assertThat(continuations).isEmpty();
        assertThat(time.virtual.pendingAlarms()).isZero();
        assertThat(rate.snapshot().waiting()).isZero();
        assertThat(slots.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
    }

    private void runContinuations() {
        for (Runnable next = continuations.poll(); next != null; next = continuations.poll()) {
            next.run();
        }
    }

    private void advance(Duration span) {
        time.virtual.advance(span);
        runContinuations();
    }

    private static LimitExceededException refusal(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        try {
            future.get();
            throw new AssertionError("not refused");
        } catch (ExecutionException e) {
            return (LimitExceededException) e.getCause();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void limit_3_asyncAcquiresOfARateLimiterComeInTurnWithoutAThread() {
        assertThat(rate.acquireAsync()).isCompletedWithValue(null);
        for (String name : List.of("a", "b", "c")) {
            CompletableFuture<?> unused = rate.acquireAsync().thenRun(() -> order.add(name));
        }
        assertThat(rate.snapshot()).isEqualTo(new RateLimiter.Snapshot(0, INTERVAL.multipliedBy(4), 3));

        advance(INTERVAL.minusNanos(1));
        assertThat(order).isEmpty();
        time.virtual.advance(Duration.ofNanos(1));
        assertThat(order).as("only the executor completes").isEmpty();
        runContinuations();
        assertThat(order).containsExactly("a");
        advance(INTERVAL);
        advance(INTERVAL);
        assertThat(order).containsExactly("a", "b", "c");
        assertThat(events)
                .containsExactly(
                        new LimitEvent.Waited("rate", INTERVAL),
                        new LimitEvent.Waited("rate", INTERVAL.multipliedBy(2)),
                        new LimitEvent.Waited("rate", INTERVAL.multipliedBy(3)));
    }

    @Test
    void limit_3_threadsAndAsyncAcquiresStandInOneQueue() throws Exception {
        rate.acquire();
        CompletableFuture<?> first = rate.acquireAsync();
        CompletableFuture<?> second = time.fork("second", () -> rate.call(() -> "value"));
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<?> third = rate.acquireAsync();
        assertThat(rate.tryAcquire()).isFalse();

        advance(INTERVAL);
        assertThat(first).isCompleted();
        time.virtual.awaitParked(1, SOON);
        advance(INTERVAL);
        assertThat(second).succeedsWithin(SOON);
        assertThat(third).isNotDone();
        awaitAlarms(2); // that its permit is there, and its limit: set by the thread that went before
        advance(INTERVAL);
        assertThat(third).isCompleted();
    }

    private void awaitAlarms(int number) {
        await().atMost(SOON).until(() -> time.virtual.pendingAlarms() == number);
    }

    @Test
    void limit_3_aCancelledAcquireLeavesItsPlaceToThoseBehind() throws Exception {
        rate.acquire();
        CompletableFuture<?> first = rate.acquireAsync();
        CompletableFuture<?> second = rate.acquireAsync();
        CompletableFuture<?> third = rate.acquireAsync();

        assertThat(second.cancel(true)).isTrue();
        assertThat(first.cancel(true)).isTrue();
        assertThat(rate.snapshot()).isEqualTo(new RateLimiter.Snapshot(0, INTERVAL.multipliedBy(2), 1));
        advance(INTERVAL);

        assertThat(third).isCompleted();
        assertThat(first.cancel(true)).isTrue();
        assertThat(rate.snapshot().nextIn()).isEqualTo(INTERVAL);
    }

    @Test
    void limit_3_anAsyncWaitThatCannotFitIsRefusedAtOnce() throws Exception {
        rate.acquire();
        assertThat(refusal(rate.acquireAsync(1, INTERVAL.minusNanos(1))).retryAfter())
                .isEqualTo(INTERVAL);
        assertThat(refusal(Deadline.after(INTERVAL, time)
                        .<CompletableFuture<?>, RuntimeException>bind(rate::acquireAsync)))
                .hasMessageEndingWith("all that the ambient deadline left");
        CompletableFuture<?> fits = rate.acquireAsync(1, INTERVAL);
        advance(INTERVAL);
        assertThat(fits).isCompleted();
    }

    /** The first, a thread, is late: those behind are refused when their time is up. */
    @Test
    void limit_3_anAsyncWaitEndsAtItsLimitWhateverIsInFront() throws Exception {
        rate.acquire();
        CompletableFuture<?> late = time.fork("late", () -> rate.call(() -> "value"));
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<?> behind = rate.acquireAsync(1, INTERVAL.multipliedBy(2));
        time.atCheckpoint("late", 2, () -> {
            time.virtual.advance(INTERVAL);
        });

        time.virtual.advance(INTERVAL);

        assertThat(late).succeedsWithin(SOON);
        runContinuations();
        assertThat(refusal(behind).waited()).isEqualTo(INTERVAL.multipliedBy(2));
    }

    @Test
    void limit_2_asyncAcquiresOfAConcurrencyLimiterComeInTurn() throws Exception {
        Permit permit = slots.acquireAsync().join();
        CompletableFuture<Permit> first = slots.acquireAsync();
        CompletableFuture<Permit> second = time.fork("second", slots::acquire);
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<Permit> third = slots.acquireAsync();

        permit.close();
        assertThat(first).isNotDone();
        assertThat(slots.tryAcquire()).isNull();
        runContinuations();
        first.join().close();
        assertThat(second).succeedsWithin(SOON).satisfies(Permit::close);
        runContinuations();
        third.join().close();
    }

    @Test
    void limit_2_aCancelledAcquireReturnsWhatItGets() throws Exception {
        Permit permit = slots.acquire();
        CompletableFuture<Permit> waiting = slots.acquireAsync();
        CompletableFuture<Permit> handed = slots.acquireAsync();
        assertThat(waiting.cancel(false)).isTrue();
        assertThat(slots.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(1, 1));

        permit.close(); // handed over, not told yet
        assertThat(handed.cancel(false)).isTrue();
        assertThat(slots.snapshot().inFlight()).isEqualTo(1);
        runContinuations();

        assertThat(slots.snapshot().inFlight()).isZero();
    }

    @Test
    void limit_2_anAsyncTimeOutLeavesNothing() throws Exception {
        Permit permit = slots.acquire();
        CompletableFuture<Permit> waiting = slots.acquireAsync();
        time.virtual.advance(SECOND);
        assertThat(waiting).isNotDone();
        runContinuations();

        assertThat(refusal(waiting).waited()).isEqualTo(SECOND);
        assertThat(slots.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(1, 0));
        assertThat(refusal(slots.acquireAsync(Duration.ZERO)).waited()).isZero();
        permit.close();
    }

    @Test
    void limit_2_anAsyncCallHoldsItsPermitUntilItsStageHasEnded() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = slots.callAsync(() -> stage);
        assertThat(slots.snapshot().inFlight()).isEqualTo(1);
        CompletableFuture<String> next = slots.callAsync(() -> CompletableFuture.completedFuture("next"));
        assertThat(slots.snapshot().waiting()).isEqualTo(1);

        stage.complete("first");

        assertThat(call).isCompletedWithValue("first");
        runContinuations();
        assertThat(next).isCompletedWithValue("next");
        assertThat(slots.snapshot().inFlight()).isZero();
    }

    @Test
    void limit_2_anAsyncCallReturnsItsPermitHoweverItEnds() {
        IllegalStateException failure = new IllegalStateException();
        StackOverflowError error = new StackOverflowError();
        assertThat(slots.callAsync(() -> CompletableFuture.failedFuture(failure)))
                .isCompletedExceptionally();
        assertThat(slots.callAsync(() -> {
                    throw error;
                }))
                .isCompletedExceptionally();
        assertThat(slots.<String>callAsync(() -> null)).isCompletedExceptionally();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = slots.callAsync(() -> stage);
        stage.completeExceptionally(failure);
        assertThat(call).isCompletedExceptionally();
        assertThat(slots.snapshot().inFlight()).isZero();
    }

    /** Cancelling travels inwards; a stage that is deaf counts until it ends. */
    @Test
    void limit_2_aCancelledCallHoldsItsPermitWhileItsStageRuns() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        assertThat(slots.callAsync(() -> stage).cancel(true)).isTrue();
        assertThat(stage).isCancelled();
        assertThat(slots.snapshot().inFlight()).isZero();

        CompletableFuture<String> deaf = new CompletableFuture<>();
        assertThat(slots.callAsync(() -> deaf.minimalCompletionStage()).cancel(true))
                .isTrue();
        assertThat(slots.snapshot().inFlight()).isEqualTo(1);
        deaf.complete("late");
        assertThat(slots.snapshot().inFlight()).isZero();
    }

    @Test
    void limit_2_aCallCancelledWhileItWaitsRunsNothing() throws Exception {
        Permit permit = slots.acquire();
        CompletableFuture<String> call = slots.callAsync(() -> {
            order.add("ran");
            return new CompletableFuture<>();
        });
        assertThat(call.cancel(true)).isTrue();
        assertThat(slots.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(1, 0));

        CompletableFuture<String> handed = slots.callAsync(() -> {
            order.add("ran");
            return new CompletableFuture<>();
        });
        permit.close();
        assertThat(handed.cancel(true)).isTrue();
        runContinuations();
        assertThat(order).isEmpty();
    }

    @Test
    void limit_3_anAsyncCallOfARateLimiterWaitsForItsTurn() throws Exception {
        assertThat(rate.callAsync(() -> CompletableFuture.completedFuture("at once")))
                .isCompletedWithValue("at once");
        Deadline deadline = Deadline.after(SECOND, time);
        CompletableFuture<Deadline> call = deadline.<CompletableFuture<Deadline>, RuntimeException>bind(
                () -> rate.callAsync(() -> CompletableFuture.completedFuture(Deadline.current())));
        CompletableFuture<String> cancelled = rate.callAsync(() -> {
            order.add("ran");
            return new CompletableFuture<>();
        });
        assertThat(call).isNotDone();
        assertThat(cancelled.cancel(true)).isTrue();

        advance(INTERVAL);

        assertThat(call).isCompletedWithValue(deadline);
        assertThat(order).isEmpty();
        RateLimiter impatient = RateLimiter.builder("impatient", 1, SECOND)
                .maxWait(Duration.ZERO)
                .time(time)
                .build();
        impatient.acquire();
        assertThat(refusal(impatient.callAsync(() -> CompletableFuture.completedFuture("value")))
                        .retryAfter())
                .isEqualTo(SECOND);
    }

    @Test
    void limit_3_manyAsyncWaitersDoNotRecurse() {
        assertThat(rate.tryAcquire()).isTrue();
        List<CompletableFuture<?>> many = new ArrayList<>();
        RateLimiter fast = RateLimiter.builder("fast", 1_000_000_000, SECOND)
                .burst(100_000)
                .time(time)
                .executor(continuations::add)
                .build();
        assertThat(fast.tryAcquire(100_000)).isTrue();
        for (int i = 0; i < 10_000; i++) {
            many.add(fast.acquireAsync());
        }
        advance(Duration.ofMillis(1));
        assertThat(many).allSatisfy(future -> assertThat(future).isCompleted());
        advance(INTERVAL);
    }

    private static Task<CompletableFuture<String>, RuntimeException> task(
            Object payload, CompletableFuture<String> work) {
        return () -> {
            assertThat(payload).isNotNull();
            return work;
        };
    }

    @Test
    void limit_2_whoKeepsTheFuture_doesNotKeepTheTask() {
        Object[] payload = {new Object()};
        WeakReference<Object> watched = new WeakReference<>(payload[0]);
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> atOnce = slots.callAsync(task(payload[0], work));
        CompletableFuture<String> cancelled = slots.callAsync(task(payload[0], work));
        CompletableFuture<String> refused = slots.callAsync(task(payload[0], work));
        cancelled.cancel(true);
        advance(SECOND);
        CompletableFuture<String> waited = slots.callAsync(task(payload[0], work));
        assertThat(rate.tryAcquire()).isTrue();
        CompletableFuture<String> paced = rate.callAsync(task(payload[0], work));
        advance(INTERVAL);
        work.complete("value");
        runContinuations();
        payload[0] = null;
        await().atMost(SOON).until(() -> {
            System.gc();
            return watched.refersTo(null);
        });
        assertThat(List.of(atOnce, waited, paced))
                .allSatisfy(call -> assertThat(call).isCompletedWithValue("value"));
        assertThat(cancelled).isCancelled();
        assertThat(refused).isCompletedExceptionally();
    }
}
