package dev.reliability.base;

import dev.reliability.Task;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a task sees of the calls around it, and takes along when another thread runs it: the attempt of the retry around
 * it, and which threads wait for it. A layer that hands the task to another thread captures it before, by {@link #here}
 * or {@link #whileWaiting}, and binds it there, together with the ambient deadline.
 *
 * <p>Immutable, apart from the end of a wait, and thread-safe. Nothing stays on a thread after what was bound there.
 */
public final class Carried {
    private static final ThreadLocal<@Nullable Carried> BOUND = new ThreadLocal<>();

    /**
     * On how many threads something is bound. A thread on which something is bound sees at least 1 in any mode that keeps
     * the order of one variable. All others pay this read, and the look at the thread only while it is not 0.
     */
    private static final AtomicInteger THREADS = new AtomicInteger();

    /** A thread that waits for what another one does, and who waits for it in turn. */
    private static final class Waiter {
        private final @Nullable Waiter outer;
        private volatile @Nullable Thread thread; // null: it does not wait any more

        Waiter(Thread thread, @Nullable Waiter outer) {
            this.thread = thread;
            this.outer = outer;
        }
    }

    private final @Nullable Object attempt;
    private final @Nullable Waiter waiter;

    private Carried(@Nullable Object attempt, @Nullable Waiter waiter) {
        this.attempt = attempt;
        this.waiter = waiter;
    }

    private static @Nullable Carried bound() {
        return THREADS.getOpaque() == 0 ? null : BOUND.get();
    }

    /**
     * For a task that goes on elsewhere while nobody waits.
     *
     * @return what is to be bound where it goes on; null if there is nothing to carry
     */
    public static @Nullable Carried here() {
        Object attempt = attempt();
        return attempt == null ? null : new Carried(attempt, null);
    }

    /**
     * For a task that another thread runs while this one waits for it.
     *
     * @return what is to be bound there; to be told when the {@linkplain #waitIsOver wait is over} before the task is
     */
    public static Carried whileWaiting() {
        Carried bound = bound();
        return new Carried(attempt(), new Waiter(Thread.currentThread(), bound == null ? null : bound.waiter));
    }

    /** The thread that made this goes on, though the task has not ended. */
    public void waitIsOver() {
        if (waiter != null) {
            waiter.thread = null;
        }
    }

    /**
     * Runs a task with something bound, instead of what is bound to this thread.
     *
     * @param <T> the type of the result
     * @param <X> what the task throws
     * @param carried what to bind; null for nothing
     * @param task what to run
     * @return its result
     * @throws X what it throws
     */
    public static <T extends @Nullable Object, X extends Exception> T bind(
            @Nullable Carried carried, Task<? extends T, X> task) throws X {
        Carried before = replace(carried);
        try {
            return task.call();
        } finally {
            replace(before);
        }
    }

    private static @Nullable Carried replace(@Nullable Carried carried) {
        Carried before = bound();
        if (carried != null) {
            BOUND.set(carried);
        } else if (before != null) {
            BOUND.remove();
        }
        if (before == null && carried != null) {
            THREADS.getAndIncrement();
        } else if (before != null && carried == null) {
            THREADS.getAndDecrement();
        }
        return before;
    }

    /**
     * The attempt that is bound to this thread.
     *
     * @return what {@link #bindAttempt} was given, here or where the task came from; null if there is none
     */
    public static @Nullable Object attempt() {
        Carried bound = bound();
        return bound == null ? null : bound.attempt;
    }

    /**
     * Binds an attempt, or none, to this thread.
     *
     * @param attempt of a retry; null for none
     * @return what was bound before: to be bound again at the end
     */
    public static @Nullable Object bindAttempt(@Nullable Object attempt) {
        Carried bound = bound();
        Waiter waiter = bound == null ? null : bound.waiter;
        replace(attempt == null && waiter == null ? null : new Carried(attempt, waiter));
        return bound == null ? null : bound.attempt;
    }

    /**
     * Whether a thread waits for what this one does.
     *
     * @param thread another one
     * @return true if it waits for this thread, or for one that does
     */
    public static boolean isWaitedForBy(Thread thread) {
        Carried bound = bound();
        Waiter waiter = bound == null ? null : bound.waiter;
        while (waiter != null) {
            Thread waiting = waiter.thread;
            if (waiting == null || waiting == thread) {
                return waiting == thread;
            }
            waiter = waiter.outer;
        }
        return false;
    }

    /**
     * On whose behalf this thread works.
     *
     * @return the id of the outermost thread that waits for what this one does; its own if none does
     */
    public static long callerId() {
        Thread caller = Thread.currentThread();
        Carried bound = bound();
        Waiter waiter = bound == null ? null : bound.waiter;
        while (waiter != null) {
            Thread waiting = waiter.thread;
            if (waiting == null) {
                break;
            }
            caller = waiting;
            waiter = waiter.outer;
        }
        return caller.getId();
    }
}
