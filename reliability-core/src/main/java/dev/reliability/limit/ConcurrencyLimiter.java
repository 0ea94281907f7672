package dev.reliability.limit;

import static java.util.Objects.requireNonNull;

import dev.reliability.EventListener;
import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Flight;
import dev.reliability.base.InterruptedWait;
import dev.reliability.base.Layer;
import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import dev.reliability.base.Stages;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The policy that limits how many run at a time (a bulkhead).
 *
 * <p>{@link #call} and its siblings hold a permit while the task runs and give it back when the task ends, by value,
 * exception or {@link Error}. {@link #acquire()} and {@link #tryAcquire()} give a {@link Permit} instead, to be closed by
 * whichever thread:
 *
 * <pre>{@code
 * try (var permit = connections.acquire(Duration.ofMillis(200))) {
 *     ...
 * }
 * }</pre>
 *
 * <p><b>Waiting.</b> A caller that finds all permits out waits, first come first served, until it is handed one, is
 * interrupted, or its limit has passed: then it throws {@link LimitExceededException}. The limit is that of the call, or
 * what the ambient {@link dev.reliability.time.Deadline} leaves if that is less; a span of zero or less, the default, is
 * one try. Nobody overtakes: while somebody waits, a permit that comes back is handed to the first in the queue, and
 * {@link #tryAcquire()} gets none. A free permit is taken without looking at the ambient deadline or any clock.
 *
 * <p><b>Not reentrant.</b> A call inside a call of the same limiter takes a second permit. If the limiter has one only, it
 * waits for itself, until it is refused.
 *
 * <p>Thread-safe. What the holder of a permit does before giving it back happens-before everything that the next one who
 * takes it does. While permits are free, a call reads no clock, makes no object and takes no lock.
 */
public final class ConcurrencyLimiter extends Layer {
    private final Seam seam;
    private final int max;
    private final long maxWaitNanos;
    private final @Nullable Executor executor;
    private final Teller teller;
    private final InFlight inFlight;

    private ConcurrencyLimiter(Builder builder) {
        this.seam = Seam.of(builder.time);
        this.max = builder.max;
        this.maxWaitNanos = Nanos.of(builder.maxWait);
        this.executor = builder.executor;
        this.inFlight = new InFlight(seam, max);
        this.teller = new Teller(
                builder.name, "concurrency limiter \"" + builder.name + "\"", max + " at a time", builder.listener);
    }

    /**
     * A concurrency limiter that does not wait.
     *
     * @param name what it limits, for messages
     * @param max how many permits are out at a time; at least 1
     * @return a new limiter
     * @throws IllegalArgumentException if the number is out of its range
     */
    public static ConcurrencyLimiter of(String name, int max) {
        return builder(name, max).build();
    }

    /**
     * The options of a concurrency limiter.
     *
     * @param name what it limits, for messages
     * @param max how many permits are out at a time; at least 1
     * @return a builder with the defaults
     */
    public static Builder builder(String name, int max) {
        return new Builder(requireNonNull(name, "name"), max);
    }

    /**
     * Takes a permit, waiting as long as the limiter was made to wait.
     *
     * @return the permit, to be closed
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it holds nothing
     * @throws LimitExceededException if there was no permit in time
     */
    public Permit acquire() throws InterruptedException {
        return acquireWithin(maxWaitNanos);
    }

    /**
     * Takes a permit, waiting for a span.
     *
     * @param wait how long to wait at most; zero or negative is one try; more than 100 years count as 100
     * @return the permit, to be closed
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it holds nothing
     * @throws LimitExceededException if there was no permit in time
     */
    public Permit acquire(Duration wait) throws InterruptedException {
        return acquireWithin(Nanos.of(requireNonNull(wait, "wait")));
    }

    /**
     * Takes a permit if one is free. Never waits, whatever the interrupt flag and the ambient deadline say.
     *
     * @return the permit, to be closed; null if all permits are out
     */
    public @Nullable Permit tryAcquire() {
        if (inFlight.tryTake()) {
            return permit();
        }
        teller.refused(0, Teller.UNKNOWN);
        return null;
    }

    /**
     * Takes a permit without blocking, waiting as long as the limiter was made to wait.
     *
     * @return see {@link #acquireAsync(Duration)}
     */
    public CompletableFuture<Permit> acquireAsync() {
        return acquireAsyncWithin(maxWaitNanos);
    }

    /**
     * Takes a permit without blocking. It is waited for in the same queue as threads wait in. What depends on the future
     * runs on the limiter's executor, or on the calling thread if a permit was free.
     *
     * <p>Cancelling the future gives up waiting. A permit that comes for a future which has ended is given back.
     *
     * @param wait how long to wait at most, or until the ambient deadline if that is sooner; zero or negative is one try;
     *     more than 100 years count as 100
     * @return the future permit, to be closed; fails with {@link LimitExceededException}
     */
    public CompletableFuture<Permit> acquireAsync(Duration wait) {
        return acquireAsyncWithin(Nanos.of(requireNonNull(wait, "wait")));
    }

    private CompletableFuture<Permit> acquireAsyncWithin(long ownLimitNanos) {
        if (inFlight.tryTake()) {
            return CompletableFuture.completedFuture(permit());
        }
        Patience patience = Patience.of(ownLimitNanos);
        if (patience.nanos() <= 0) {
            return CompletableFuture.failedFuture(teller.refusal(patience, 0, Teller.UNKNOWN, inFlight.waiting()));
        }
        long startNanos = seam.nanoTime();
        Waiting waiting = new Waiting(startNanos, patience);
        waiting.await(startNanos, patience.nanos());
        return waiting;
    }

    /** An acquire that waits without a thread. */
    private final class Waiting extends AsyncAcquire<Permit> {
        private final long startNanos;
        private final Patience patience;
        private final @Nullable Object wait = Flight.beginWait();

        Waiting(long startNanos, Patience patience) {
            super(inFlight, seam, executor, 1);
            this.startNanos = startNanos;
            this.patience = patience;
        }

        @Override
        Permit admission() {
            Flight.endWait(wait, "limiter", teller.name(), true);
            tellWaited(startNanos);
            return permit();
        }

        @Override
        void giveBack(Permit admission) {
            admission.close();
        }

        @Override
        Throwable refusal() {
            Flight.endWait(wait, "limiter", teller.name(), false);
            return teller.refusal(patience, seam.nanoTime() - startNanos, Teller.UNKNOWN, inFlight.waiting());
        }
    }

    private Permit acquireWithin(long limitNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (!inFlight.tryTake()) {
            await(limitNanos);
        }
        return permit();
    }

    /** The permit is ours already: if there is no memory for the object, it must be given back. */
    private Permit permit() {
        try {
            return new Permit(inFlight);
        } catch (Throwable failure) {
            inFlight.release();
            throw failure;
        }
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        if (!inFlight.tryTake()) {
            awaitInCall();
        }
        try {
            return inner.<T, X>proceed(task);
        } finally {
            inFlight.release();
        }
    }

    @Override
    protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        if (!inFlight.tryTake()) {
            AsyncLimitedCall<T> call = new AsyncLimitedCall<>(inner, task);
            call.after(acquireAsyncWithin(maxWaitNanos));
            return call;
        }
        CompletionStage<T> stage;
        try {
            stage = inner.proceedAsync(task);
        } catch (Throwable failure) {
            inFlight.release();
            return CompletableFuture.failedFuture(failure);
        }
        if (Stages.hasEnded(stage)) {
            inFlight.release();
            return stage;
        }
        AsyncLimitedCall<T> call = new AsyncLimitedCall<>(inner, null);
        call.running(permit(), stage);
        return call;
    }

    private void awaitInCall() {
        try {
            await(maxWaitNanos);
        } catch (InterruptedException e) {
            throw new InterruptedWait("interrupted while waiting for " + teller.title());
        }
    }

    private void await(long ownLimitNanos) throws InterruptedException {
        Patience patience = Patience.of(ownLimitNanos);
        if (patience.nanos() <= 0) {
            throw teller.refusal(patience, 0, Teller.UNKNOWN, inFlight.waiting());
        }
        long startNanos = seam.nanoTime();
        if (!take(startNanos, patience.nanos())) {
            throw teller.refusal(patience, seam.nanoTime() - startNanos, Teller.UNKNOWN, inFlight.waiting());
        }
        tellWaited(startNanos);
    }

    private boolean take(long startNanos, long limitNanos) throws InterruptedException {
        Object wait = Flight.beginWait();
        boolean taken = false;
        try {
            taken = inFlight.take(startNanos, limitNanos);
            return taken;
        } finally {
            Flight.endWait(wait, "limiter", teller.name(), taken);
        }
    }

    /** The permit is ours already: an Error on the way to the listener must not lose it. */
    private void tellWaited(long startNanos) {
        if (!teller.isHeard()) {
            return;
        }
        try {
            teller.waited(seam.nanoTime() - startNanos);
        } catch (Throwable failure) {
            inFlight.release();
            throw failure;
        }
    }

    /**
     * The name of this limiter.
     *
     * @return what it limits
     */
    public String name() {
        return teller.name();
    }

    /**
     * The state of the limiter, for people and metrics.
     *
     * @return what is known at this moment
     */
    public Snapshot snapshot() {
        return new Snapshot(inFlight.out(), inFlight.waiting());
    }

    @Override
    public String toString() {
        Snapshot now = snapshot();
        return "ConcurrencyLimiter[\"" + name() + "\", " + now.inFlight() + " of " + max + " in flight, "
                + now.waiting() + " waiting]";
    }

    /**
     * The state of a concurrency limiter at one moment.
     *
     * @param inFlight how many permits are out
     * @param waiting how many callers wait for one
     */
    public record Snapshot(int inFlight, int waiting) {}

    /**
     * The right to be one of those who run, until it is closed.
     *
     * <p>A permit belongs to whoever has the object, not to the thread that took it: any thread may close it. The first
     * {@link #close} gives the permit back, or hands it to the caller that has waited longest; every other one does
     * nothing. A permit that is never closed is out for ever.
     *
     * <p>Thread-safe. What a thread does before closing a permit happens-before everything that the next one who takes it
     * does.
     */
    public static final class Permit implements AutoCloseable {
        private static final VarHandle CLOSED;

        static {
            try {
                CLOSED = MethodHandles.lookup().findVarHandle(Permit.class, "closed", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final InFlight inFlight;
        private volatile boolean closed;

        Permit(InFlight inFlight) {
            this.inFlight = inFlight;
        }

        /** Gives the permit back. Never waits, never throws; does nothing if this permit was closed before. */
        @Override
        public void close() {
            if (CLOSED.compareAndSet(this, false, true)) {
                inFlight.release();
            }
        }

        @Override
        public String toString() {
            return closed ? "Permit[closed]" : "Permit[open]";
        }
    }

    /** The options of a {@link ConcurrencyLimiter}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final int max;
        private Duration maxWait = Duration.ZERO;
        private @Nullable EventListener listener;
        private @Nullable Executor executor;
        private TimeSource time = TimeSource.system();

        private Builder(String name, int max) {
            this.name = name;
            this.max = max;
        }

        /**
         * Sets how long {@link #call} and {@link #acquire()} wait at most.
         *
         * @param wait zero or negative is one try; zero by default; more than 100 years count as 100
         * @return this
         */
        public Builder maxWait(Duration wait) {
            this.maxWait = requireNonNull(wait, "wait");
            return this;
        }

        /**
         * Sets who hears the {@link LimitEvent}s.
         *
         * @param listener nobody by default
         * @return this
         */
        public Builder listener(EventListener listener) {
            this.listener = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Sets who completes the futures of asynchronous acquires and starts asynchronous calls that had to wait.
         *
         * @param executor a thread made on demand by default, a virtual one where the JVM has them. It is called on a thread
         *     of its own, so it may block, or run what it is given at once; if it refuses, that thread takes over, and the
         *     refusal goes to the uncaught-exception handler
         * @return this
         */
        public Builder executor(Executor executor) {
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets the time source.
         *
         * @param time the source; the machine's by default
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = requireNonNull(time, "time");
            return this;
        }

        /**
         * Makes the limiter.
         *
         * @return a new limiter, all permits free
         * @throws IllegalArgumentException if an option is out of its range
         */
        public ConcurrencyLimiter build() {
            new Problems().check(max >= 1, "max", "at least 1", max).throwIfAny();
            return new ConcurrencyLimiter(this);
        }
    }
}
