package dev.reliability.retry;

import dev.reliability.base.Carried;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt of a retry is running, as its task sees it: {@code Attempt.current().number()}.
 *
 * <p>The attempt is that of the innermost {@link Retry} whose task is running on the thread, whatever policies lie in
 * between. A retry inside another counts for itself: its first attempt is number 1, though it may be part of the second
 * attempt of the outer one; when it is over, the outer one's attempt is current again. Who needs the outer number inside
 * asks for it before the inner call.
 *
 * <p>Outside every retry, as in each first attempt, the attempt is number 1 without failures: a first attempt binds
 * nothing, and costs nothing. Between attempts, so in predicates, backoff functions and listeners, the retry's own
 * attempt is over and not current. Policies that run the task on another thread take it along; on a thread of the task's
 * own none is current: hand the value over.
 *
 * <p>Immutable and thread-safe. Nothing stays on the thread after the call.
 */
public final class Attempt {
    private static final Attempt FIRST = new Attempt(1, List.of());

    private final long number;
    private final List<Throwable> failures;

    Attempt(long number, List<Throwable> failures) {
        this.number = number;
        this.failures = List.copyOf(failures);
    }

    /**
     * The attempt that is running on this thread.
     *
     * @return the attempt of the innermost retry; number 1 outside every retry
     */
    public static Attempt current() {
        Attempt bound = bound();
        return bound == null ? FIRST : bound;
    }

    /** What is bound on this thread. */
    static @Nullable Attempt bound() {
        return (Attempt) Carried.attempt();
    }

    /** Binds an attempt, or none. The answer is what was bound before: to be bound again at the end. */
    static @Nullable Attempt bind(@Nullable Attempt attempt) {
        return (Attempt) Carried.bindAttempt(attempt);
    }

    /**
     * The number of the attempt.
     *
     * @return 1 for the first
     */
    public long number() {
        return number;
    }

    /**
     * What the attempts before this one threw, oldest first: the first failure and the last 8. Rejected results are not
     * among them.
     *
     * @return at most 9 failures; none at the first attempt
     */
    public List<Throwable> failures() {
        return failures;
    }

    @Override
    public String toString() {
        return "Attempt[" + number + ", " + failures.size() + (failures.size() == 1 ? " failure]" : " failures]");
    }
}
