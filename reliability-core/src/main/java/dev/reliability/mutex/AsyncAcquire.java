package dev.reliability.mutex;

import dev.reliability.base.AsyncCall;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An acquire that waits without a thread. Its {@link Waiter} stands in the same queue as those of threads, and is served by
 * hand-off only: nobody is there who could compete.
 *
 * <p>What ends the wait is what takes the waiter out of the queue, under the monitor of the ownership: a grant, or one of
 * time-out and cancellation, never two of them (rules MUTEX-4 and -5). A grant is made by a thread that releases, and a
 * time-out by the timer's; the future is completed by the executor, so that what depends on it runs on neither
 * (MUTEX-14). When all is over, by the end of the hold or of a wait without one, {@code over} is run, once.
 */
final class AsyncAcquire extends AsyncCall<Hold> {
    private final class Limit extends Alarm {
        @Override
        protected void ring() {
            if (ownership.abandon(waiter)) {
                seam.execute(executor, AsyncAcquire.this::expire);
            }
        }
    }

    private final Ownership ownership;
    private final Seam seam;
    private final @Nullable Executor executor;
    private final Supplier<MutexTimeoutException> timedOut;
    private final LongFunction<Hold> holds;
    private final @Nullable Runnable over;
    private final Waiter waiter;
    private final Alarm limit = new Limit();

    AsyncAcquire(
            Ownership ownership,
            Seam seam,
            @Nullable Executor executor,
            long startNanos,
            Supplier<MutexTimeoutException> timedOut,
            LongFunction<Hold> holds,
            @Nullable Runnable over) {
        this.ownership = ownership;
        this.seam = seam;
        this.executor = executor;
        this.timedOut = timedOut;
        this.holds = holds;
        this.over = over;
        this.waiter = new Waiter(startNanos, this);
    }

    /** Joins the queue, for a span at most. */
    void await(long startNanos, long limitNanos) {
        seam.checkpoint();
        long token = ownership.join(waiter);
        if (token != Ownership.NONE) {
            end(token);
            return;
        }
        try {
            seam.schedule(limit, startNanos + limitNanos);
        } catch (Throwable noTimer) {
            if (ownership.abandon(waiter)) {
                fail(noTimer);
                over();
            }
        }
        if (waiter.turn != Waiter.WAITING) {
            seam.cancel(limit); // it was over before it could be taken back
        }
    }

    /** The mutex is ours: called once, by who handed it over, outside the monitor. */
    void granted() {
        seam.cancel(limit);
        seam.execute(executor, () -> end(waiter.turn));
    }

    private void end(long token) {
        Hold hold;
        try {
            hold = holds.apply(token);
        } catch (Throwable failure) {
            fail(failure);
            over();
            return;
        }
        hold.whenReleased(over);
        if (!succeed(hold)) {
            hold.close();
        }
    }

    private void expire() {
        fail(timedOut.get());
        over();
    }

    private void over() {
        if (over != null) {
            over.run();
        }
    }

    @Override
    protected void settled(Hold hold, @Nullable Throwable failure) {
        throw new IllegalStateException("an acquire follows no stage");
    }

    @Override
    protected void abandoned(@Nullable Throwable failure) {
        if (ownership.abandon(waiter)) {
            seam.cancel(limit);
            over();
        }
    }
}
