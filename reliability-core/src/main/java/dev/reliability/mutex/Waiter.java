package dev.reliability.mutex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One place in the queue of an {@link Ownership}: of a thread, or of an acquire that waits without one.
 *
 * <pre>
 *   WAITING --- handed the mutex, or takes it ---> its token     (the number of its hold)
 *      |
 *      '--- gives up: time-out, interrupt -------> GONE
 * </pre>
 *
 * <p>Both steps are made under the monitor of the ownership, together with leaving the queue: a grant never meets a
 * waiter that has given up, and a waiter that finds itself granted can no longer give up (rules MUTEX-4 and -5).
 */
final class Waiter {
    static final long WAITING = 0;
    static final long GONE = -1;

    private static final VarHandle SIGNALLED;

    static {
        try {
            SIGNALLED = MethodHandles.lookup().findVarHandle(Waiter.class, "signalled", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Thread thread = Thread.currentThread(); // who asked
    final @Nullable AsyncAcquire async; // null: the thread waits itself

    volatile long turn = WAITING; // written under the monitor, read by any

    // Guarded by the monitor, except that sinceNanos never changes once the waiter can be found in the queue.
    long sinceNanos;

    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    private volatile boolean signalled;

    /** The time from which the patience of the starvation limit is counted. */
    Waiter(long sinceNanos, @Nullable AsyncAcquire async) {
        this.sinceNanos = sinceNanos;
        this.async = async;
    }

    /** Says that it may look again. False if it was told before and has not looked since: no need to unpark it twice. */
    boolean signal() {
        return !signalled && SIGNALLED.compareAndSet(this, false, true);
    }

    /** To be called before looking: a signal given from now on is for something that this look may miss. */
    void listen() {
        signalled = false;
    }
}
