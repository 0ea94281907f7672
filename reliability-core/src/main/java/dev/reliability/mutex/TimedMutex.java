package dev.reliability.mutex;

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
import dev.reliability.time.Deadline;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The policy that runs one task at a time, and a mutual exclusion lock whose every wait has a limit.
 *
 * <p>{@link #call} and its siblings hold the mutex while the task runs and give it back when the task ends, by value,
 * exception or {@link Error}. {@link #acquire()} and {@link #tryAcquire()} give a {@link Hold} instead, to be closed by
 * whichever thread:
 *
 * <pre>{@code
 * try (Hold hold = drain.acquire(Duration.ofMillis(200))) {
 *     ...
 * }
 * }</pre>
 *
 * <p><b>Waiting.</b> A thread that finds the mutex held waits, first come first served, until it gets the mutex, is
 * interrupted, or its limit has passed: then it throws {@link MutexTimeoutException}, which says who is in the way. The
 * limit is that of the call, or the ambient {@link Deadline} if that is sooner; a span of zero or less is one try. A free
 * mutex is taken without looking at the ambient deadline or any clock. A thread that gives up passes its turn on.
 *
 * <p><b>Overtaking.</b> A thread that arrives when the mutex is free takes it, even before threads that have waited: so
 * the mutex is not idle while they wake up. But a thread that has waited longer than the {@linkplain
 * Builder#starvationLimit starvation limit} is handed the mutex by the next release, and from then on nobody overtakes
 * it. With {@link Builder#fair} every release hands over.
 *
 * <p><b>Not reentrant.</b> A thread inside a call that waits for the same mutex would wait for itself: it gets {@link
 * IllegalStateException} at once. A {@link Hold} may be closed by another thread, so a thread that has acquired one and
 * acquires again waits, and the exception at the end of the wait says that this very thread holds the mutex.
 *
 * <p>Thread-safe. What the holder does before it gives the mutex back happens-before everything that the next one does.
 * While nobody else wants the mutex, a call reads no clock and makes no object.
 */
public final class TimedMutex extends Layer {
    private final String name;
    private final Seam seam;
    private final long waitNanos;
    private final boolean timing;
    private final @Nullable Executor executor;
    private final @Nullable EventListener listener;
    private final long reportNanos; // 0: holds are not watched
    private final Ownership ownership;

    private TimedMutex(Builder builder, String name) {
        this.name = name;
        this.seam = Seam.of(builder.time);
        this.waitNanos = Nanos.of(builder.wait);
        this.timing = builder.timing;
        this.executor = builder.executor;
        this.listener = builder.listener;
        this.reportNanos = builder.reportAfter == null ? 0 : Nanos.of(builder.reportAfter);
        this.ownership = new Ownership(seam, builder.fair, Nanos.of(builder.starvationLimit), timing);
    }

    /**
     * A mutex with the default options.
     *
     * @param name what it guards, for messages
     * @param wait how long {@link #call} and {@link #acquire()} wait at most; zero or negative is one try; more than 100
     *     years count as 100
     * @return a new mutex, free
     */
    public static TimedMutex of(String name, Duration wait) {
        return builder(name, wait).build();
    }

    /**
     * The options of a mutex.
     *
     * @param name what it guards, for messages
     * @param wait how long {@link #call} and {@link #acquire()} wait at most; zero or negative is one try; more than 100
     *     years count as 100
     * @return a builder with the defaults
     */
    public static Builder builder(String name, Duration wait) {
        return new Builder(requireNonNull(name, "name"), requireNonNull(wait, "wait"));
    }

    /**
     * Acquires the mutex, waiting as long as the mutex was made to wait.
     *
     * @return the hold, to be closed
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it holds nothing
     * @throws MutexTimeoutException if the mutex was not acquired in time
     * @throws IllegalStateException if the thread is inside a call of this mutex
     */
    public Hold acquire() throws InterruptedException {
        return acquireWithin(waitNanos);
    }

    /**
     * Acquires the mutex, waiting for a span.
     *
     * @param wait how long to wait at most; zero or negative is one try; more than 100 years count as 100
     * @return the hold, to be closed
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it holds nothing
     * @throws MutexTimeoutException if the mutex was not acquired in time
     * @throws IllegalStateException if the thread is inside a call of this mutex
     */
    public Hold acquire(Duration wait) throws InterruptedException {
        return acquireWithin(Nanos.of(requireNonNull(wait, "wait")));
    }

    /**
     * Acquires the mutex, waiting until a deadline.
     *
     * @param deadline when to give up; one that has expired is a refusal, even if the mutex is free. Of a deadline on
     *     another time source what is left at the call counts.
     * @return the hold, to be closed
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it holds nothing
     * @throws MutexTimeoutException if the mutex was not acquired in time
     * @throws IllegalStateException if the thread is inside a call of this mutex
     */
    public Hold acquire(Deadline deadline) throws InterruptedException {
        long left = requireNonNull(deadline, "deadline").remainingNanos();
        if (left > 0) {
            return acquireWithin(left);
        }
        throwIfInterrupted();
        throw timedOut("since its deadline had passed", 0);
    }

    /**
     * Acquires the mutex if it is free. Never waits, whatever the interrupt flag and the ambient deadline say; overtakes
     * threads that wait, within the starvation limit.
     *
     * @return the hold, to be closed; null if the mutex is held
     */
    public @Nullable Hold tryAcquire() {
        long token = ownership.tryTake();
        return token == Ownership.NONE ? null : hold(token);
    }

    /**
     * Acquires the mutex without blocking, waiting as long as the mutex was made to wait.
     *
     * @return see {@link #acquireAsync(Duration)}
     */
    public CompletableFuture<Hold> acquireAsync() {
        return acquireAsyncWithin(waitNanos, null);
    }

    /**
     * Acquires the mutex without blocking. A mutex that is held is waited for in the same queue as threads wait in, and
     * handed over when its turn has come. What depends on the future runs on the mutex's executor, or on the calling
     * thread if the mutex was free.
     *
     * <p>Cancelling the future passes the turn on. A hold that comes for a future which has ended is given back.
     *
     * @param wait how long to wait at most, or until the ambient deadline if that is sooner; zero or negative is one try;
     *     more than 100 years count as 100
     * @return the future hold, to be closed; fails with {@link MutexTimeoutException}
     */
    public CompletableFuture<Hold> acquireAsync(Duration wait) {
        return acquireAsync(wait, null);
    }

    /** Once the hold has ended, or the wait without one, something is run. */
    CompletableFuture<Hold> acquireAsync(Duration wait, @Nullable Runnable over) {
        return acquireAsyncWithin(Nanos.of(requireNonNull(wait, "wait")), over);
    }

    private CompletableFuture<Hold> acquireAsyncWithin(long ownLimitNanos, @Nullable Runnable over) {
        long token = ownership.tryTake();
        if (token != Ownership.NONE) {
            Hold hold = hold(token);
            hold.whenReleased(over);
            return CompletableFuture.completedFuture(hold);
        }
        Deadline ambient = Deadline.current();
        long leftNanos = ambient == null ? Long.MAX_VALUE : ambient.remainingNanos();
        long limitNanos = Math.min(ownLimitNanos, leftNanos);
        String limit = limitText(limitNanos, leftNanos < ownLimitNanos);
        if (limitNanos <= 0) {
            MutexTimeoutException refusal = timedOut(limit, 0);
            if (over != null) {
                over.run();
            }
            return CompletableFuture.failedFuture(refusal);
        }
        long startNanos = seam.nanoTime();
        Thread asking = Thread.currentThread();
        Object wait = Flight.beginWait();
        AsyncAcquire acquire = new AsyncAcquire(
                ownership,
                seam,
                executor,
                startNanos,
                () -> {
                    Flight.endWait(wait, "mutex", name, false);
                    return timedOut(limit, seam.nanoTime() - startNanos);
                },
                granted -> {
                    Flight.endWait(wait, "mutex", name, true);
                    return hold(granted, asking);
                },
                over);
        acquire.await(startNanos, limitNanos);
        return acquire;
    }

    private Hold acquireWithin(long limitNanos) throws InterruptedException {
        throwIfInterrupted();
        long token = ownership.tryTake();
        return hold(token == Ownership.NONE ? await(limitNanos) : token);
    }

    private static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private Hold hold(long token) {
        return hold(token, Thread.currentThread());
    }

    /** The mutex is ours already: if there is no memory for the object, it must be given back. */
    private Hold hold(long token, Thread thread) {
        try {
            Hold hold = new Hold(ownership, token, thread);
            LongHold watch = watch(token, thread);
            if (watch != null) {
                hold.whenReleased(() -> seam.cancel(watch));
            }
            ownership.heldBy(hold);
            return hold;
        } catch (Throwable failure) {
            boolean unused = ownership.release(token);
            throw failure;
        }
    }

    private @Nullable LongHold watch(long token, Thread holding) {
        return reportNanos == 0 || listener == null
                ? null
                : LongHold.watch(name, seam, listener, ownership, token, holding, reportNanos);
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        long token = ownership.tryTake();
        if (token == Ownership.NONE) {
            token = awaitInCall();
        }
        LongHold watch = null;
        try {
            ownership.heldBy(Thread.currentThread());
            if (reportNanos > 0) {
                watch = watch(token, Thread.currentThread());
            }
            T value = inner.<T, X>proceed(task);
            ownership.releaseCall(token);
            return value;
        } catch (Throwable failure) {
            ownership.abandoned = token;
            ownership.releaseFailedCall(token);
            throw failure;
        } finally {
            if (watch != null) {
                seam.cancel(watch);
            }
        }
    }

    @Override
    protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        return executeAsync(inner, task, null);
    }

    /** Once the mutex has been given back, or was not acquired, something is run. */
    <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task, @Nullable Runnable over) {
        long token = ownership.tryTake();
        if (token == Ownership.NONE) {
            AsyncHeldCall<T> call = new AsyncHeldCall<>(inner, task);
            call.after(acquireAsyncWithin(waitNanos, over));
            return call;
        }
        Hold hold;
        try {
            hold = hold(token);
        } catch (Throwable failure) {
            if (over != null) {
                over.run();
            }
            return CompletableFuture.failedFuture(failure);
        }
        hold.whenReleased(over);
        CompletionStage<T> stage;
        try {
            stage = inner.proceedAsync(task);
        } catch (Throwable failure) {
            hold.close();
            return CompletableFuture.failedFuture(failure);
        }
        if (Stages.hasEnded(stage)) {
            hold.close();
            return stage;
        }
        AsyncHeldCall<T> call = new AsyncHeldCall<>(inner, null);
        call.running(hold, stage);
        return call;
    }

    private long awaitInCall() {
        try {
            return await(waitNanos);
        } catch (InterruptedException e) {
            throw new InterruptedWait("interrupted while waiting for mutex \"" + name + "\"");
        }
    }

    private long await(long ownLimitNanos) throws InterruptedException {
        if (ownership.isInCallOfThisThread()) {
            throw new IllegalStateException(
                    "mutex \"" + name + "\" cannot be acquired by a thread that is inside a call of"
                            + " it: it is not reentrant; acquire it once, outside");
        }
        Deadline ambient = Deadline.current();
        long leftNanos = ambient == null ? Long.MAX_VALUE : ambient.remainingNanos();
        long limitNanos = Math.min(ownLimitNanos, leftNanos);
        long startNanos = seam.nanoTime();
        Object wait = Flight.beginWait();
        long token = Ownership.NONE;
        try {
            token = ownership.take(startNanos, limitNanos);
        } finally {
            Flight.endWait(wait, "mutex", name, token != Ownership.NONE);
        }
        if (token == Ownership.NONE) {
            throw timedOut(
                    limitText(limitNanos, leftNanos < ownLimitNanos),
                    limitNanos <= 0 ? 0 : seam.nanoTime() - startNanos);
        }
        return token;
    }

    private static String limitText(long limitNanos, boolean ambient) {
        String limit = limitNanos <= 0 ? "at once" : "within " + Nanos.text(limitNanos);
        return ambient ? limit + ", all that the ambient deadline left" : limit;
    }

    private MutexTimeoutException timedOut(String limit, long waitedNanos) {
        String who = ownership.isHeldByThisThread() ? "this very thread, " : "";
        Snapshot seen = snapshot();
        String holding = seen.held() ? "held by " + who + describe(seen) : "free by now";
        return new MutexTimeoutException(name, limit, holding, waitedNanos, seen);
    }

    private String describe(Snapshot seen) {
        String who = seen.holder() == null ? "a thread not known yet" : "\"" + seen.holder() + "\"";
        return who + (timing ? " for " : " for at least ") + Nanos.text(Nanos.of(seen.heldAtLeast()));
    }

    /**
     * The name of this mutex.
     *
     * @return what it guards
     */
    public String name() {
        return name;
    }

    /**
     * Whether somebody holds the mutex.
     *
     * @return true if it is held at this moment, which may be over when the caller looks at the answer
     */
    public boolean isHeld() {
        return ownership.isHeld();
    }

    /**
     * The state of the mutex, for people and metrics.
     *
     * @return what is known at this moment
     */
    public Snapshot snapshot() {
        return ownership.snapshot(seam.nanoTime());
    }

    @Override
    public String toString() {
        Snapshot now = snapshot();
        return "TimedMutex[\"" + name + "\", " + (now.held() ? "held by " + describe(now) : "free") + ", "
                + now.waiting() + " waiting]";
    }

    /**
     * The state of a mutex at one moment.
     *
     * @param held whether somebody holds it
     * @param holder the name of the thread that acquired the present hold, or "#" and its number if it has none; null
     *     if it is free or changes hands
     * @param heldAtLeast how long the present hold has lasted: since a waiting thread first saw it, or since it was
     *     acquired if the mutex keeps the time; zero if nobody has seen it
     * @param waiting how many threads wait
     */
    public record Snapshot(boolean held, @Nullable String holder, Duration heldAtLeast, int waiting) {}

    /** The options of a {@link TimedMutex}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final Duration wait;
        private boolean fair;
        private Duration starvationLimit = Duration.ofMillis(1);
        private boolean timing;
        private @Nullable Executor executor;
        private @Nullable EventListener listener;
        private @Nullable Duration reportAfter;
        private TimeSource time = TimeSource.system();

        private Builder(String name, Duration wait) {
            this.name = name;
            this.wait = wait;
        }

        /**
         * Says whether every release hands the mutex to the thread that has waited longest. That makes waits even, and
         * the mutex slower: it is idle while that thread wakes up.
         *
         * @param fair false by default
         * @return this
         */
        public Builder fair(boolean fair) {
            this.fair = fair;
            return this;
        }

        /**
         * Sets how long a thread waits before nobody may overtake it any more.
         *
         * @param limit zero or positive, 1 ms by default; more than 100 years count as 100
         * @return this
         */
        public Builder starvationLimit(Duration limit) {
            this.starvationLimit = requireNonNull(limit, "limit");
            return this;
        }

        /**
         * Says whether the mutex keeps the time at which it was acquired, so that a time-out tells exactly how long it
         * has been held. Costs a reading of the clock for each acquisition.
         *
         * @param timing false by default
         * @return this
         */
        public Builder timing(boolean timing) {
            this.timing = timing;
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
         * Reports holds that last long: see {@link MutexEvent.HeldLong}. The mutex stays held. Each acquisition then sets a
         * timer.
         *
         * @param limit how long a hold may last before it is reported; positive; more than 100 years count as 100
         * @param listener who is told, on a thread of its own; none by default
         * @return this
         */
        public Builder reportHolds(Duration limit, EventListener listener) {
            this.reportAfter = requireNonNull(limit, "limit");
            this.listener = requireNonNull(listener, "listener");
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
         * Makes the mutex.
         *
         * @return a new mutex, free
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         */
        public TimedMutex build() {
            check();
            return buildNamed(name);
        }

        /**
         * Makes mutexes of these options, one for each key.
         *
         * @param <K> the type of the keys
         * @return no mutex yet; changes to this builder do not concern it
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         */
        public <K> KeyedMutex<K> buildKeyed() {
            check();
            return new KeyedMutex<>(copy());
        }

        private void check() {
            Duration report = reportAfter;
            new Problems()
                    .check(!starvationLimit.isNegative(), "starvationLimit", "zero or positive", starvationLimit)
                    .check(
                            report == null || !(report.isNegative() || report.isZero()),
                            "limit of reported holds",
                            "positive",
                            String.valueOf(report))
                    .throwIfAny();
        }

        private Builder copy() {
            Builder copy = new Builder(name, wait);
            copy.fair = fair;
            copy.starvationLimit = starvationLimit;
            copy.timing = timing;
            copy.executor = executor;
            copy.listener = listener;
            copy.reportAfter = reportAfter;
            copy.time = time;
            return copy;
        }

        TimedMutex buildNamed(String ofKey) {
            return new TimedMutex(this, ofKey);
        }

        String name() {
            return name;
        }

        Runnable checkpoint() {
            return Seam.of(time)::checkpoint;
        }
    }
}
