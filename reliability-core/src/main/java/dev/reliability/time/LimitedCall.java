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
 *   RUNNING --- the body ends ------------------------------------------------------> ENDED     finished
 *      |                                                                                ^
 *      '--- the alarm rings ---> EXPIRED --- the body ends ------------------------------'        expired
 *                                   |                                                   ^
 *                                   '--- canceller starts --> CANCELLING --> CANCELLED --'        expired
 * </pre>
 *
 * <p>The compare-and-set out of RUNNING is the one decision between finished and expired (rule DEADLINE-2). A canceller
 * runs on a thread of its own, never on the timer's (TIME-5); it starts only out of EXPIRED, so never after the body's
 * end, and a body that ends while it runs waits for it: a {@code Statement.cancel} that is on its way must not hit the
 * next statement of the connection (DEADLINE-14).
 *
 * <p>Memory ordering: the fields written before the state changes are plain. {@code interruptSent} is guarded by the
 * monitor of {@link Interrupts}; {@code cancellerFailure} is written before the volatile write of CANCELLED and read
 * after the read of it.
 */
final class LimitedCall extends Alarm {
    private static final int RUNNING = 0;
    private static final int EXPIRED = 1;
    private static final int CANCELLING = 2;
    private static final int CANCELLED = 3;
    private static final int ENDED = 4;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(LimitedCall.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Seam seam;
    private final @Nullable Interrupts interrupts; // null: the thread is not interrupted
    private final @Nullable Action<?> canceller;
    private final Thread thread = Thread.currentThread();

    boolean interruptSent; // guarded by interrupts
    private @Nullable Throwable cancellerFailure;
    private volatile int state = RUNNING;

    LimitedCall(Seam seam, boolean interrupt, @Nullable Action<?> canceller) {
        this.seam = seam;
        this.interrupts = interrupt ? Interrupts.ofCurrentThread() : null;
        this.canceller = canceller;
    }

    @Override
    protected void ring() {
        if (interrupts != null) {
            interrupts.expire(this);
        } else if (tryExpire() && canceller != null) {
            startCanceller(canceller);
        }
    }

    boolean tryExpire() {
        return STATE.compareAndSet(this, RUNNING, EXPIRED);
    }

    private void startCanceller(Action<?> action) {
        try {
            seam.start("reliability-canceller", () -> cancel(action));
        } catch (Throwable noThread) {
            if (STATE.compareAndSet(this, EXPIRED, CANCELLING)) {
                cancelled(noThread);
            }
        }
    }

    private void cancel(Action<?> action) {
        if (!STATE.compareAndSet(this, EXPIRED, CANCELLING)) {
            return;
        }
        Throwable failure = null;
        try {
            action.run();
        } catch (Throwable e) {
            failure = e;
        }
        cancelled(failure);
    }

    private void cancelled(@Nullable Throwable failure) {
        cancellerFailure = failure;
        state = CANCELLED;
        seam.unpark(thread);
    }

    /** Says that the body has ended. The answer is whether it did so in time. */
    boolean tryEnd() {
        seam.checkpoint();
        if (!STATE.compareAndSet(this, RUNNING, ENDED)) {
            return false;
        }
        seam.cancel(this);
        return true;
    }

    /** After a late end: nothing of this call is left running or pending. Whether the thread had been interrupted. */
    boolean settle() {
        if (interrupts != null) {
            return interrupts.takeBack(this);
        }
        if (!STATE.compareAndSet(this, EXPIRED, ENDED)) {
            awaitCanceller();
        }
        return false;
    }

    private void awaitCanceller() {
        boolean interrupted = false;
        while (state != CANCELLED) {
            seam.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            thread.interrupt();
        }
    }

    /** What the canceller threw; to be asked after {@link #settle}. */
    @Nullable
    Throwable cancellerFailure() {
        return cancellerFailure;
    }
}
