package dev.reliability.retry;

import static java.util.Objects.requireNonNull;

import dev.reliability.base.Carried;
import dev.reliability.base.Nanos;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Retry} did before it let a failure through: suppressed in that failure, so that a log shows it, and found
 * again by {@link #of}.
 *
 * <p>It has no stack trace. A failure carries at most one, the first: one instance that is thrown by many calls, on many
 * threads, does not grow. A failure that disables suppression carries none, nor does one that was not retryable at the
 * first attempt, for then the retry did nothing.
 *
 * <p>The failures in it are not serialized: what a task throws must stay as serializable as it was. Immutable and
 * thread-safe.
 */
public final class RetryReport extends Throwable {
    private static final long serialVersionUID = 1L;

    /** Why a retry ended with a failure. */
    public enum Reason {
        /** All attempts were used. */
        EXHAUSTED,
        /** The ambient deadline left no time for the wait or for another attempt. */
        DEADLINE,
        /** The retry budget refused. */
        BUDGET,
        /** The thread was interrupted before or during the wait. */
        INTERRUPTED,
        /** The failure is not to be retried, or the decision itself failed: see {@link #decisionFailure()}. */
        NOT_RETRYABLE,
        /** The failure asked for a wait longer than the longest hint, or than the ambient deadline leaves. */
        HINT
    }

    /** The name of the retry. */
    private final String policy;

    /** Why it ended. */
    private final Reason reason;

    /** How many attempts there were. */
    private final long attempts;

    /** The span from the first failure to the end. */
    private final Duration elapsed;

    /** Counts how often any retry has ended EXHAUSTED: what has a higher number came later. */
    private static final AtomicLong EXHAUSTIONS = new AtomicLong();

    /** Which exhaustion it was, and on which thread. */
    private record Exhaustion(long number, long thread) {}

    /** The last time a retry ended EXHAUSTED with the failure; written by any thread that throws it. */
    private transient volatile @Nullable Exhaustion exhaustion;

    private final transient Throwable @Nullable [] failures; // null after deserialization
    private final transient @Nullable Throwable decisionFailure;

    RetryReport(
            String policy,
            Reason reason,
            long attempts,
            Duration elapsed,
            List<Throwable> failures,
            @Nullable Throwable decisionFailure) {
        super(message(policy, reason, attempts, elapsed, decisionFailure), null, false, false);
        this.policy = policy;
        this.reason = reason;
        this.attempts = attempts;
        this.elapsed = elapsed;
        this.failures = failures.toArray(new Throwable[0]);
        this.decisionFailure = decisionFailure;
    }

    private static String message(
            String policy, Reason reason, long attempts, Duration elapsed, @Nullable Throwable decisionFailure) {
        String text =
                "retry \"" + policy + "\" ended after " + attempts + (attempts == 1 ? " attempt, " : " attempts, ")
                        + Nanos.text(elapsed.toNanos()) + " from the first failure: " + reason;
        return decisionFailure == null
                ? text
                : text + " since the decision failed with "
                        + decisionFailure.getClass().getName();
    }

    /**
     * The report that a failure carries.
     *
     * @param failure what was caught
     * @return the report, or null if there is none
     */
    public static @Nullable RetryReport of(Throwable failure) {
        for (Throwable suppressed : requireNonNull(failure, "failure").getSuppressed()) {
            if (suppressed instanceof RetryReport report) {
                return report;
            }
        }
        return null;
    }

    /**
     * Attaches this report unless the failure carries one. The look and the addition are one step, also for a failure
     * that other threads throw at the same time: the failure's monitor guards its own list of suppressed ones. Nothing in
     * here can be overridden.
     *
     * @return whether the failure carries this report now
     */
    boolean attachTo(Throwable failure) {
        synchronized (failure) {
            if (of(failure) == null) {
                failure.addSuppressed(this);
            }
            return of(failure) == this;
        }
    }

    /** What {@link #exhaustedSince} goes by, to be read before a call; its thread sees its own exhaustions in order. */
    static long exhaustions() {
        return EXHAUSTIONS.getOpaque();
    }

    /** Notes that a retry has ended EXHAUSTED with a failure; one that carries no report keeps no note. */
    static void noteExhausted(Throwable failure) {
        RetryReport report = of(failure);
        if (report != null) {
            report.exhaustion = new Exhaustion(EXHAUSTIONS.incrementAndGet(), Carried.callerId());
        }
    }

    /**
     * Whether a retry has ended EXHAUSTED with this failure on this thread after the counter was read: inside the call
     * that read it, then. The report alone does not say so, for an instance that many calls throw keeps its first one.
     */
    static boolean exhaustedSince(Throwable failure, long number) {
        RetryReport report = of(failure);
        Exhaustion last = report == null ? null : report.exhaustion;
        return last != null && last.number > number && last.thread == Carried.callerId();
    }

    /**
     * Who retried.
     *
     * @return the name of the retry
     */
    public String policy() {
        return policy;
    }

    /**
     * Why the retry ended.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * How often the task was run.
     *
     * @return the number of attempts, the first included
     */
    public long attempts() {
        return attempts;
    }

    /**
     * How long the retry tried again. The first attempt is not in it: calls that succeed at once read no clock, so the
     * span begins with the first failure or rejected result.
     *
     * @return the span from there to the end
     */
    public Duration elapsed() {
        return elapsed;
    }

    /**
     * What the attempts threw, oldest first: the first failure and the last 8, the one that carries this report
     * included. Rejected results are not among them.
     *
     * @return at most 9 failures; none after deserialization
     */
    public List<Throwable> failures() {
        return failures == null ? List.of() : List.of(failures);
    }

    /**
     * What a predicate or a backoff function threw instead of deciding.
     *
     * @return the failure that ended the retry, or null; null after deserialization
     */
    public @Nullable Throwable decisionFailure() {
        return decisionFailure;
    }
}
