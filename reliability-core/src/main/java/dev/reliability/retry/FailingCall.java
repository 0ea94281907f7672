package dev.reliability.retry;

import dev.reliability.InterruptibleTask;
import dev.reliability.RetryAfter;
import dev.reliability.base.Chain;
import dev.reliability.base.Events;
import dev.reliability.base.Nanos;
import dev.reliability.retry.RetryReport.Reason;
import dev.reliability.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call whose first attempt has failed: what it remembers, and the decision after each attempt. Confined to the thread
 * of the call. A call that succeeds at once never makes one.
 */
final class FailingCall {
    private static final int LAST_KEPT = 8;

    private final RetrySettings retry;
    private final long startedNanos;
    private final long exhaustions; // as the call began
    private final List<Throwable> failures = new ArrayList<>(4); // the first and the last 8
    private long attempts;
    private long previousNanos;

    FailingCall(RetrySettings retry, long exhaustions) {
        this.retry = retry;
        this.exhaustions = exhaustions;
        this.startedNanos = retry.seam().nanoTime();
    }

    /** Runs the attempts that follow the first, whose turn it is. */
    <T extends @Nullable Object, X extends Exception> T repeat(Chain inner, InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException {
        while (true) {
            T result;
            try {
                result = this.<T, X>attempt(inner, task);
            } catch (Throwable failure) {
                if (!goesOnAfter(failure)) {
                    throw failure;
                }
                continue;
            }
            if (!retry.rejects(result) || !goesOnAfter(null)) {
                return result;
            }
        }
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        Attempt.bind(new Attempt(attempts + 1, failures));
        try {
            return inner.<T, X>proceed(task);
        } finally {
            Attempt.bind(null);
        }
    }

    /**
     * Decides after an attempt, and waits if there is to be another.
     *
     * @param failure what the attempt threw; null if its result was rejected
     * @return true: the next attempt is due. False: the call ends with this failure, which carries the report, or with
     *     this result.
     */
    boolean goesOnAfter(@Nullable Throwable failure) {
        attempts++;
        if (failure != null) {
            remember(failure);
        }
        Reason end;
        Throwable decisionFailure = null;
        try {
            end = waitUnlessOver(failure);
        } catch (Throwable broken) {
            end = Reason.NOT_RETRYABLE;
            decisionFailure = broken;
        }
        if (end == null) {
            return true;
        }
        report(failure, end, decisionFailure);
        return false;
    }

    private void remember(Throwable failure) {
        if (failures.size() > LAST_KEPT) {
            failures.remove(1);
        }
        failures.add(failure);
    }

    /** Why the call is over; null if it is not, after the wait. Throws what a predicate or a backoff function throws. */
    private @Nullable Reason waitUnlessOver(@Nullable Throwable failure) {
        if (failure != null
                && (RetryReport.exhaustedSince(failure, exhaustions)
                        || !retry.rules().isRetryable(failure))) {
            return Reason.NOT_RETRYABLE;
        }
        if (attempts >= retry.maxAttempts()) {
            return Reason.EXHAUSTED;
        }
        long left = leftNanos();
        if (left < 0) {
            return Reason.DEADLINE;
        }
        long hint = failure instanceof RetryAfter hinted ? hintNanos(hinted) : 0;
        if (hint > 0 && (hint > retry.longestHintNanos() || hint > left)) {
            return Reason.HINT;
        }
        // What decorrelated jitter goes on from is its own last draw: a hint says nothing about the next delay.
        previousNanos =
                retry.backoff().delayNanos(attempts, previousNanos, retry.seam().random());
        long delay = Math.max(previousNanos, hint);
        if (delay > left) {
            return Reason.DEADLINE;
        }
        return retry.budget() == null ? waitFor(failure, delay) : payAndWaitFor(retry.budget(), failure, delay);
    }

    private @Nullable Reason payAndWaitFor(RetryBudget budget, @Nullable Throwable failure, long delayNanos) {
        if (!budget.tryTake(retry.seam())) {
            if (retry.listener() != null) {
                Events.tell(retry.listener(), new RetryEvent.BudgetRefused(retry.name(), attempts, type(failure)));
            }
            return Reason.BUDGET;
        }
        Reason end = waitFor(failure, delayNanos);
        if (end != null) {
            budget.giveBack(retry.seam());
        }
        return end;
    }

    private @Nullable Reason waitFor(@Nullable Throwable failure, long delayNanos) {
        if (retry.listener() != null) {
            Duration delay = Duration.ofNanos(delayNanos);
            Events.tell(retry.listener(), new RetryEvent.Scheduled(retry.name(), attempts, type(failure), delay));
        }
        return sleep(delayNanos);
    }

    private static @Nullable Class<? extends Throwable> type(@Nullable Throwable failure) {
        return failure == null ? null : failure.getClass();
    }

    /**
     * How much time there is before the last instant at which an attempt may begin; negative if it has passed. It is what
     * the deadline has left, by its own time source, which need not be that of the retry.
     */
    private long leftNanos() {
        Deadline deadline = Deadline.current();
        return deadline == null ? Long.MAX_VALUE : deadline.remainingNanos() - Math.max(retry.minAttemptNanos(), 1);
    }

    /** A hint that is negative, or fails, is none. */
    private static long hintNanos(RetryAfter failure) {
        try {
            Duration hint = failure.retryAfter();
            return hint == null ? 0 : Math.max(Nanos.of(hint), 0);
        } catch (Throwable malformed) {
            return 0;
        }
    }

    /**
     * Waits in full. Looks at the deadline before, since the backoff function and the listener may have taken long, and
     * after, since the wait may have ended late.
     */
    private @Nullable Reason sleep(long delayNanos) {
        if (delayNanos > leftNanos()) {
            return Reason.DEADLINE;
        }
        try {
            retry.seam().sleepNanos(delayNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reason.INTERRUPTED;
        }
        return leftNanos() < 0 ? Reason.DEADLINE : null;
    }

    private void report(@Nullable Throwable failure, Reason reason, @Nullable Throwable decisionFailure) {
        if (failure == null) {
            if (decisionFailure != null) {
                Events.report(decisionFailure); // a result has no place to name it
            }
            return;
        }
        if (attempts == 1 && reason == Reason.NOT_RETRYABLE && decisionFailure == null) {
            return;
        }
        Duration elapsed = Duration.ofNanos(retry.seam().nanoTime() - startedNanos);
        retry.seam().checkpoint();
        boolean attached =
                new RetryReport(retry.name(), reason, attempts, elapsed, failures, decisionFailure).attachTo(failure);
        if (!attached && decisionFailure != null) {
            Events.report(decisionFailure);
        }
        if (reason == Reason.EXHAUSTED) {
            RetryReport.noteExhausted(failure);
        }
    }
}
