package dev.reliability.time;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Events;
import dev.reliability.base.InterruptedWait;
import dev.reliability.base.Layer;
import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import dev.reliability.base.Stages;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The policy that limits how long a call may take.
 *
 * <p>The limit of a call is the span of this timeout, or the ambient {@link Deadline} if that is not later; while the call
 * runs, the result is the ambient deadline. A call that begins at or after its limit is refused without running the task.
 *
 * <p><b>One decision.</b> A task that ends before the limit gives its result or its failure, unchanged. Otherwise the
 * call ends, as soon as the task does, with {@link DeadlineExceededException}; what the task threw is its cause. A value
 * that comes too late is given to {@link Builder#onLate}, or closed if it is {@link AutoCloseable}. An {@link Error}
 * reaches the caller as it is, with the exception suppressed in it.
 *
 * <p><b>What happens at the limit</b> is chosen: the calling thread is interrupted (default), nothing ({@link
 * Builder#withoutInterrupt}), or a function such as {@code statement::cancel} runs once ({@link Builder#canceller}). The
 * task runs on the calling thread: one that answers to none of these keeps the caller waiting. What an interrupt does:
 *
 * <table>
 * <caption>What an interrupt does to a task</caption>
 * <tr><th>the task is in</th><th>at the limit</th></tr>
 * <tr><td>{@code Thread.sleep}, {@code Object.wait}, {@code BlockingQueue.take}, {@code Future.get}, {@code
 * lockInterruptibly}, {@code Semaphore.acquire}</td><td>ends, with InterruptedException</td></tr>
 * <tr><td>a wait of this library</td><td>ends, as that wait says</td></tr>
 * <tr><td>{@code CleanupScope.close} that waits for another closer</td><td>goes on, and keeps the interrupt</td></tr>
 * <tr><td>{@code ReentrantLock.lock}, {@code synchronized}</td><td>goes on until it has the lock</td></tr>
 * <tr><td>{@code Socket} streams on a platform thread</td><td>goes on: set the socket's own timeout by {@link
 * Deadline#timeoutMillis}, or close the socket by a canceller</td></tr>
 * <tr><td>{@code Socket} streams on a virtual thread</td><td>ends, and the socket is closed</td></tr>
 * <tr><td>an interruptible channel ({@code SocketChannel}, {@code FileChannel})</td><td>ends with
 * ClosedByInterruptException; the channel is closed for all its users</td></tr>
 * <tr><td>JDBC</td><td>goes on in most drivers: use {@code Statement::cancel} as canceller</td></tr>
 * <tr><td>a script engine</td><td>up to the engine: GraalJS ends the script, others go on; the engine's own stop as
 * canceller is sure</td></tr>
 * <tr><td>a loop that computes</td><td>goes on, unless it looks at {@link Thread#isInterrupted} or calls {@link
 * Deadline#check}</td></tr>
 * </table>
 *
 * <p><b>The interrupt flag.</b> An interrupt is one bit, so two that overlap are one. If the flag is set when the limit
 * passes, no interrupt is sent and the flag stays. An interrupt from outside before the limit passes or after the task
 * has ended survives; one between the two, or one that the task is just answering by an exception when the limit passes,
 * merges with that of the limit, and the flag is clear after the call. After the
 * call no interrupt of the limit is pending. Limits nest: an inner one never swallows the interrupt of an outer one.
 *
 * <p><b>Asynchronous calls</b> have their answer in time. At the limit the stage is cancelled, or left alone, or the
 * function is run, as chosen above, and then the call fails. The function may still run when the stage ends, since nobody
 * can wait for it.
 *
 * <p>Immutable, apart from counting abandoned tasks, and thread-safe.
 */
public final class Timeout extends Layer {
    private final @Nullable String name;
    private final String limit;
    private final TimeSource time;
    private final @Nullable Deadline deadline;
    private final long spanNanos;
    private final boolean interrupt;
    private final @Nullable Action<?> canceller;
    private final @Nullable Consumer<Object> onLate;
    private final @Nullable Executor executor;
    private final @Nullable Bodies bodies;

    private Timeout(Builder builder) {
        this.name = builder.name;
        this.limit = builder.name != null
                ? "timeout \"" + builder.name + "\""
                : builder.deadline != null ? "deadline" : "timeout";
        this.time = builder.time;
        this.deadline = builder.deadline;
        this.spanNanos = Nanos.of(builder.span);
        this.interrupt = builder.interrupt;
        this.canceller = builder.canceller;
        this.onLate = builder.onLate;
        this.executor = builder.executor;
        this.bodies = builder.bodies == null ? null : new Bodies(limit, builder.bodies, builder.maxAbandoned);
    }

    /**
     * A timeout that interrupts the calling thread.
     *
     * @param span how long each call may take; positive; more than 100 years count as 100
     * @return the policy
     * @throws IllegalArgumentException if the span is zero or negative
     */
    public static Timeout of(Duration span) {
        return builder(span).build();
    }

    /**
     * A policy that ends calls at a deadline by interrupting the calling thread.
     *
     * @param deadline which one
     * @return the policy
     */
    public static Timeout until(Deadline deadline) {
        return builder(deadline).build();
    }

    /**
     * The options of a timeout.
     *
     * @param span how long each call may take; positive; more than 100 years count as 100
     * @return a builder with the defaults
     */
    public static Builder builder(Duration span) {
        return new Builder(requireNonNull(span, "span"), null);
    }

    /**
     * The options of a policy that ends calls at a deadline.
     *
     * @param deadline which one
     * @return a builder with the defaults
     */
    public static Builder builder(Deadline deadline) {
        return new Builder(Duration.ofNanos(1), requireNonNull(deadline, "deadline"));
    }

    @Override
    protected <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        @Nullable Object[] slot = Ambient.slot();
        Deadline before = (Deadline) slot[Ambient.DEADLINE];
        Deadline own = own();
        Deadline bound = own.shortenedBy(before);
        Seam seam = Seam.of(bound.time());
        long start = seam.nanoTime();
        if (bound.atNanos() - start <= 0) {
            throw exceeded(own, bound, 0, null);
        }
        if (bodies != null) {
            return bodies.<T, X>run(this, own, bound, inner, task);
        }
        return this.<T, X>limited(slot, own, bound, inner, task);
    }

    /** Runs the task on this thread. */
    <T extends @Nullable Object, X extends Exception> T limited(
            @Nullable Object[] slot, Deadline own, Deadline bound, Chain inner, InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException {
        Deadline before = (Deadline) slot[Ambient.DEADLINE];
        Seam seam = Seam.of(bound.time());
        long start = seam.nanoTime();
        if (bound.atNanos() - start <= 0) {
            throw exceeded(own, bound, 0, null); // the executor came to it too late
        }
        LimitedCall call = new LimitedCall(seam, interrupt, canceller, LimitedCall.endAbandoned(slot));
        T value;
        boolean inTime;
        try {
            slot[Ambient.DEADLINE] = bound;
            slot[Ambient.CALL] = call;
            seam.schedule(call, bound.atNanos());
            value = inner.<T, X>proceed(task);
            inTime = call.end(slot);
        } catch (Throwable failure) {
            slot[Ambient.DEADLINE] = before; // these two are stores: they work on a full stack too
            call.abandoned = true;
            if (call.end(slot)) {
                throw failure;
            }
            throw late(call, failure, own, bound, seam.nanoTime() - start);
        }
        slot[Ambient.DEADLINE] = before;
        if (inTime) {
            return value;
        }
        DeadlineExceededException exceeded = late(call, null, own, bound, seam.nanoTime() - start);
        dispose(value, exceeded);
        throw exceeded;
    }

    @Override
    protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task) {
        @Nullable Object[] slot = Ambient.slot();
        Deadline before = (Deadline) slot[Ambient.DEADLINE];
        Deadline own = own();
        Deadline bound = own.shortenedBy(before);
        Seam seam = Seam.of(bound.time());
        long start = seam.nanoTime();
        if (bound.atNanos() - start <= 0) {
            return CompletableFuture.failedFuture(exceeded(own, bound, 0, null));
        }
        AsyncLimit<T> limit = new AsyncLimit<>(this, own, bound, seam, start);
        CompletionStage<T> stage;
        try {
            limit.arm();
            slot[Ambient.DEADLINE] = bound;
            stage = inner.proceedAsync(task);
        } catch (Throwable failure) {
            limit.tryEnd();
            return CompletableFuture.failedFuture(failure);
        } finally {
            slot[Ambient.DEADLINE] = before;
        }
        if (Stages.hasEnded(stage) && limit.tryEnd()) {
            return stage;
        }
        limit.followInside(stage);
        return limit;
    }

    private Deadline own() {
        return deadline != null ? deadline : new Deadline(time, time.nanoTime() + spanNanos, spanNanos);
    }

    boolean cancels() {
        return interrupt;
    }

    @Nullable
    Action<?> canceller() {
        return canceller;
    }

    @Nullable
    Executor executor() {
        return executor;
    }

    private DeadlineExceededException late(
            LimitedCall call, @Nullable Throwable failure, Deadline own, Deadline bound, long ranNanos) {
        boolean interrupted = failure instanceof InterruptedException || failure instanceof InterruptedWait;
        if (interrupted && !call.wasInterrupted()) {
            Thread.currentThread().interrupt(); // it came from outside and the exception that told so goes no further
        }
        boolean isCause = !interrupted && !(failure instanceof Error);
        DeadlineExceededException exceeded = exceeded(own, bound, ranNanos, isCause ? failure : null);
        Throwable cancellerFailure = call.cancellerFailure();
        if (cancellerFailure != null) {
            exceeded.addSuppressed(cancellerFailure);
        }
        if (failure instanceof Error error) {
            attachOnce(error, exceeded);
            throw error;
        }
        return exceeded;
    }

    /** An error may be one instance that is thrown again and again, and must not grow. */
    private static void attachOnce(Error error, DeadlineExceededException exceeded) {
        synchronized (error) {
            for (Throwable attached : error.getSuppressed()) {
                if (attached instanceof DeadlineExceededException) {
                    return;
                }
            }
            error.addSuppressed(exceeded);
        }
    }

    DeadlineExceededException exceeded(Deadline own, Deadline bound, long ranNanos, @Nullable Throwable cause) {
        String binding = bound == own ? limit : "deadline";
        return new DeadlineExceededException(binding, Math.max(bound.grantedNanos(), 0), ranNanos, cause);
    }

    /** Gives a value that came too late where it belongs. */
    void dispose(@Nullable Object value, @Nullable DeadlineExceededException exceeded) {
        try {
            if (value != null && onLate != null) {
                onLate.accept(value);
            } else if (value instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Throwable failure) {
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            if (exceeded != null) {
                exceeded.addSuppressed(failure);
            } else {
                Events.report(failure);
            }
        }
    }

    @Override
    public String toString() {
        return "Timeout["
                + (name == null ? "" : "\"" + name + "\", ")
                + (deadline != null ? deadline : Nanos.text(spanNanos))
                + (bodies == null ? "]" : ", " + bodies + "]");
    }

    /** The options of a {@link Timeout}. Not thread-safe. */
    public static final class Builder {
        private static final int MAX_ABANDONED = 16;

        private final Duration span;
        private final @Nullable Deadline deadline;
        private @Nullable String name;
        private TimeSource time;
        private boolean interrupt = true;
        private @Nullable Action<?> canceller;
        private @Nullable Consumer<Object> onLate;
        private @Nullable Executor executor;
        private @Nullable Executor bodies;
        private int maxAbandoned = MAX_ABANDONED;

        private Builder(Duration span, @Nullable Deadline deadline) {
            this.span = span;
            this.deadline = deadline;
            this.time = deadline != null ? deadline.time() : TimeSource.system();
        }

        /**
         * Names the timeout in {@link DeadlineExceededException}.
         *
         * @param name what is limited; none by default
         * @return this
         */
        public Builder name(String name) {
            this.name = requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets the time source of a span; a deadline has its own.
         *
         * @param time the source; the machine's by default
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = requireNonNull(time, "time");
            return this;
        }

        /**
         * Does nothing to the task at the limit: its result is refused, and its waits in this library end.
         *
         * @return this
         */
        public Builder withoutInterrupt() {
            interrupt = false;
            canceller = null;
            return this;
        }

        /**
         * Runs a function at the limit instead of interrupting the calling thread: once, on a daemon thread of its own,
         * never after the task has ended. A task that ends meanwhile waits for it. What it throws is suppressed in the
         * {@link DeadlineExceededException}.
         *
         * @param canceller for example {@code statement::cancel} or {@code socket::close}; it must not block for long
         * @return this
         */
        public Builder canceller(Action<?> canceller) {
            this.canceller = requireNonNull(canceller, "canceller");
            interrupt = false;
            return this;
        }

        /**
         * Says what to do with a value that comes too late, instead of closing it if it is {@link AutoCloseable}.
         *
         * @param onLate called with the value, never with null, on the thread on which the task ends: the calling one, with
         *     {@link #abandonOn} the executor's, of an asynchronous call any. What it throws is suppressed in the {@link
         *     DeadlineExceededException}; of an abandoned task, whose caller has that already, it is dropped
         * @return this
         */
        public Builder onLate(Consumer<Object> onLate) {
            this.onLate = requireNonNull(onLate, "onLate");
            return this;
        }

        /**
         * Sets who tells that an asynchronous call has run out of its time and cancels its stage. That it has is decided
         * elsewhere, on time however busy the executor is; if it refuses, a thread made for it takes over.
         *
         * @param executor a thread made on demand by default, a virtual one where the JVM has them
         * @return this
         */
        public Builder executor(Executor executor) {
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Runs tasks on an executor and abandons at most 16: see {@link #abandonOn(Executor, int)}.
         *
         * @param executor who runs the tasks
         * @return this
         */
        public Builder abandonOn(Executor executor) {
            return abandonOn(executor, MAX_ABANDONED);
        }

        /**
         * Runs the tasks of {@link Timeout#call} and its siblings on an executor, so that the caller has its answer in
         * time even from a task that nothing stops. Such a task is abandoned: its late value goes to {@link #onLate} or is
         * closed, its late failure is dropped. While too many abandoned tasks run, calls are refused.
         *
         * <p>The ambient deadline and the attempt of a retry travel with the task, other thread-local values do not. A
         * caller that is interrupted goes on at once, and its task is abandoned; it is stopped at the limit.
         *
         * @param executor who runs the tasks; what it throws when it refuses one reaches the caller. It must not drop any
         *     silently: one that is abandoned before its turn counts as abandoned until the executor comes to it. One that
         *     blocks in its {@code execute}, or runs the task there itself, keeps the caller for as long
         * @param maxAbandoned how many abandoned tasks may run before calls are refused with {@link
         *     java.util.concurrent.RejectedExecutionException}; at least 1. Tasks that run already
         *     may still be abandoned beyond it
         * @return this
         */
        public Builder abandonOn(Executor executor, int maxAbandoned) {
            this.bodies = requireNonNull(executor, "executor");
            this.maxAbandoned = maxAbandoned;
            return this;
        }

        /**
         * Makes the timeout.
         *
         * @return an immutable policy
         * @throws IllegalArgumentException if an option is out of its range, with all that is wrong
         */
        public Timeout build() {
            new Problems()
                    .check(!span.isZero() && !span.isNegative(), "timeout", "positive", span)
                    .check(maxAbandoned >= 1, "maxAbandoned", "at least 1", maxAbandoned)
                    .check(deadline == null || time == deadline.time(), "time", "that of the deadline", time)
                    .throwIfAny();
            return new Timeout(this);
        }
    }
}
