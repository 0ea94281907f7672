package dev.reliability.base;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every asynchronous call does, whatever the policy: a layer that adds nothing shows it. */
class AsyncCallTest {
    private final List<String> log = new ArrayList<>();

    private final class Follower<T> extends AsyncCall<T> {
        Follower(CompletionStage<T> stage) {
            follow(stage);
        }

        @Override
        protected void settled(T value, Throwable failure) {
            log.add("settled " + (failure == null ? value : failure.getClass().getSimpleName()));
            boolean unused = failure == null ? succeed(value) : fail(failure);
        }

        @Override
        protected void abandoned(Throwable failure) {
            log.add("abandoned");
        }
    }

    private static final class Settling extends AsyncCall<String> {
        @Override
        protected void settled(String value, Throwable failure) {}
    }

    private final Policy layer = new Layer() {
        @Override
        protected <T, X extends Exception> T execute(Chain inner, InterruptibleTask<? extends T, X> task)
                throws X, InterruptedException {
            return inner.<T, X>proceed(task);
        }

        @Override
        protected <T> CompletionStage<T> executeAsync(Chain inner, Task<? extends CompletionStage<T>, ?> task) {
            return new Follower<>(inner.proceedAsync(task));
        }
    };
    private final CompletableFuture<String> work = new CompletableFuture<>();

    @Test
    void callAsync_theStageEnds_theSameValueOrFailureComesOut() {
        CompletableFuture<String> call = layer.callAsync(() -> work);
        assertThat(call).isNotDone().isNotSameAs(work);
        work.complete("value");
        assertThat(call).isCompletedWithValue("value");

        IOException failure = new IOException("planted");
        CompletableFuture<String> failing = layer.callAsync(
                () -> CompletableFuture.<String>failedFuture(failure).thenApply(value -> value));
        assertThat(Stages.failureOf(failing))
                .as("without what stages wrap around")
                .isSameAs(failure);
    }

    @Test
    void callAsync_theTaskThrowsOrGivesNull_theFutureFails() {
        IOException failure = new IOException("planted");
        CompletableFuture<String> thrown = layer.callAsync(() -> {
            throw failure;
        });
        assertThat(Stages.failureOf(thrown)).isSameAs(failure);
        Error error = new AssertionError("planted");
        CompletableFuture<String> broken = Chain.TASK.callAsync(() -> {
            throw error;
        });
        assertThat(Stages.failureOf(broken)).isSameAs(error);
        CompletableFuture<String> none = layer.callAsync(() -> null);
        assertThat(Stages.failureOf(none)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> layer.callAsync(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("task");
    }

    @Test
    void cancel_travelsInwards_throughAllLayers() {
        CompletableFuture<String> call = layer.around(layer).callAsync(() -> work);
        assertThat(call.cancel(true)).isTrue();
        assertThat(work).isCancelled();
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "abandoned", "abandoned", "settled CancellationException", "settled CancellationException");
        assertThat(call).isCancelled();
        assertThat(call.cancel(true)).as("as often as one likes").isTrue();
        assertThat(log).hasSize(4);
    }

    @Test
    void completedFromOutside_isAbandonedLikeACancelledOne() throws Exception {
        CompletableFuture<String> completed = layer.callAsync(() -> work);
        completed.complete("from outside");
        assertThat(work).isCancelled();
        assertThat(log).startsWith("abandoned");
        log.clear();

        CompletableFuture<String> hanging = new CompletableFuture<>();
        CompletableFuture<String> timed = layer.callAsync(() -> hanging).orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(timed::get).hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        await().atMost(SOON).until(hanging::isCancelled);
    }

    @Test
    void cancel_afterTheEnd_doesNothing() {
        CompletableFuture<String> call = layer.callAsync(() -> work);
        work.complete("value");
        assertThat(call.cancel(true)).isFalse();
        assertThat(log).containsExactly("settled value");
    }

    @Test
    void aMinimalStage_isFollowedAndCannotBeCancelled() {
        CompletableFuture<String> call = layer.callAsync(work::minimalCompletionStage);
        assertThat(call).isNotDone();
        call.cancel(true);
        assertThat(work).isNotDone();
        CompletableFuture<String> done =
                layer.callAsync(() -> CompletableFuture.completedFuture("value").minimalCompletionStage());
        assertThat(done).isCompletedWithValue("value");
        CompletableFuture<String> bare = Chain.TASK.callAsync(
                () -> CompletableFuture.completedFuture("value").minimalCompletionStage());
        assertThat(bare).isCompletedWithValue("value");
    }

    @Test
    void withoutALayer_theCallersFutureIsItsOwn() {
        CompletableFuture<String> call = Chain.TASK.callAsync(() -> work);
        assertThat(call).isNotSameAs(work);
        call.complete("mine");
        assertThat(work).isCancelled();
        CompletableFuture<String> done = CompletableFuture.completedFuture("value");
        assertThat(Chain.TASK.callAsync(() -> done)).isNotSameAs(done).isCompletedWithValue("value");
    }

    @Test
    void callAsync_aCallOfOursThatTheTaskGives_isNotEndedByWhoEndsTheOuterOne() {
        CompletableFuture<String> shared = layer.callAsync(() -> work);
        CompletableFuture<String> one = Chain.TASK.callAsync(() -> shared);
        CompletableFuture<String> other = layer.callAsync(() -> shared);
        assertThat(one).isNotSameAs(shared);
        one.complete("from one caller");
        assertThat(shared).as("cancelled, as any stage of a task").isCancelled();
        assertThat(other).isCompletedExceptionally();
        assertThat(one).isCompletedWithValue("from one caller");
    }

    @Test
    void completeAsync_endsTheCallLikeAnyOtherCompletion() {
        CompletableFuture<String> call = layer.callAsync(() -> work);
        assertThat(call.completeAsync(() -> "mine", Runnable::run))
                .isSameAs(call)
                .isCompletedWithValue("mine");
        assertThat(work).isCancelled();
        CompletableFuture<String> failing = layer.callAsync(CompletableFuture::new);
        failing.completeAsync(
                () -> {
                    throw new IllegalStateException("planted");
                },
                Runnable::run);
        assertThat(failing).isCompletedExceptionally();
        assertThat(log).contains("abandoned");
    }

    @Test
    void dependents_arePlainFutures() {
        CompletableFuture<String> call = layer.callAsync(() -> work);
        CompletableFuture<String> dependent = call.thenApply(value -> value + "!");
        dependent.cancel(true);
        assertThat(work).as("as with any CompletableFuture").isNotDone();
        assertThat(call).isNotDone();
    }

    @Test
    void unwrap_onlyWhatStagesWrap() {
        IOException cause = new IOException("planted");
        assertThat(Stages.unwrap(new CompletionException(cause))).isSameAs(cause);
        CompletionException bare = new CompletionException("planted", null);
        assertThat(Stages.unwrap(bare)).isSameAs(bare);
        IllegalStateException other = new IllegalStateException(cause);
        assertThat(Stages.unwrap(other)).isSameAs(other);
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        assertThat(Stages.failureOf(cancelled)).isInstanceOf(CancellationException.class);
    }

    @Test
    void complete_twice_onlyTheFirstEndsIt() {
        CompletableFuture<String> call = layer.callAsync(() -> work);
        assertThat(call.complete("first")).isTrue();
        assertThat(call.complete("second")).isFalse();
        assertThat(call.completeExceptionally(new IOException("planted"))).isFalse();
        assertThat(call).isCompletedWithValue("first");
        assertThat(log).containsExactly("abandoned", "settled CancellationException");

        CompletableFuture<String> failed = layer.callAsync(CompletableFuture::new);
        assertThat(failed.completeExceptionally(new IOException("planted"))).isTrue();
        assertThat(failed.completeExceptionally(new IOException("planted"))).isFalse();
    }

    @Test
    void theLayerEndsACall_hearsWhetherItWasFirst() {
        Settling call = new Settling();
        assertThat(call.fail(new IOException("planted"))).isTrue();
        assertThat(call.fail(new IOException("planted"))).isFalse();
        assertThat(call.succeed("late")).isFalse();
        assertThat(new Settling().succeed("first")).isTrue();
    }

    @Test
    void aStageBegunAfterTheCallWasAbandoned_isCancelledAtOnce() {
        Settling call = new Settling();
        call.cancel(true);
        call.follow(work);
        assertThat(work).isCancelled();
    }

    @Test
    void aStageThatFailsToShowAFuture_isReported_andTheCallCancelledAllTheSame() throws Exception {
        RuntimeException failure = new UnsupportedOperationException("planted");
        CompletableFuture<String> stubborn = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> toCompletableFuture() {
                throw failure;
            }
        };
        Settling call = new Settling();
        call.follow(stubborn);
        List<Throwable> told = new ArrayList<>();
        Thread thread = new Thread(() -> call.cancel(true));
        thread.setUncaughtExceptionHandler((t, reported) -> told.add(reported));
        thread.start();
        thread.join();
        assertThat(told).containsExactly(failure);
        assertThat(call).isCancelled();
    }
}
