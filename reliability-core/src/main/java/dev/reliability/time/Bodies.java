package dev.reliability.time;

import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import dev.reliability.base.Carried;
import dev.reliability.base.Chain;
import dev.reliability.base.InterruptedWait;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one {@link Timeout} that run on an executor, so that their callers can go on without them (rule
 * DEADLINE-13).
 *
 * <pre>
 *   WAITING --- a thread takes it ---&gt; RUNNING --- it ends ---&gt; ENDED           the caller has its outcome
 *      |                                  |
 *      |                                  '--- the caller gives up ---&gt; ABANDONED --- it ends --------------.
 *      '--- the caller gives up ---&gt; ABANDONED --- a thread takes it, and does nothing -----------------&gt; (counted down)
 * </pre>
 *
 * <p>The compare-and-set out of RUNNING is the one decision between outcome and limit. On its thread the task runs under
 * the same limit, which interrupts it there and takes the interrupt back: see {@link Timeout#limited}.
 *
 * <p>One that is abandoned before its turn lets go of its task, but the executor keeps the rest until it takes it: so it
 * counts until then. Else calls to an executor that is stuck would fill its queue.
 *
 * <p>Memory ordering: the outcome is written before the volatile write of ENDED and read after the read of it. The work
 * is written before the executor has it, and taken away only by who has moved the state out of WAITING.
 */
final class Bodies {
    private final String limit;
    private final Executor executor;
    private final int maxAbandoned;
    private final AtomicInteger abandoned =
            new AtomicInteger(); // that have not ended, or wait for their turn to be left out

    Bodies(String limit, Executor executor, int maxAbandoned) {
        this.limit = limit;
        this.executor = executor;
        this.maxAbandoned = maxAbandoned;
    }

    <T extends @Nullable Object, X extends Exception> T run(
            Timeout timeout, Deadline own, Deadline bound, Chain inner, InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException {
        int still = abandoned.get();
        if (still >= maxAbandoned) {
            throw new RejectedExecutionException(
                    limit + " refuses the call: " + still + " abandoned tasks still run, and " + maxAbandoned + " may");
        }
        Carried carried = Carried.whileWaiting();
        Body<T, X> body = new Body<>(
                timeout,
                own,
                bound,
                carried,
                () -> Carried.<T, Exception>bind(
                        carried, () -> timeout.<T, X>limited(Ambient.slot(), own, bound, inner, task)));
        executor.execute(body);
        return body.await();
    }

    @Override
    public String toString() {
        return abandoned.get() + " of " + maxAbandoned + " abandoned tasks run";
    }

    private enum State {
        WAITING,
        RUNNING,
        ENDED,
        ABANDONED
    }

    private final class Body<T extends @Nullable Object, X extends Exception> implements Runnable {
        private final Timeout timeout;
        private final Deadline own;
        private final Deadline bound;
        private final Carried carried;
        private final Seam seam;
        private final long startNanos;
        private final Thread caller = Thread.currentThread();
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private @Nullable Task<T, Exception> work; // null: it is never to be run
        private @Nullable T value;
        private @Nullable Throwable failure;

        Body(Timeout timeout, Deadline own, Deadline bound, Carried carried, Task<T, Exception> work) {
            this.timeout = timeout;
            this.own = own;
            this.bound = bound;
            this.carried = carried;
            this.work = work;
            this.seam = Seam.of(bound.time());
            this.startNanos = seam.nanoTime();
        }

        @Override
        public void run() {
            Task<T, Exception> mine = work;
            if (mine == null || !state.compareAndSet(State.WAITING, State.RUNNING)) {
                abandoned.decrementAndGet();
                return;
            }
            try {
                value = mine.call();
            } catch (InterruptedWait interrupted) {
                failure = Thread.currentThread() == caller ? interrupted : interrupted.forAnotherThread();
            } catch (Throwable thrown) {
                failure = thrown;
            }
            if (state.compareAndSet(State.RUNNING, State.ENDED)) {
                seam.unpark(caller);
            } else {
                abandoned.decrementAndGet();
                timeout.dispose(value, null);
            }
        }

        T await() throws X {
            while (state.get() != State.ENDED) {
                long now = seam.nanoTime();
                long left = bound.atNanos() - now;
                if (left <= 0 && abandon()) {
                    throw timeout.exceeded(own, bound, now - startNanos, null);
                }
                if (Thread.interrupted()) {
                    if (abandon()) {
                        throw new InterruptedWait("interrupted while waiting for a task under " + limit);
                    }
                    caller.interrupt(); // the outcome is there, and the interrupt is for what comes next
                    break;
                }
                seam.parkNanos(this, left);
            }
            return outcome();
        }

        /** Whether the call goes on without the task; false if that has just ended. */
        private boolean abandon() {
            seam.checkpoint();
            abandoned.incrementAndGet(); // before the thread that runs it can see it, and count down
            if (state.compareAndSet(State.WAITING, State.ABANDONED)) {
                work = null;
                carried.waitIsOver();
                return true;
            }
            if (state.compareAndSet(State.RUNNING, State.ABANDONED)) {
                carried.waitIsOver();
                return true;
            }
            abandoned.decrementAndGet();
            return false;
        }

        @SuppressWarnings({"unchecked", "NullAway"}) // the task threw it, so its X admits it; null where T admits it
        private T outcome() throws X {
            if (failure != null) {
                throw (X) failure;
            }
            return value;
        }
    }
}
