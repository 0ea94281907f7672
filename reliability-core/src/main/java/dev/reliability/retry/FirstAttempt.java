package dev.reliability.retry;

import dev.reliability.InterruptibleTask;
import dev.reliability.base.Chain;
import dev.reliability.time.Deadline;
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
            FailingCall call = new FailingCall(retry, exhaustions);
            if (!call.goesOnAfter(failure)) {
                throw failure;
            }
            return call.<T, X>repeat(inner, task);
        }
        if (retry.rejects(result)) {
            FailingCall call = new FailingCall(retry, exhaustions);
            return call.goesOnAfter(null) ? call.<T, X>repeat(inner, task) : result;
        }
        RetryBudget budget = retry.budget();
        if (budget != null) {
            budget.earn(retry.seam());
        }
        return result;
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
}
