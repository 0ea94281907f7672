package dev.reliability.cleanup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The phases of a scope, which say who may take its entries.
 *
 * <pre>
 *   BUSY &lt;--- succeed, moveTo, release, prune ---&gt; OPEN (null) --- close ---&gt; Closing --- stack sealed ---&gt; CLOSED
 *                                                       |                   |  ^  ^
 *                        close, when it is detachable   v                   |  |  '--- taken over: at shutdown, or
 *                                                    WAITING &lt;--------------'  |       since an action overran its grace
 *                                                       |       stack overflow |
 *                                                       '----------------------'
 * </pre>
 *
 * <p>The compare-and-set to a {@link Closing} makes one thread the closer: only it takes entries and runs them, so each
 * runs once (rule CLEANUP-1). Registering looks at the stack alone: it succeeds until the closer has sealed the empty
 * stack, so nothing is ever left behind on it (CLEANUP-3). BUSY lasts some instructions and runs no code of a user: it
 * keeps a closing from beginning between the look at the phase and the deed, so that {@code release} either has let go of
 * everything or says that it came too late (CLEANUP-5), and a success is either told to the actions or refused (-6).
 * WAITING is a closing that has begun and has no thread: the next one that comes goes on with it.
 *
 * <p>Whoever meets another thread's BUSY or Closing adds itself to the waiters, looks at the phase again, and parks. The
 * phase is written before the waiters are read there, and read after they are written here; all are volatile: one of the
 * two sees the other, so no wake-up is lost.
 *
 * <p>Memory ordering: an action sees what happened before its registration (through the stack), the end of every {@code
 * close} sees what the actions did (through the write of CLOSED).
 */
abstract class PhasedScope extends EntryStack {
    enum Phase {
        BUSY,
        WAITING,
        CLOSED
    }

    private static final VarHandle PHASE;
    private static final VarHandle WAITERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PHASE = lookup.findVarHandle(PhasedScope.class, "phase", Object.class);
            WAITERS = lookup.findVarHandle(PhasedScope.class, "waiters", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Options options;
    volatile @Nullable Object phase; // null, a Phase or a Closing
    private volatile @Nullable Waiter waiters;

    PhasedScope(Options options) {
        this.options = options;
    }

    final Options options() {
        return options;
    }

    final boolean tryPhase(@Nullable Object from, Object to) {
        return PHASE.compareAndSet(this, from, to);
    }

    /** Does something short as the holder, and once the others that hold this are through. */
    final void hold(String what, Runnable deed) {
        options.seam().checkpoint();
        while (!tryPhase(null, Phase.BUSY)) {
            Object seen = phase;
            if (seen != null && seen != Phase.BUSY) {
                throw new IllegalStateException(
                        "cannot " + what + " scope \"" + options.name() + "\": its closing has begun");
            }
            awaitChange(seen);
        }
        doHeld(deed);
    }

    /** Does something short as the holder, unless somebody else is. */
    final void tryHold(Runnable deed) {
        if (tryPhase(null, Phase.BUSY)) {
            doHeld(deed);
        }
    }

    private void doHeld(Runnable deed) {
        try {
            options.seam().checkpoint();
            deed.run();
        } finally {
            phase = null; // first, and a store: it works on a full stack too
            wake();
        }
    }

    /** Nothing to do or to wait for: all is done, or this is code inside an action of this scope. */
    static boolean isOver(@Nullable Object seen) {
        return seen == Phase.CLOSED || (seen instanceof Closing other && other.thread == Thread.currentThread());
    }

    /** Waits until the phase is another one than was seen. An interrupt does not end the wait, and is kept. */
    final void awaitChange(@Nullable Object seen) {
        if (seen != null) {
            Waiter me = enqueue();
            boolean interrupted = false;
            while (phase == seen && !me.woken) {
                options.seam().park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                me.thread.interrupt();
            }
        }
    }

    /** Waits until this scope is closed, at most until an instant. Whether it is. An interrupt is kept. */
    final boolean awaitClosed(long untilNanos) {
        boolean interrupted = false;
        long left = untilNanos - options.seam().nanoTime();
        while (phase != Phase.CLOSED && left > 0) {
            Waiter me = enqueue();
            if (phase != Phase.CLOSED && !me.woken) {
                options.seam().parkNanos(this, left);
                interrupted |= Thread.interrupted();
            }
            left = untilNanos - options.seam().nanoTime();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return phase == Phase.CLOSED;
    }

    private Waiter enqueue() {
        Waiter me = new Waiter(Thread.currentThread());
        do {
            me.next = waiters;
        } while (!WAITERS.compareAndSet(this, me.next, me));
        return me;
    }

    final void wake() {
        if (waiters == null) {
            return;
        }
        for (Waiter waiter = (Waiter) WAITERS.getAndSet(this, null); waiter != null; waiter = waiter.next) {
            waiter.woken = true;
            options.seam().unpark(waiter.thread);
        }
    }

    /** The thread that closes this scope; null if none does. */
    final @Nullable Thread closer() {
        return phase instanceof Closing closing ? closing.thread : null;
    }

    /** Whether the closing has ended. */
    final boolean isThrough() {
        return phase == Phase.CLOSED;
    }

    /** Whether the closing has begun and has no thread. */
    final boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    /** How many actions have not ended, about. */
    final int actionsLeft() {
        return phase instanceof Closing ? count() + 1 : count();
    }

    final String state() {
        Object seen = phase;
        return seen == Phase.CLOSED ? "closed" : seen == null || seen == Phase.BUSY ? "open" : "closing";
    }

    /** A thread that waits for the phase to change. */
    private static final class Waiter {
        final Thread thread;
        volatile boolean woken;

        @Nullable
        Waiter next; // written before it is published

        Waiter(Thread thread) {
            this.thread = thread;
        }
    }
}
