package dev.reliability.time;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule DEADLINE-11: limits of asynchronous calls. */
class TimeoutAsyncTest {
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final VirtualTime time = VirtualTime.manual();
    private final CompletableFuture<Object> work = new CompletableFuture<>();

    private Timeout.Builder builder() {
        return Timeout.builder(LIMIT).name("fetch").time(time).executor(Runnable::run);
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
        assertThat(time.pendingAlarms()).isZero();
        assertThat(Deadline.current()).isNull();
    }

    @Test
    void deadline_11_inTime_theValueOrTheFailureItselfAndNoTimerIsLeft() throws Exception {
        CompletableFuture<Object> call = builder().build().callAsync(() -> work);
        assertThat(time.pendingAlarms()).isEqualTo(1);
        time.advance(Duration.ofMillis(199));
        work.complete("value");
        assertThat(call).isCompletedWithValue("value");

        for (int i = 0; i < 500; i++) {
            IOException failure = new IOException("planted");
            CompletableFuture<Object> started = new CompletableFuture<>();
            CompletableFuture<Object> failing = builder().build().callAsync(() -> started);
            started.completeExceptionally(failure);
            assertThat(failureOf(failing)).isSameAs(failure);
        }
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void deadline_11_expired_theCallerHasItsAnswerAndTheWorkIsCancelled() throws Exception {
        time.advance(Duration.ofHours(1));
        CompletableFuture<Object> call = builder().build().callAsync(() -> work);
        time.advance(LIMIT);
        assertThat(failureOf(call))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessage("timeout \"fetch\" of 200 ms exceeded after 200 ms");
        assertThat(work).isCancelled();
    }

    @Test
    void deadline_11_withoutInterrupt_theWorkIsLeftAloneAndItsValueClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        CompletableFuture<Object> call = builder().withoutInterrupt().build().callAsync(() -> work);
        time.advance(LIMIT);
        assertThat(call).isCompletedExceptionally();
        assertThat(work).isNotDone();
        work.complete((AutoCloseable) () -> closed.set(true));
        assertThat(closed).isTrue();
    }

    @Test
    void deadline_2_aLateValue_goesToOnLate() {
        List<Object> late = new ArrayList<>();
        CompletableFuture<Object> call =
                builder().withoutInterrupt().onLate(late::add).build().callAsync(() -> work);
        time.advance(LIMIT);
        work.complete("late");
        assertThat(late).containsExactly("late");
        assertThat(call).isCompletedExceptionally();

        CompletableFuture<Object> other = new CompletableFuture<>();
        CompletableFuture<Object> cancelled =
                builder().onLate(late::add).build().callAsync(() -> other.minimalCompletionStage());
        cancelled.cancel(true);
        other.complete("for nobody");
        assertThat(late).containsExactly("late", "for nobody");
    }

    @Test
    void deadline_14_aFunction_runsOnceAndItsFailureIsSuppressed() throws Exception {
        IOException failure = new IOException("planted");
        List<String> log = new ArrayList<>();
        CompletableFuture<Object> call = builder()
                .canceller(() -> {
                    log.add("cancelled");
                    throw failure;
                })
                .build()
                .callAsync(() -> work);
        time.advance(Duration.ofHours(1));
        assertThat(failureOf(call)).hasSuppressedException(failure);
        assertThat(log).containsExactly("cancelled");
        assertThat(work).isNotDone();
    }

    @Test
    void deadline_14_whoReadsTheFailure_findsThatOfTheFunctionInIt() {
        IOException failure = new IOException("planted");
        List<Throwable> read = new ArrayList<>();
        CompletableFuture<Object> call = builder()
                .canceller(() -> {
                    throw failure;
                })
                .build()
                .callAsync(() -> work);
        CompletableFuture<Object> reader =
                call.whenComplete((value, thrown) -> read.addAll(List.of(thrown.getSuppressed())));
        time.advance(LIMIT);
        assertThat(reader).isCompletedExceptionally();
        assertThat(read).containsExactly(failure);
    }

    @Test
    void deadline_11_aDependentThatBlocks_doesNotKeepTheWorkFromBeingCancelled() {
        List<Boolean> cancelled = new ArrayList<>();
        CompletableFuture<Object> call = builder().build().callAsync(() -> work);
        CompletableFuture<Object> blocking = call.whenComplete((value, thrown) -> cancelled.add(work.isCancelled()));
        time.advance(LIMIT);
        assertThat(blocking).isCompletedExceptionally();
        assertThat(cancelled).containsExactly(true);
    }

    @Test
    void deadline_11_cancelledFromOutside_theTimerIsDropped() {
        CompletableFuture<Object> call = builder().build().callAsync(() -> work);
        call.cancel(true);
        assertThat(time.pendingAlarms()).isZero();
        assertThat(work).isCancelled();
    }

    @Test
    void deadline_11_theWorkTakesTooLongToStart_isCancelledToo() throws Exception {
        CompletableFuture<Object> call = builder().build().callAsync(() -> {
            time.advance(LIMIT);
            return work;
        });
        assertThat(failureOf(call)).isInstanceOf(DeadlineExceededException.class);
        assertThat(work).isCancelled();

        List<Object> late = new ArrayList<>();
        CompletableFuture<Object> ended = builder().onLate(late::add).build().callAsync(() -> {
            time.advance(LIMIT);
            return CompletableFuture.completedFuture("late");
        });
        assertThat(failureOf(ended)).isInstanceOf(DeadlineExceededException.class);
        assertThat(late).containsExactly("late");

        CompletableFuture<Object> other = new CompletableFuture<>();
        CompletableFuture<Object> uncancellable = builder()
                .onLate(late::add)
                .build()
                .callAsync(() -> {
                    time.advance(LIMIT);
                    return other.minimalCompletionStage();
                });
        assertThat(failureOf(uncancellable)).isInstanceOf(DeadlineExceededException.class);
        other.complete("for nobody");
        assertThat(late).containsExactly("late", "for nobody");
    }

    @Test
    void deadline_11_noTimerCanBeHad_theCallFailsAndNothingIsStarted() throws Exception {
        OutOfMemoryError noTimer = new OutOfMemoryError("planted");
        TimeSource poor = new ForwardingSeam(time) {
            @Override
            public void schedule(Alarm alarm, long atNanos) {
                throw noTimer;
            }
        };
        CompletableFuture<Object> call = builder().time(poor).build().callAsync(() -> {
            throw new AssertionError("not to be run");
        });
        assertThat(failureOf(call)).isSameAs(noTimer);
    }

    @Test
    void deadline_7_theTaskSeesTheLimit_whereItStarts() throws Exception {
        AtomicReference<Deadline> seen = new AtomicReference<>();
        CompletableFuture<Object> call = builder().build().callAsync(() -> {
            seen.set(Deadline.current());
            return work;
        });
        assertThat(seen.get().remaining()).isEqualTo(LIMIT);
        work.complete("value");
        assertThat(call).isDone();

        time.advance(Duration.ofHours(1));
        Deadline past = Deadline.after(Duration.ZERO, time);
        CompletableFuture<Object> refused = past.bind(() -> builder().build().callAsync(() -> {
            throw new AssertionError("not to be run");
        }));
        assertThat(failureOf(refused)).isInstanceOf(DeadlineExceededException.class);
    }

    /** The user's executor is stuck: the decision is made on time all the same, and the value that comes later is late. */
    @Test
    void time_6_expiryIsDecidedOnTime_whateverTheExecutorDoes() {
        List<Runnable> stuck = new ArrayList<>();
        List<Object> late = new ArrayList<>();
        CompletableFuture<Object> call =
                builder().executor(stuck::add).onLate(late::add).build().callAsync(() -> work);
        time.advance(LIMIT);
        assertThat(call).isNotDone();
        work.complete("late");
        assertThat(late).containsExactly("late");
        assertThat(call).isNotDone();
        stuck.forEach(Runnable::run);
        assertThat(call).isCompletedExceptionally();
    }

    @Test
    void time_5_byDefault_dependentsDoNotRunOnTheTimersThread() throws Exception {
        AtomicReference<Thread> on = new AtomicReference<>();
        CompletableFuture<Object> stage = new CompletableFuture<>();
        CompletableFuture<Void> told = stage.handle((value, failure) -> {
            on.set(Thread.currentThread());
            return null;
        });
        CompletableFuture<Object> call = Timeout.of(Duration.ofMillis(1)).callAsync(() -> stage);
        told.get(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(on.get()).isNotSameAs(Thread.currentThread());
        assertThat(on.get().getName()).isNotEqualTo("reliability-timer");
        assertThat(call.handle((value, failure) -> failure).get(SOON.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void deadline_2_theEndRacesTheLimit_oneOfTwoAndNothingIsLost() throws Exception {
        int finished = 0;
        int round = 0;
        for (; round < 5_000 || (round < 50_000 && (finished == 0 || finished == round)); round++) {
            VirtualTime clock = VirtualTime.manual();
            List<Object> late = new java.util.concurrent.CopyOnWriteArrayList<>();
            CompletableFuture<Object> raced = new CompletableFuture<>();
            CompletableFuture<Object> call = Timeout.builder(LIMIT)
                    .time(clock)
                    .executor(Runnable::run)
                    .withoutInterrupt()
                    .onLate(late::add)
                    .build()
                    .callAsync(() -> raced);
            CompletableFuture<Void> limit = CompletableFuture.runAsync(() -> clock.advance(LIMIT));
            for (int spin = round % 300 * (1 + round / 5_000); spin > 0; spin--) {
                Thread.onSpinWait(); // longer, if the limit has never been first
            }
            raced.complete("value");
            limit.get(SOON.toSeconds(), TimeUnit.SECONDS);
            if (call.isCompletedExceptionally()) {
                assertThat(late).containsExactly("value");
            } else {
                finished++;
                assertThat(call).isCompletedWithValue("value");
                assertThat(late).isEmpty();
            }
        }
        System.out.printf("DEADLINE-2, asynchronous: %,d of %,d finished, the others expired%n", finished, round);
        assertThat(finished).as("both have been first").isStrictlyBetween(0, round);
    }
}
