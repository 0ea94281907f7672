package dev.reliability.retry;

import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Stages;
import dev.reliability.time.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Retry} runs a call, as far as calls that succeed at once get. They make no object, read no clock and bind
 * nothing to the thread. Small for the sake of the JIT: what happens after a failure is {@link FailingCall}'s.
 */
final class FirstAttempt {
    private FirstAttempt() {}

    static <T extends @Nullable Object, X extends Exception> T call(
            RetrySettings retry, Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        Deadline deadline = Deadline.current();
        if (deadline != null) {
            deadline.check();
        }
        return Attempt.bound() == null
                ? FirstAttempt.<T, X>unbound(retry, inner, task)
                : FirstAttempt.<T, X>inside(retry, inner, task);
    }

    private static <T extends @Nullable Object, X extends Exception> T unbound(
            RetrySettings retry, Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        long exhaustions = RetryReport.exhaustions();
        T result;
        try {
            result = inner.<T, X>proceed(task);
        } catch (Throwable failure) {
            FailingCall call = new FailingCall(retry);
            if (!call.goesOnAfter(failure, RetryReport.exhaustedSince(failure, exhaustions))) {
                throw failure;
            }
            return call.<T, X>repeat(inner, task, exhaustions);
        }
        if (retry.rejects(result)) {
            FailingCall call = new FailingCall(retry);
            return call.goesOnAfter(null, false) ? call.<T, X>repeat(inner, task, exhaustions) : result;
        }
        succeeded(retry);
        return result;
    }

    private static void succeeded(RetrySettings retry) {
        RetryBudget budget = retry.budget();
        if (budget != null) {
            budget.earn(retry.seam());
        }
    }

    /** Within a further attempt of another retry, whose number is not that of the first attempt here. */
    private static <T extends @Nullable Object, X extends Exception> T inside(
            RetrySettings retry, Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        Attempt outer = Attempt.bind(null);
        try {
            return FirstAttempt.<T, X>unbound(retry, inner, task);
        } finally {
            Attempt.bind(outer);
        }
    }

    static <T extends @Nullable Object> CompletionStage<T> begin(
            RetrySettings retry, Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        Deadline deadline = Deadline.current();
        if (deadline != null && deadline.isExpired()) {
            return CompletableFuture.failedFuture(deadline.exceeded());
        }
        long exhaustions = RetryReport.exhaustions();
        Attempt outer = Attempt.bound();
        CompletionStage<T> stage;
        if (outer == null) {
            stage = inner.proceedAsync(task);
        } else {
            Attempt.bind(null);
            try {
                stage = inner.proceedAsync(task);
            } finally {
                Attempt.bind(outer);
            }
        }
        if (Stages.hasEnded(stage) && Stages.failureOf(stage) == null && !retry.rejects(Stages.valueOf(stage))) {
            succeeded(retry);
            return stage;
        }
        AsyncRetry<T> call = new AsyncRetry<>(retry, inner, task);
        call.begun(stage, exhaustions);
        return call;
    }
}
