package dev.reliability.retry;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.Task;
import dev.reliability.base.AsyncCall;
import dev.reliability.base.Chain;
import dev.reliability.base.Stages;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Surroundings;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call whose first attempt has not succeeded yet.
 *
 * <pre>
 *   attempt --- its stage ends ---&gt; JUDGE --- another is due at once -------------------------&gt; BEGIN ---&gt; attempt
 *                                     |                                                         ^
 *                                     '--- another is due later ---&gt; pause (alarm, executor) ---'
 * </pre>
 *
 * <p>The steps are taken one at a time. Whatever asks for one counts it in {@code asked}; who finds none asked for before
 * takes steps until the count is back at zero, and everybody else leaves. So a stage that ends on the thread that starts it
 * does not recurse, however often (rule RETRY-18), and what one step wrote the next one reads: the plain fields pass from
 * thread to thread with the count.
 *
 * <p>No step runs on the timer's thread. While the call pauses, the timer's alarm is all that holds it; ending it from
 * outside takes the alarm back.
 */
final class AsyncRetry<T extends @Nullable Object> extends AsyncCall<T> {
    private enum Step {
        JUDGE,
        BEGIN
    }

    private final class Pause extends Alarm {
        @Override
        protected void ring() {
            retry.seam().execute(retry.executor(), AsyncRetry.this::ask);
        }
    }

    private final RetrySettings retry;
    private final Surroundings surroundings = Surroundings.here();
    private final Chain inner;
    private @Nullable Task<? extends CompletionStage<T>, ?> task; // null once the call is over
    private final AtomicInteger asked = new AtomicInteger();

    // Passed on by asked.
    private long pauseNanos; // how long to pause after this step; 0: not
    private @Nullable FailingCall failing;

    // How the attempt ended. Passed on by arrived, and by asked after it.
    private Step step = Step.JUDGE;
    private @Nullable T value;
    private @Nullable Throwable failure;
    private volatile boolean arrived; // false while an attempt runs: the three above may be written at any time

    private volatile @Nullable Pause pause; // written by the steps, read by who abandons the call

    AsyncRetry(RetrySettings retry, Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        this.retry = retry;
        this.inner = inner;
        this.task = task;
    }

    /**
     * An attempt has been started.
     *
     * @param exhaustions how many there were before: a retry that blocked inside and gave up did so on this thread
     */
    void begun(CompletionStage<T> stage, long exhaustions) {
        Throwable thrown = Stages.hasEnded(stage) ? Stages.failureOf(stage) : null;
        if (thrown != null && RetryReport.exhaustedSince(thrown, exhaustions)) {
            giveUp();
        }
        follow(stage);
    }

    @Override
    protected void settled(T result, @Nullable Throwable thrown) {
        value = result;
        failure = thrown;
        step = Step.JUDGE;
        arrived = true;
        ask();
    }

    private void ask() {
        if (asked.getAndIncrement() > 0) {
            return;
        }
        do {
            pauseNanos = 0;
            takeStep();
        } while (asked.decrementAndGet() > 0);
        long nanos = pauseNanos;
        if (nanos > 0) {
            pause(nanos); // last, or what follows the pause might find this thread still taking steps, and leave it
            // to it
        }
    }

    private void takeStep() {
        try {
            if (isDone()) {
                over();
            } else {
                surroundings.<@Nullable Void, RuntimeException>resume((Action<RuntimeException>) this::judgeOrBegin);
            }
        } catch (Throwable broken) {
            fail(broken);
        }
    }

    /**
     * Ended from outside: a value that has come all the same is a late one. One that comes during this step is left alone,
     * and is the late one of the step that it asks for.
     */
    @SuppressWarnings("NullAway") // the value is null where T admits it
    private void over() {
        withdraw();
        task = null;
        failing = null;
        if (arrived) {
            if (step == Step.JUDGE && failure == null) {
                boolean unused = succeed(value);
            }
            forget();
        }
    }

    /** Whoever keeps the future does not keep the work. */
    private void forget() {
        task = null;
        failing = null;
        value = null;
        failure = null;
    }

    private void withdraw() {
        if (failing != null) {
            failing.withdraw();
        }
    }

    private void judgeOrBegin() {
        if (step == Step.JUDGE && !isNextDue()) {
            end();
        } else if (step == Step.JUDGE && failingCall().delayNanos() > 0) {
            step = Step.BEGIN;
            pauseNanos = failingCall().delayNanos();
        } else if (failingCall().isStillDue(failure, null)) {
            begin();
        } else {
            end();
        }
    }

    private boolean isNextDue() {
        if (failure == null && !retry.rejects(value)) {
            RetryBudget budget = retry.budget();
            if (failing == null && budget != null) {
                budget.earn(retry.seam());
            }
            return false;
        }
        return failingCall().isDueAfter(failure, isGivenUp());
    }

    private FailingCall failingCall() {
        if (failing == null) {
            failing = new FailingCall(retry);
        }
        return failing;
    }

    @SuppressWarnings("NullAway") // the value is null where T admits it
    private void end() {
        if (failing != null && failing.isExhausted()) {
            giveUp();
        }
        boolean unused = failure != null ? fail(failure) : succeed(value);
        forget();
    }

    private void begin() {
        long exhaustions = RetryReport.exhaustions();
        CompletionStage<T> stage;
        arrived = false;
        Attempt outer = Attempt.bind(failingCall().next());
        try {
            stage = inner.proceedAsync(requireNonNull(task));
        } finally {
            Attempt.bind(outer);
        }
        begun(stage, exhaustions);
    }

    private void pause(long delayNanos) {
        Pause alarm = new Pause();
        pause = alarm;
        try {
            retry.seam().schedule(alarm, retry.seam().nanoTime() + delayNanos);
        } catch (Throwable noTimer) {
            fail(noTimer); // nobody would ever go on
            ask(); // to give back what an attempt that does not take place has paid
            return;
        }
        if (isDone()) {
            retry.seam().cancel(alarm); // abandoned before there was one to be taken back
        }
    }

    @Override
    protected void abandoned(@Nullable Throwable failure) {
        Pause alarm = pause;
        if (alarm != null) {
            retry.seam().cancel(alarm);
        }
        ask(); // to give back what an attempt that does not take place has paid
    }
}
