package dev.reliability.limit;

import dev.reliability.base.AsyncCall;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An acquire that waits without a thread. Its {@link Waiter} stands in the same queue as those of threads.
 *
 * <p>What ends the wait is what takes the waiter out of the queue, under the monitor of the queue: an admission, or one
 * of time-out and cancellation, never two of them. An admission is made by a thread that goes before, or by the timer's;
 * the future is completed by the executor, so that what depends on it runs on neither.
 *
 * @param <T> what is acquired
 */
abstract class AsyncAcquire<T extends @Nullable Object> extends AsyncCall<T> {
    private final class Limit extends Alarm {
        @Override
        protected void ring() {
            if (line.abandon(waiter)) {
                seam.execute(executor, () -> fail(refusal()));
            }
        }
    }

    private final Line line;
    private final Seam seam;
    private final @Nullable Executor executor;
    private final Waiter waiter;
    private final Alarm limit = new Limit();

    AsyncAcquire(Line line, Seam seam, @Nullable Executor executor, int permits) {
        this.line = line;
        this.seam = seam;
        this.executor = executor;
        this.waiter = new Waiter(permits, this);
    }

    /** It is admitted: what it gets. Called once. If it throws, nothing is held. */
    abstract T admission();

    /** It was admitted too late: nobody wants it. */
    abstract void giveBack(T admission);

    /** What is said to who waited too long. */
    abstract Throwable refusal();

    /** Joins the queue, for a span at most. */
    final void await(long startNanos, long limitNanos) {
        seam.checkpoint();
        switch (line.join(waiter, startNanos, limitNanos)) {
            case ADMITTED -> end();
            case GONE -> fail(refusal());
            case WAITING -> scheduleLimit(startNanos + limitNanos);
        }
    }

    private void scheduleLimit(long atNanos) {
        try {
            seam.schedule(limit, atNanos);
        } catch (Throwable noTimer) {
            endWith(noTimer);
        }
        if (waiter.state != Waiter.State.WAITING) {
            seam.cancel(limit); // it was over before it could be taken back
        }
    }

    /** It has its turn: called once, by who gave it, outside the monitor. */
    final void admitted() {
        seam.cancel(limit);
        seam.execute(executor, this::end);
    }

    /** The machine has no means to wait. */
    final void endWith(Throwable failure) {
        if (line.abandon(waiter)) {
            seam.execute(executor, () -> fail(failure));
        }
    }

    private void end() {
        T admission;
        try {
            admission = admission();
        } catch (Throwable failure) {
            fail(failure);
            return;
        }
        if (!succeed(admission)) {
            giveBack(admission);
        }
    }

    @Override
    protected final void settled(T admission, @Nullable Throwable failure) {
        throw new IllegalStateException("an acquire follows no stage");
    }

    @Override
    protected final void abandoned(@Nullable Throwable failure) {
        if (line.abandon(waiter)) {
            seam.cancel(limit);
        }
    }
}
