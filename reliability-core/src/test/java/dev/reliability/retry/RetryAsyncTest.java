package dev.reliability.retry;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Rule RETRY-18: asynchronous calls. The time is moved by the test, so that no thread waits while a retry does. */
class RetryAsyncTest {
    private final VirtualTime time = VirtualTime.manual();
    private final List<CompletableFuture<String>> attempts = new ArrayList<>();
    private final Backoff second = Backoff.constant(Duration.ofSeconds(1));

    private Retry.Builder builder() {
        return Retry.builder("async").time(time).executor(Runnable::run).backoff(second);
    }

    private CompletableFuture<String> attempt() {
        CompletableFuture<String> attempt = new CompletableFuture<>();
        attempts.add(attempt);
        return attempt;
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

    @Test
    void retry_18_aFailedStageIsTriedAgain_afterItsDelay_withoutAThread() {
        CompletableFuture<String> call = builder().build().callAsync(this::attempt);
        attempts.get(0).completeExceptionally(new IOException("planted"));
        assertThat(time.pendingAlarms()).isEqualTo(1);
        time.advance(Duration.ofMillis(999));
        assertThat(attempts).hasSize(1);
        time.advance(Duration.ofMillis(1));
        assertThat(attempts).hasSize(2);
        attempts.get(1).complete("value");
        assertThat(call).isCompletedWithValue("value");
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void retry_18_noTimerCanBeHadForAPause_endsTheCall_andGivesTheTokenBack() throws Exception {
        Error noThread = new Error("planted: no thread for the timer");
        AtomicInteger left = new AtomicInteger(1);
        TimeSource poor = new ForwardingSeam(time) {
            @Override
            public void schedule(Alarm alarm, long atNanos) {
                if (left.getAndDecrement() <= 0) {
                    throw noThread;
                }
                super.schedule(alarm, atNanos);
            }
        };
        RetryBudget budget =
                RetryBudget.builder().max(10).minPerSecond(0).ratio(0).build();
        double full = budget.tokens();
        CompletableFuture<String> call =
                builder().time(poor).budget(budget).build().callAsync(this::attempt);
        attempts.get(0).completeExceptionally(new IOException("planted"));
        time.advance(Duration.ofSeconds(1));
        assertThat(attempts).hasSize(2);
        attempts.get(1).completeExceptionally(new IOException("planted"));
        assertThat(failureOf(call)).isSameAs(noThread);
        assertThat(full - budget.tokens())
                .as("only the retry that took place is paid")
                .isEqualTo(1);
    }

    @Test
    void retry_18_exhausted_theLastFailureWithItsReport() throws Exception {
        List<IOException> thrown = new ArrayList<>();
        CompletableFuture<String> call = builder().maxAttempts(3).build().callAsync(() -> {
            IOException failure = new IOException("planted " + thrown.size());
            thrown.add(failure);
            throw failure;
        });
        time.advance(Duration.ofSeconds(2));
        assertThat(failureOf(call)).isSameAs(thrown.get(2));
        RetryReport report = RetryReport.of(thrown.get(2));
        assertThat(report.reason()).isEqualTo(RetryReport.Reason.EXHAUSTED);
        assertThat(report.attempts()).isEqualTo(3);
        assertThat(report.elapsed()).isEqualTo(Duration.ofSeconds(2));
        assertThat(report.failures()).isEqualTo(thrown);
    }

    @Test
    void retry_18_rejectedResults_theLastOneIsReturned() {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<Integer> call = builder()
                .maxAttempts(3)
                .retryOnResult(result -> true)
                .build()
                .callAsync(() -> CompletableFuture.completedFuture(runs.incrementAndGet()));
        time.advance(Duration.ofSeconds(2));
        assertThat(call).isCompletedWithValue(3);
    }

    @Test
    void retry_18_aStageCompletedOnTheCallingThread_100_000Times_doesNotRecurse() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        Retry unlimited = builder().unlimitedAttempts().backoff(Backoff.none()).build();
        CompletableFuture<String> call = unlimited.callAsync(() -> {
            int run = runs.incrementAndGet();
            if (run % 10_000 == 0) {
                deepest.accumulateAndGet(Thread.currentThread().getStackTrace().length, Math::max);
            }
            return run < 100_000
                    ? CompletableFuture.failedFuture(new IOException("planted"))
                    : CompletableFuture.completedFuture("value");
        });
        assertThat(call).isCompletedWithValue("value");
        assertThat(runs).hasValue(100_000);
        assertThat(deepest.get()).isLessThan(200);
    }

    /** The stage ends between being looked at and being followed, on another thread or on this one. */
    @Test
    void retry_18_stagesThatEndWhileTheyAreFollowed_oneAttemptAfterAnother() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        Retry unlimited = builder().unlimitedAttempts().backoff(Backoff.none()).build();
        CompletableFuture<String> call = unlimited.callAsync(() -> {
            if (running.getAndIncrement() > 0) {
                overlaps.incrementAndGet();
            }
            CompletableFuture<String> stage = new CompletableFuture<>();
            boolean last = runs.incrementAndGet() == 20_000;
            Runnable end = () -> {
                running.decrementAndGet();
                boolean unused =
                        last ? stage.complete("value") : stage.completeExceptionally(new IOException("planted"));
            };
            CompletableFuture<Void> unused = CompletableFuture.runAsync(end);
            return stage;
        });
        assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo("value");
        assertThat(overlaps).hasValue(0);
        assertThat(runs).hasValue(20_000);
    }

    @Test
    void retry_18_cancelledDuringAPause_theTimerIsDroppedAndNothingRuns() {
        RetryBudget budget =
                RetryBudget.builder().max(1).minPerSecond(0).ratio(0).build();
        CompletableFuture<String> call = builder().budget(budget).build().callAsync(this::attempt);
        attempts.get(0).completeExceptionally(new IOException("planted"));
        assertThat(budget.tokens()).isZero();
        assertThat(call.cancel(true)).isTrue();
        assertThat(time.pendingAlarms()).isZero();
        assertThat(budget.tokens()).as("the retry did not take place").isEqualTo(1);
        time.advance(Duration.ofHours(1));
        assertThat(attempts).hasSize(1);
    }

    @Test
    void retry_18_cancelledDuringAnAttempt_theStageIsCancelledAndNotRetried() {
        CompletableFuture<String> call = builder().build().callAsync(this::attempt);
        call.cancel(true);
        assertThat(attempts.get(0)).isCancelled();
        time.advance(Duration.ofHours(1));
        assertThat(attempts).hasSize(1);
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void retry_18_aCancelledStage_isNotRetried() {
        CompletableFuture<String> call = builder().build().callAsync(this::attempt);
        attempts.get(0).cancel(true);
        assertThat(call).isCancelled();
        assertThat(attempts).hasSize(1);
    }

    @Test
    void retry_18_theAmbientDeadline_endsTheRetryInsteadOfAPauseBeyondIt() throws Exception {
        IOException failure = new IOException("planted");
        AtomicReference<Deadline> seen = new AtomicReference<>();
        Deadline deadline = Deadline.after(Duration.ofMillis(1_500), time);
        CompletableFuture<String> call = deadline.bind(() -> builder().build().callAsync(() -> {
            seen.set(Deadline.current());
            throw failure;
        }));
        assertThat(Deadline.current()).isNull();
        seen.set(null);
        time.advance(Duration.ofSeconds(1));
        assertThat(seen.get()).as("bound where the task is started again").isSameAs(deadline);
        assertThat(failureOf(call)).isSameAs(failure);
        assertThat(RetryReport.of(failure).reason()).isEqualTo(RetryReport.Reason.DEADLINE);
        assertThat(Deadline.current()).isNull();

        Deadline past = Deadline.after(Duration.ZERO, time);
        CompletableFuture<String> refused = past.bind(() -> builder().build().callAsync(this::attempt));
        assertThat(failureOf(refused)).isInstanceOf(DeadlineExceededException.class);
        assertThat(attempts).isEmpty();
    }

    @Test
    void retry_8_anExecutorThatComesTooLate_beginsNoAttempt() throws Exception {
        List<Runnable> handedOver = new ArrayList<>();
        IOException failure = new IOException("planted");
        CompletableFuture<String> call = Deadline.after(Duration.ofSeconds(3), time)
                .bind(() -> builder().executor(handedOver::add).build().callAsync(this::attempt));
        attempts.get(0).completeExceptionally(failure);
        time.advance(Duration.ofSeconds(3));
        handedOver.get(0).run();
        assertThat(attempts).hasSize(1);
        assertThat(failureOf(call)).isSameAs(failure);
        assertThat(RetryReport.of(failure).reason()).isEqualTo(RetryReport.Reason.DEADLINE);
    }

    @Test
    void retry_21_anAsynchronousTask_seesItsAttemptWhereItStarts() {
        List<Long> numbers = new ArrayList<>();
        CompletableFuture<String> call = builder().maxAttempts(3).build().callAsync(() -> {
            numbers.add(Attempt.current().number());
            throw new IOException("planted");
        });
        time.advance(Duration.ofSeconds(2));
        assertThat(call).isCompletedExceptionally();
        assertThat(numbers).containsExactly(1L, 2L, 3L);
        assertThat(Attempt.current().number()).isEqualTo(1);
    }

    @Test
    void time_6_anExecutorThatRefuses_theDefaultOneTakesOver() throws Exception {
        AtomicReference<Throwable> told = new AtomicReference<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.set(failure));
        try {
            CompletableFuture<String> call = builder()
                    .executor(work -> {
                        throw new RejectedExecutionException("planted");
                    })
                    .build()
                    .callAsync(this::attempt);
            attempts.get(0).completeExceptionally(new IOException("planted"));
            time.advance(Duration.ofSeconds(1));
            await().atMost(SOON).until(() -> attempts.size() == 2);
            attempts.get(1).complete("value");
            assertThat(call.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("value");
            assertThat(told.get()).isInstanceOf(RejectedExecutionException.class);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
    }

    @Test
    void retry_18_nothingIsRetainedAfterCompletion() throws Exception {
        Retry retry = builder().build();
        Object[] payload = {new Object()};
        WeakReference<Object> watched = new WeakReference<>(payload[0]);
        CompletableFuture<Object> call = retry.callAsync(new FailingOnce(payload[0]));
        time.advance(Duration.ofSeconds(1));
        assertThat(call).isDone();
        payload[0] = null;
        call = null;
        await().atMost(SOON).until(() -> {
            System.gc();
            return watched.refersTo(null);
        });
    }

    private static final class FailingOnce implements dev.reliability.Task<CompletableFuture<Object>, IOException> {
        private final Object payload;
        private boolean failed;

        FailingOnce(Object payload) {
            this.payload = payload;
        }

        @Override
        public CompletableFuture<Object> call() throws IOException {
            if (!failed) {
                failed = true;
                throw new IOException("planted");
            }
            return CompletableFuture.completedFuture(payload);
        }
    }

    @Test
    void time_6_byDefault_aThreadMadeOnDemandThatIsADaemon_neverTheCommonPool() throws Exception {
        AtomicReference<Thread> on = new AtomicReference<>();
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<String> call = Retry.builder("real")
                .backoff(Backoff.constant(Duration.ofNanos(1)))
                .build()
                .callAsync(() -> {
                    on.set(Thread.currentThread());
                    if (runs.getAndIncrement() == 0) {
                        throw new IOException("planted");
                    }
                    return CompletableFuture.completedFuture("value");
                });
        assertThat(call.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("value");
        assertThat(on.get().isDaemon()).isTrue();
        assertThat(on.get().getName()).doesNotContain("ForkJoinPool.commonPool").isNotEqualTo("reliability-timer");
        boolean virtual = on.get().getClass().getSimpleName().equals("VirtualThread");
        assertThat(virtual).isEqualTo(Runtime.version().feature() >= 21);
    }
}
