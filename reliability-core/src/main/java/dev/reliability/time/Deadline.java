package dev.reliability.time;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.InterruptibleTask;
import dev.reliability.Task;
import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A point in time that work must not pass.
 *
 * <p>A deadline is a value: it is made once, where the time is granted, and handed on, so that every step of the work
 * draws on the same time. {@link #call} enforces it, as a {@link Timeout} does. While a deadline is bound to a thread it
 * is the thread's <em>ambient</em> deadline: every wait of this library on that thread ends at the ambient deadline at
 * the latest, but for a cleanup scope's {@code close}, which waits for another closer as long as that takes. Deadlines
 * nest: an inner one can only shorten. They do not travel to other threads by themselves; {@link #wrap(Executor)} and its
 * siblings carry them.
 *
 * <p>Deadlines are compared by the monotonic counter of their {@link TimeSource}. Once expired, a deadline stays so.
 * Immutable and thread-safe.
 */
public final class Deadline implements Comparable<Deadline> {
    private final TimeSource time;
    private final long atNanos;
    private final long grantedNanos;

    Deadline(TimeSource time, long atNanos, long grantedNanos) {
        this.time = time;
        this.atNanos = atNanos;
        this.grantedNanos = grantedNanos;
    }

    /**
     * A deadline on the machine's time.
     *
     * @param span how long from now; zero or negative is a deadline that has expired; more than 100 years count as 100
     * @return the deadline
     */
    public static Deadline after(Duration span) {
        return after(span, TimeSource.system());
    }

    /**
     * A deadline on a time source.
     *
     * @param span how long from now; zero or negative is a deadline that has expired; more than 100 years count as 100
     * @param time the source
     * @return the deadline
     */
    public static Deadline after(Duration span, TimeSource time) {
        requireNonNull(span, "span");
        requireNonNull(time, "time");
        long nanos = Nanos.of(span);
        return new Deadline(time, time.nanoTime() + nanos, nanos);
    }

    /**
     * The deadline that another process sent along: its remaining time, counted from now on the machine's time. The time
     * on the way is not in it.
     *
     * @param remaining what {@link #toHeader} gave, in the form of {@code grpc-timeout}
     * @return the deadline; one that has expired for a remaining time of zero
     * @throws IllegalArgumentException if the text is malformed
     */
    public static Deadline ofHeader(String remaining) {
        return ofHeader(remaining, TimeSource.system());
    }

    /**
     * The deadline that another process sent along, on a time source.
     *
     * @param remaining what {@link #toHeader} gave, in the form of {@code grpc-timeout}
     * @param time the source
     * @return the deadline; one that has expired for a remaining time of zero
     * @throws IllegalArgumentException if the text is malformed
     */
    public static Deadline ofHeader(String remaining, TimeSource time) {
        requireNonNull(remaining, "remaining");
        requireNonNull(time, "time");
        long nanos = RemainingTime.parse(remaining);
        return new Deadline(time, time.nanoTime() + nanos, nanos);
    }

    /**
     * The ambient deadline of the calling thread.
     *
     * @return the deadline that is bound, or null
     */
    public static @Nullable Deadline current() {
        return Ambient.current();
    }

    /**
     * How much time is left.
     *
     * @return the span until this deadline, zero once it has expired; it never rises
     */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(remainingNanos(), 0));
    }

    /**
     * How much time is left, in nanoseconds.
     *
     * @return nanoseconds until this deadline; zero or negative once it has expired
     */
    public long remainingNanos() {
        return atNanos - time.nanoTime();
    }

    /**
     * Whether the time is up.
     *
     * @return true from the instant of this deadline on
     */
    public boolean isExpired() {
        return remainingNanos() <= 0;
    }

    /**
     * The earlier of two deadlines.
     *
     * @param other one of the same time source
     * @return this one, unless the other is earlier
     * @throws IllegalArgumentException if the other belongs to another time source
     */
    public Deadline min(Deadline other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /**
     * A deadline for a first part of the work: after a share of what remains.
     *
     * @param share from 0 to 1, of the time that remains now
     * @return a deadline that is not later than this one
     * @throws IllegalArgumentException if the share is out of its range
     */
    public Deadline fraction(double share) {
        new Problems()
                .check(share >= 0 && share <= 1, "share", "from 0 to 1", share)
                .throwIfAny();
        long now = time.nanoTime();
        long left = atNanos - now;
        return left <= 0 ? this : earlierBy(now, left - Math.min(left, (long) (left * share)));
    }

    /**
     * A deadline for the work before the cleanup: a span earlier than this one.
     *
     * @param span what is kept for what comes after; not negative; more than 100 years count as 100
     * @return a deadline that is not later than this one; it may have expired
     * @throws IllegalArgumentException if the span is negative
     */
    public Deadline reserving(Duration span) {
        new Problems()
                .check(!requireNonNull(span, "span").isNegative(), "span", "zero or more", span)
                .throwIfAny();
        return earlierBy(time.nanoTime(), Nanos.of(span));
    }

    /** At most 100 years before now: what lies further back could not be told from the future. */
    private Deadline earlierBy(long now, long nanos) {
        long left = atNanos - now;
        if (nanos == 0 || left <= -Nanos.MAX) {
            return this;
        }
        long earlier = Math.max(left - nanos, -Nanos.MAX);
        return new Deadline(time, now + earlier, earlier);
    }

    /**
     * The rest for another process: clocks differ, so what travels is the remaining time and not an instant.
     *
     * @return what remains in the form of {@code grpc-timeout}, such as {@code 1500m}: at most 8 digits and a unit, rounded
     *     up
     * @throws DeadlineExceededException if nothing remains
     */
    public String toHeader() {
        long left = remainingNanos();
        if (left <= 0) {
            throw exceeded();
        }
        return RemainingTime.format(left);
    }

    /**
     * The rest for an API that counts milliseconds in an {@code int} and takes 0 for "no limit", as sockets do.
     *
     * @return what remains in milliseconds, rounded up, from 1 to {@link Integer#MAX_VALUE}
     * @throws DeadlineExceededException if nothing remains
     */
    public int timeoutMillis() {
        return roundedUp(1_000_000L);
    }

    /**
     * The rest for an API that counts seconds in an {@code int} and takes 0 for "no limit", as JDBC does.
     *
     * @return what remains in seconds, rounded up, from 1 to {@link Integer#MAX_VALUE}
     * @throws DeadlineExceededException if nothing remains
     */
    public int timeoutSeconds() {
        return roundedUp(1_000_000_000L);
    }

    private int roundedUp(long unit) {
        long left = remainingNanos();
        if (left <= 0) {
            throw exceeded();
        }
        return (int) Math.min((left - 1) / unit + 1, Integer.MAX_VALUE);
    }

    /**
     * Goes on only if there is time left. For loops that answer to nothing else.
     *
     * @throws DeadlineExceededException if this deadline has expired
     */
    public void check() {
        if (isExpired()) {
            throw exceeded();
        }
    }

    /**
     * The exception for work that was not begun since this deadline has passed.
     *
     * @return a new exception that says what was granted
     */
    public DeadlineExceededException exceeded() {
        return new DeadlineExceededException("deadline", Math.max(grantedNanos, 0), 0, null);
    }

    /**
     * Runs a task that has to be finished by this deadline: short for {@code Timeout.until(this).call(task)}.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws in time
     * @throws DeadlineExceededException if the task did not finish in time; see {@link Timeout}
     */
    public <T extends @Nullable Object, X extends Exception> T call(Task<? extends T, X> task) throws X {
        return Timeout.until(this).<T, X>call(task);
    }

    /**
     * Runs a task that answers to interrupts and has to be finished by this deadline.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws besides {@link InterruptedException}
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws in time
     * @throws InterruptedException if the task throws it because of an interrupt from outside
     * @throws DeadlineExceededException if the task did not finish in time; see {@link Timeout}
     */
    public <T extends @Nullable Object, X extends Exception> T callInterruptibly(InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException {
        return Timeout.until(this).<T, X>callInterruptibly(task);
    }

    /**
     * Runs an action that has to be finished by this deadline.
     *
     * @param <X> the checked exception that the action throws
     * @param action what to run
     * @throws X what the action throws in time
     * @throws DeadlineExceededException if the action did not finish in time; see {@link Timeout}
     */
    public <X extends Exception> void run(Action<X> action) throws X {
        requireNonNull(action, "action");
        call(action);
    }

    /**
     * Runs a task with this deadline as the ambient one, without enforcing it: the waits of the library obey it, the task
     * itself is neither interrupted nor refused.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws
     */
    public <T extends @Nullable Object, X extends Exception> T bind(Task<? extends T, X> task) throws X {
        requireNonNull(task, "task");
        @Nullable Object[] slot = Ambient.slot();
        Deadline before = (Deadline) slot[Ambient.DEADLINE];
        slot[Ambient.DEADLINE] = shortenedBy(before);
        try {
            return task.call();
        } finally {
            slot[Ambient.DEADLINE] = before; // a store, and no more: it works on a full stack too
        }
    }

    /**
     * Runs a task without an ambient deadline, so that its waits go by their own limits alone: for what has to be done
     * though the time is over, such as a rollback. A limit around the call goes on: its interrupt may reach the task.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws
     */
    public static <T extends @Nullable Object, X extends Exception> T unbound(Task<? extends T, X> task) throws X {
        requireNonNull(task, "task");
        @Nullable Object[] slot = Ambient.slot();
        @Nullable Object before = slot[Ambient.DEADLINE];
        slot[Ambient.DEADLINE] = null;
        try {
            return task.call();
        } finally {
            slot[Ambient.DEADLINE] = before; // a store, and no more: it works on a full stack too
        }
    }

    /**
     * Lets a runnable take the present ambient deadline along to whichever thread runs it.
     *
     * @param work what will be run
     * @return the same work, with the deadline bound that is ambient now; the work itself if there is none
     */
    public static Runnable wrap(Runnable work) {
        requireNonNull(work, "work");
        Deadline deadline = Ambient.current();
        return deadline == null ? work : () -> deadline.bind((Action<RuntimeException>) work::run);
    }

    /**
     * Lets a task take the present ambient deadline along to whichever thread runs it.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws
     * @param task what will be run
     * @return the same task, with the deadline bound that is ambient now; the task itself if there is none
     */
    public static <T extends @Nullable Object, X extends Exception> Task<T, X> wrap(Task<T, X> task) {
        requireNonNull(task, "task");
        Deadline deadline = Ambient.current();
        return deadline == null ? task : () -> deadline.<T, X>bind(task);
    }

    /**
     * Lets everything that is given to an executor take along the deadline that is ambient where it is given.
     *
     * @param executor who runs
     * @return an executor that runs through it
     */
    public static Executor wrap(Executor executor) {
        requireNonNull(executor, "executor");
        return work -> executor.execute(wrap(work));
    }

    /** The sooner of this and an ambient one. If that belongs to another time source, what is left now decides. */
    Deadline shortenedBy(@Nullable Deadline ambient) {
        if (ambient == null) {
            return this;
        }
        boolean sooner = time == ambient.time
                ? atNanos - ambient.atNanos < 0 // not by the clock, which may go on between two looks
                : remainingNanos() < ambient.remainingNanos();
        return sooner ? this : ambient;
    }

    long atNanos() {
        return atNanos;
    }

    long grantedNanos() {
        return grantedNanos;
    }

    TimeSource time() {
        return time;
    }

    /**
     * Orders by time.
     *
     * @param other one of the same time source
     * @return negative if this one is earlier, positive if it is later, zero if they are equal
     * @throws IllegalArgumentException if the other belongs to another time source
     */
    @Override
    public int compareTo(Deadline other) {
        requireNonNull(other, "other");
        if (time != other.time) {
            throw new IllegalArgumentException("deadlines of two time sources do not compare: " + this + ", " + other);
        }
        return Long.signum(atNanos - other.atNanos);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Deadline that && time == that.time && atNanos == that.atNanos;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(atNanos);
    }

    @Override
    public String toString() {
        long left = remainingNanos();
        return left > 0 ? "deadline in " + Nanos.text(left) : "deadline " + Nanos.text(-left) + " ago";
    }
}
