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
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The policy that limits how often something is done: {@code permits} times in each span {@code per}.
 *
 * <p>{@link #call} and its siblings take a permit before they run the task. {@link #acquire()} and {@link #tryAcquire()}
 * take permits by hand. A permit is used up when it is taken: nothing is given back.
 *
 * <p><b>The bound.</b> Permits come evenly spaced, one each {@code per / permits} (rounded up to a whole nanosecond), and
 * those that nobody takes are kept, up to {@code burst}. So in any window of the length {@code per}, wherever it begins,
 * at most {@code permits + burst - 1} permits are taken: with the default burst of 1 never more than {@code permits}. A
 * new limiter has its whole burst. The algorithm is the generic cell rate algorithm of ITU-T I.371. What counts is the
 * instant at which a permit is taken; what a thread does with it later the limiter does not see.
 *
 * <p><b>Waiting.</b> A caller that finds no permit waits, first come first served, and nobody overtakes: while somebody
 * waits, every other caller queues or is refused, {@link #tryAcquire()} included. How long a caller will wait is known
 * beforehand. If that is longer than its limit, or not shorter than what the ambient {@link dev.reliability.time.Deadline}
 * leaves, it is refused at once by a {@link LimitExceededException} that carries the wait as a hint. Who gives up waiting
 * leaves nothing behind: those behind it move up. A permit that is there is taken without looking at the deadline.
 *
 * <p><b>Late threads.</b> A waiting thread that the machine wakes up late takes its permit late, and those that follow
 * keep their distance: the bound holds, and some of the rate is lost. A burst of 2 or more makes up for it.
 *
 * <p>Thread-safe. Taking a permit orders no memory accesses between callers. While permits are there, a call reads the
 * clock once, makes no object and takes no lock.
 */
public final class RateLimiter extends Layer {
    private final Seam seam;
    private final long maxWaitNanos;
    private final int burst;
    private final @Nullable Executor executor;
    private final Teller teller;
    private final Gcra rate;
    private final RateQueue queue;

    private RateLimiter(Builder builder) {
        this.seam = Seam.of(builder.time);
        this.maxWaitNanos = builder.maxWait == null ? Nanos.of(builder.per) : Nanos.of(builder.maxWait);
        this.burst = builder.burst;
        this.executor = builder.executor;
        this.rate = new Gcra(seam, builder.intervalNanos(), burst);
        this.queue = new RateQueue(seam, rate);
        this.teller = new Teller(
                builder.name,
                "rate limiter \"" + builder.name + "\"",
                builder.permits + " per " + Nanos.text(Nanos.of(builder.per)) + ", burst " + burst,
                builder.listener);
    }

    /**
     * A rate limiter with the default options.
     *
     * @param name what it limits, for messages
     * @param permits how many permits there are in each span; at least 1, and at most one for each nanosecond of the span
     * @param per the span; positive; more than 100 years count as 100
     * @return a new limiter
     * @throws IllegalArgumentException if a value is out of its range, with all that is wrong
     */
    public static RateLimiter of(String name, int permits, Duration per) {
        return builder(name, permits, per).build();
    }

    /**
     * The options of a rate limiter.
     *
     * @param name what it limits, for messages
     * @param permits how many permits there are in each span; at least 1, and at most one for each nanosecond of the span
     * @param per the span; positive; more than 100 years count as 100
     * @return a builder with the defaults
     */
    public static Builder builder(String name, int permits, Duration per) {
        return new Builder(requireNonNull(name, "name"), permits, requireNonNull(per, "per"));
    }

    /**
     * Takes a permit, waiting as long as the limiter was made to wait.
     *
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it has taken nothing
     * @throws LimitExceededException if the wait would be, or became, longer than allowed
     */
    public void acquire() throws InterruptedException {
        acquireWithin(1, maxWaitNanos);
    }

    /**
     * Takes a permit, waiting for a span.
     *
     * @param wait how long to wait at most; zero or negative is one try; more than 100 years count as 100
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it has taken nothing
     * @throws LimitExceededException if the wait would be, or became, longer than allowed
     */
    public void acquire(Duration wait) throws InterruptedException {
        acquire(1, wait);
    }

    /**
     * Takes several permits together, waiting for a span.
     *
     * @param permits how many; from 1 to the burst, since more are never there together
     * @param wait how long to wait at most; zero or negative is one try; more than 100 years count as 100
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared, and it has taken nothing
     * @throws LimitExceededException if the wait would be, or became, longer than allowed
     * @throws IllegalArgumentException if the number of permits is out of its range
     */
    public void acquire(int permits, Duration wait) throws InterruptedException {
        acquireWithin(checked(permits), Nanos.of(requireNonNull(wait, "wait")));
    }

    /**
     * Takes a permit if it is there and nobody waits. Never waits, whatever the interrupt flag and the ambient deadline
     * say.
     *
     * @return whether a permit was taken
     */
    public boolean tryAcquire() {
        return tryTake(1);
    }

    /**
     * Takes several permits together if they are there and nobody waits. Never waits.
     *
     * @param permits how many; from 1 to the burst, since more are never there together
     * @return whether the permits were taken: all of them or none
     * @throws IllegalArgumentException if the number of permits is out of its range
     */
    public boolean tryAcquire(int permits) {
        return tryTake(checked(permits));
    }

    /**
     * Takes a permit without blocking, waiting as long as the limiter was made to wait.
     *
     * @return see {@link #acquireAsync(int, Duration)}
     */
    public CompletableFuture<@Nullable Void> acquireAsync() {
        return acquireAsyncWithin(1, maxWaitNanos);
    }

    /**
     * Takes several permits together without blocking. They are waited for in the same queue as threads wait in. What
     * depends on the future runs on the limiter's executor, or on the calling thread if the permits were there.
     *
     * <p>Cancelling the future gives up waiting. Permits that were taken just before are used up.
     *
     * @param permits how many; from 1 to the burst, since more are never there together
     * @param wait how long to wait at most, or until the ambient deadline if that is sooner; zero or negative is one try;
     *     more than 100 years count as 100
     * @return completed with null when the permits are taken; fails with {@link LimitExceededException}
     * @throws IllegalArgumentException if the number of permits is out of its range
     */
    public CompletableFuture<@Nullable Void> acquireAsync(int permits, Duration wait) {
        return acquireAsyncWithin(checked(permits), Nanos.of(requireNonNull(wait, "wait")));
    }

    private CompletableFuture<@Nullable Void> acquireAsyncWithin(int permits, long limitNanos) {
        long wait = queue.tryTake(permits);
        return wait == Gcra.TAKEN ? CompletableFuture.completedFuture(null) : awaitAsync(permits, wait, limitNanos);
    }

    private CompletableFuture<@Nullable Void> awaitAsync(int permits, long expectedNanos, long ownLimitNanos) {
        Patience patience = Patience.of(ownLimitNanos);
        if (expectedNanos > patience.nanos()) {
            return CompletableFuture.failedFuture(teller.refusal(patience, 0, expectedNanos, queue.size()));
        }
        long startNanos = seam.nanoTime();
        Waiting waiting = new Waiting(permits, startNanos, patience);
        waiting.await(startNanos, patience.nanos());
        return waiting;
    }

    /** An acquire that waits without a thread; what it has taken is used up, whether anybody wants it or not. */
    private final class Waiting extends AsyncAcquire<@Nullable Void> {
        private final int permits;
        private final long startNanos;
        private final Patience patience;
        private final @Nullable Object wait = Flight.beginWait();

        Waiting(int permits, long startNanos, Patience patience) {
            super(queue, seam, executor, permits);
            this.permits = permits;
            this.startNanos = startNanos;
            this.patience = patience;
        }

        @Override
        @SuppressWarnings("NullAway") // what is acquired is nothing
        @Nullable
        Void admission() {
            Flight.endWait(wait, "limiter", teller.name(), true);
            tellWaited(startNanos);
            return null;
        }

        @Override
        void giveBack(@Nullable Void admission) {}

        @Override
        Throwable refusal() {
            Flight.endWait(wait, "limiter", teller.name(), false);
            long now = seam.nanoTime();
            return teller.refusal(patience, now - startNanos, queue.hint(now, permits), queue.size());
        }
    }

    private boolean tryTake(int permits) {
        long wait = queue.tryTake(permits);
        if (wait != Gcra.TAKEN) {
            teller.refused(0, wait);
        }
        return wait == Gcra.TAKEN;
    }

    private int checked(int permits) {
        new Problems()
                .check(permits >= 1 && permits <= burst, "permits", "from 1 to the burst of " + burst, permits)
                .throwIfAny();
        return permits;
    }

    private void acquireWithin(int permits, long limitNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long wait = queue.tryTake(permits);
        if (wait != Gcra.TAKEN) {
            await(permits, wait, limitNanos);
        }
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        long wait = queue.tryTake(1);
        if (wait != Gcra.TAKEN) {
            awaitInCall(wait);
        }
        return inner.<T, X>proceed(task);
    }

    private void awaitInCall(long expectedNanos) {
        try {
            await(1, expectedNanos, maxWaitNanos);
        } catch (InterruptedException e) {
            throw new InterruptedWait("interrupted while waiting for " + teller.title());
        }
    }

    private void await(int permits, long expectedNanos, long ownLimitNanos) throws InterruptedException {
        Patience patience = Patience.of(ownLimitNanos);
        if (expectedNanos > patience.nanos()) {
            throw teller.refusal(patience, 0, expectedNanos, queue.size());
        }
        long startNanos = seam.nanoTime();
        long wait = take(permits, startNanos, patience.nanos());
        if (wait != Gcra.TAKEN) {
            throw teller.refusal(patience, seam.nanoTime() - startNanos, wait, queue.size());
        }
        tellWaited(startNanos);
    }

    private long take(int permits, long startNanos, long limitNanos) throws InterruptedException {
        Object recorded = Flight.beginWait();
        boolean taken = false;
        try {
            long wait = queue.take(permits, startNanos, limitNanos);
            taken = wait == Gcra.TAKEN;
            return wait;
        } finally {
            Flight.endWait(recorded, "limiter", teller.name(), taken);
        }
    }

    private void tellWaited(long startNanos) {
        if (teller.isHeard()) {
            teller.waited(seam.nanoTime() - startNanos);
        }
    }

    @Override
    protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        long wait = queue.tryTake(1);
        if (wait == Gcra.TAKEN) {
            return inner.proceedAsync(task);
        }
        AsyncLimitedCall<T> call = new AsyncLimitedCall<>(inner, task);
        call.after(awaitAsync(1, wait, maxWaitNanos));
        return call;
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
        long now = seam.nanoTime();
        int waiting = queue.size();
        int available = waiting > 0 ? 0 : rate.available(now);
        return new Snapshot(available, Duration.ofNanos(queue.waitNanos(now, 1)), waiting);
    }

    @Override
    public String toString() {
        Snapshot now = snapshot();
        return "RateLimiter[\"" + name() + "\", " + teller.limit() + ", " + now.available() + " available, "
                + now.waiting() + " waiting]";
    }

    /**
     * The state of a rate limiter at one moment.
     *
     * @param available how many permits a caller could take at once; none while somebody waits
     * @param nextIn how long a caller that comes now waits for one permit; zero if it need not wait
     * @param waiting how many callers wait
     */
    public record Snapshot(int available, Duration nextIn, int waiting) {}

    /** The options of a {@link RateLimiter}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final int permits;
        private final Duration per;
        private int burst = 1;
        private @Nullable Duration maxWait;
        private @Nullable EventListener listener;
        private @Nullable Executor executor;
        private TimeSource time = TimeSource.system();

        private Builder(String name, int permits, Duration per) {
            this.name = name;
            this.permits = permits;
            this.per = per;
        }

        /**
         * Sets how many permits are kept while nobody takes them, so that as many can be taken together. Each one above
         * the first adds one to what a window can see.
         *
         * @param permits from 1 to the permits per span, or to those of 100 years if that is more; 1 by default
         * @return this
         */
        public Builder burst(int permits) {
            this.burst = permits;
            return this;
        }

        /**
         * Sets how long {@link #call} and {@link #acquire()} wait at most.
         *
         * @param wait zero or negative is one try; the span of the rate by default: as many callers as there are permits
         *     in it may come together; more than 100 years count as 100
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

        private long intervalNanos() {
            return (Nanos.of(per) - 1) / permits + 1;
        }

        /**
         * Makes the limiter.
         *
         * @return a new limiter, with its whole burst available
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         */
        public RateLimiter build() {
            Problems problems = new Problems()
                    .check(per.compareTo(Duration.ZERO) > 0, "per", "positive", per)
                    .check(permits >= 1, "permits", "at least 1", permits);
            if (permits >= 1 && per.compareTo(Duration.ZERO) > 0) {
                problems.check(
                        permits <= Nanos.of(per), "permits", "at most one a nanosecond", permits + " per " + per);
                long most = Math.max(permits, Nanos.MAX / intervalNanos());
                problems.check(
                        burst >= 1 && burst <= most, "burst", "from 1 to " + Math.min(most, Integer.MAX_VALUE), burst);
            } else {
                problems.check(burst >= 1, "burst", "at least 1", burst);
            }
            problems.throwIfAny();
            return new RateLimiter(this);
        }
    }
}
