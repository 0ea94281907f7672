package dev.reliability.time;

import dev.reliability.Action;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One call under a limit.
 *
 * <pre>
 *   RUNNING --- the body ends -----------------------------------------------&gt; ENDED     finished
 *      |                                                                         ^
 *      '--- the alarm rings ---&gt; EXPIRED --- the body ends -----------------------'        expired
 *                                   |                                            ^
 *                                   '--- [CLAIMED] --&gt; STOPPING --&gt; STOPPED ----------'        expired
 * </pre>
 *
 * <p>The compare-and-set out of RUNNING is the one decision between finished and expired (rule DEADLINE-2). Stopping is
 * the interrupt or the canceller. Both may run code of others, so neither happens on the timer's thread (TIME-5), and
 * either begins only out of EXPIRED: never after the body's end. A body that ends meanwhile waits for it: an interrupt on
 * its way must not hit what the thread does next (DEADLINE-3), nor a {@code Statement.cancel} the next statement of the
 * connection (DEADLINE-14). While the call is CLAIMED, somebody looks whether the thread has been interrupted from
 * outside: until then the thread leaves its flag as it is.
 *
 * <p><b>Stack overflow.</b> A frame that has no stack left to call {@link #end} still sets {@link #abandoned}: the
 * alarm then does nothing. What else is open of such a call is ended by the limit around it, or by the next one
 * of the thread.
 *
 * <p>Memory ordering: what is written before a state is plain. {@code interruptSent} is guarded by the monitor of {@link
 * Interrupts}; {@code cancellerFailure} is written before the volatile write of STOPPED and read after the read of it.
 */
final class LimitedCall extends Alarm {
    private static final int RUNNING = 0;
    private static final int EXPIRED = 1;
    private static final int CLAIMED = 2;
    private static final int STOPPING = 3;
    private static final int STOPPED = 4;
    private static final int ENDED = 5;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(LimitedCall.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final @Nullable LimitedCall outer;
    private final Seam seam;
    private final boolean interrupt;
    private final @Nullable Action<?> canceller;
    private final Thread thread;
    private final Interrupts interrupts; // one for all limits of the thread

    volatile boolean abandoned; // set by the thread of the call, read by the timer
    boolean interruptSent; // guarded by interrupts
    private @Nullable Throwable cancellerFailure;
    private boolean late; // of the thread of the call
    private volatile int state = RUNNING;

    LimitedCall(Seam seam, boolean interrupt, @Nullable Action<?> canceller, @Nullable LimitedCall outer) {
        this.seam = seam;
        this.interrupt = interrupt;
        this.canceller = canceller;
        this.outer = outer;
        this.thread = Thread.currentThread();
        this.interrupts = outer == null ? new Interrupts(thread) : outer.interrupts;
    }

    @Override
    protected void ring() {
        if (abandoned || !STATE.compareAndSet(this, RUNNING, EXPIRED)) {
            return;
        }
        if (interrupt) {
            seam.deliver(this);
        } else if (canceller != null) {
            startCanceller(canceller);
        }
    }

    /** The interrupt, off the timer's thread. */
    @Override
    protected void deliver() {
        if (STATE.compareAndSet(this, EXPIRED, CLAIMED)) {
            try {
                boolean sends = interrupts.begin(this); // may run code of others, which may throw
                state = STOPPING;
                if (sends) {
                    thread.interrupt();
                }
            } finally {
                stopped(null);
            }
        }
    }

    private void startCanceller(Action<?> action) {
        try {
            seam.start("reliability-canceller", () -> cancel(action));
        } catch (Throwable noThread) {
            if (STATE.compareAndSet(this, EXPIRED, STOPPING)) {
                stopped(noThread);
            }
        }
    }

    private void cancel(Action<?> action) {
        if (!STATE.compareAndSet(this, EXPIRED, STOPPING)) {
            return;
        }
        Throwable failure = null;
        try {
            action.run();
        } catch (Throwable e) {
            failure = e;
        }
        stopped(failure);
    }

    private void stopped(@Nullable Throwable failure) {
        cancellerFailure = failure;
        state = STOPPED;
        seam.unpark(thread);
    }

    /**
     * Says that the body has ended, and leaves nothing running or pending of this call, nor of calls inside it whose
     * frames are gone. The answer is whether the body ended in time.
     *
     * @param slot the {@link Ambient} one of the thread; shows the call around this one afterwards
     */
    boolean end(@Nullable Object[] slot) {
        seam.checkpoint();
        late |= !STATE.compareAndSet(this, RUNNING, ENDED) && state != ENDED;
        while (slot[Ambient.CALL] instanceof LimitedCall inner && inner != this) {
            inner.end(slot);
        }
        if (late) {
            settle();
        } else {
            seam.cancel(this);
        }
        slot[Ambient.CALL] = outer;
        return !late;
    }

    /** Ends what is left of calls whose frames are gone. The answer is the innermost one that still runs, or null. */
    static @Nullable LimitedCall endAbandoned(@Nullable Object[] slot) {
        LimitedCall call = (LimitedCall) slot[Ambient.CALL];
        while (call != null && call.abandoned) {
            call.end(slot);
            call = call.outer;
        }
        return call;
    }

    private void settle() {
        if (state == ENDED || STATE.compareAndSet(this, EXPIRED, ENDED)) {
            return; // stopping has not begun and never will
        }
        boolean flag = awaitStopped();
        if (wasInterrupted()) {
            interrupts.takeBack(this); // with the flag, which was ours or has merged with ours
        } else if (flag) {
            thread.interrupt();
        }
        state = ENDED;
    }

    /** Whether the thread was interrupted for this call. */
    boolean wasInterrupted() {
        return interrupts.wasSent(this);
    }

    /** Waits until stopping is over. The answer is whether the interrupt flag was set meanwhile; it is cleared. */
    private boolean awaitStopped() {
        boolean flag = false;
        while (state != STOPPED) {
            seam.park(this);
            flag |= state >= STOPPING && Thread.interrupted();
        }
        return flag;
    }

    /** Whether the interrupt of a call around this one is out; guarded by interrupts. */
    boolean isInsideSender() {
        LimitedCall call = outer;
        while (call != null && !call.interruptSent) {
            call = call.outer;
        }
        return call != null;
    }

    /** What the canceller threw; to be asked after {@link #end}. */
    @Nullable
    Throwable cancellerFailure() {
        return cancellerFailure;
    }
}
