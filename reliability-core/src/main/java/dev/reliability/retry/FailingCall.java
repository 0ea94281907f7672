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
 * of the call, or to one thread after another. A call that succeeds at once never makes one.
 */
final class FailingCall {
    private static final int LAST_KEPT = 8;

    private final RetrySettings retry;
    private final long startedNanos;
    private final List<Throwable> failures = new ArrayList<>(4); // the first and the last 8
    private long attempts;
    private long previousNanos;
    private long delayNanos;
    private boolean paid; // for the retry that is due
    private boolean exhausted;

    FailingCall(RetrySettings retry) {
        this.retry = retry;
        this.startedNanos = retry.seam().nanoTime();
    }

    /**
     * Runs the attempts that follow the first, whose turn it is.
     *
     * @param exhaustions how many there were as the call began
     */
    <T extends @Nullable Object, X extends Exception> T repeat(
            Chain inner, InterruptibleTask<? extends T, X> task, long exhaustions) throws X, InterruptedException {
        while (true) {
            T result;
            try {
                result = this.<T, X>attempt(inner, task);
            } catch (Throwable failure) {
                if (!goesOnAfter(failure, RetryReport.exhaustedSince(failure, exhaustions))) {
                    throw failure;
                }
                continue;
            }
            if (!retry.rejects(result) || !goesOnAfter(null, false)) {
                return result;
            }
        }
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        Attempt.bind(next());
        try {
            return inner.<T, X>proceed(task);
        } finally {
            Attempt.bind(null);
        }
    }

    /** The attempt that is due, which begins now: what was paid for it stays paid. */
    Attempt next() {
        paid = false;
        return new Attempt(attempts + 1, failures);
    }

    /**
     * Decides after an attempt, and waits if there is to be another.
     *
     * @param failure what the attempt threw; null if its result was rejected
     * @param givenUp whether a retry inside has used all its attempts for it
     * @return true: the next attempt is due. False: the call ends with this failure, which carries the report, or with
     *     this result.
     */
    boolean goesOnAfter(@Nullable Throwable failure, boolean givenUp) {
        return isDueAfter(failure, givenUp) && isStillDue(failure, sleep());
    }

    /**
     * Decides after an attempt.
     *
     * @param failure what the attempt threw; null if its result was rejected
     * @param givenUp whether a retry inside has used all its attempts for it
     * @return true: another attempt is due after {@link #delayNanos}. False: the call is over, as above.
     */
    boolean isDueAfter(@Nullable Throwable failure, boolean givenUp) {
        attempts++;
        if (failure != null) {
            remember(failure);
        }
        Reason end;
        Throwable decisionFailure = null;
        try {
            end = givenUp ? Reason.NOT_RETRYABLE : endAfter(failure);
        } catch (Throwable broken) {
            end = Reason.NOT_RETRYABLE;
            decisionFailure = broken;
        }
        return !ends(failure, end, decisionFailure);
    }

    long delayNanos() {
        return delayNanos;
    }

    /**
     * Decides after the wait, which may have ended late.
     *
     * @param failure what the attempt before it threw; null if its result was rejected
     * @param end why the wait ended early; null if it did not
     * @return true: the attempt is to begin. False: the call is over, as above.
     */
    boolean isStillDue(@Nullable Throwable failure, @Nullable Reason end) {
        return !ends(failure, end == null && leftNanos() < 0 ? Reason.DEADLINE : end, null);
    }

    /** The attempt that was due is not begun, and nobody is told. */
    void withdraw() {
        RetryBudget budget = retry.budget();
        if (paid && budget != null) {
            budget.giveBack(retry.seam());
        }
        paid = false;
    }

    private boolean ends(@Nullable Throwable failure, @Nullable Reason end, @Nullable Throwable decisionFailure) {
        if (end == null) {
            return false;
        }
        withdraw();
        exhausted = end == Reason.EXHAUSTED;
        report(failure, end, decisionFailure);
        return true;
    }

    private void remember(Throwable failure) {
        if (failures.size() > LAST_KEPT) {
            failures.remove(1);
        }
        failures.add(failure);
    }

    /** Why the call is over; null if it is not. Throws what a predicate or a backoff function throws. */
    private @Nullable Reason endAfter(@Nullable Throwable failure) {
        if (failure != null && !retry.rules().isRetryable(failure)) {
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
        delayNanos = Math.max(previousNanos, hint);
        if (delayNanos > left) {
            return Reason.DEADLINE;
        }
        RetryBudget budget = retry.budget();
        if (budget != null && !budget.tryTake(retry.seam())) {
            if (Events.isHeard(retry.listener())) {
                Events.tell(retry.listener(), new RetryEvent.BudgetRefused(retry.name(), attempts, type(failure)));
            }
            return Reason.BUDGET;
        }
        paid = budget != null;
        if (Events.isHeard(retry.listener())) {
            Duration delay = Duration.ofNanos(delayNanos);
            Events.tell(retry.listener(), new RetryEvent.Scheduled(retry.name(), attempts, type(failure), delay));
        }
        return delayNanos > leftNanos() ? Reason.DEADLINE : null; // function and listener may have taken long
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

    /** Waits in full. The answer is why the wait ended early; null if it did not. */
    private @Nullable Reason sleep() {
        try {
            retry.seam().sleepNanos(delayNanos);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reason.INTERRUPTED;
        }
    }

    /** Whether the call ended since all its attempts were used. */
    boolean isExhausted() {
        return exhausted;
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
