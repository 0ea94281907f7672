package dev.reliability.cleanup;

import dev.reliability.time.spi.Alarm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one action of a closing under a grace: if the action does not end though it was interrupted, somebody else
 * goes on with the rest (rule CLEANUP-9).
 *
 * <pre>
 *   RUNNING --- the action ends ---&gt; ENDED    its thread goes on with the rest
 *      |
 *      '--- the alarm rings, a rescue thread begins ---&gt; TAKEN    that thread does
 * </pre>
 *
 * <p>The compare-and-set out of RUNNING is the one decision about who goes on. What the closing thread did before the
 * action is seen by the rescue thread: it was done before the alarm was scheduled.
 */
final class Watch extends Alarm {
    private static final int RUNNING = 0;
    private static final int ENDED = 1;
    private static final int TAKEN = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Watch.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ClosableScope scope;
    private final Closing closing;
    private volatile @Nullable Throwable noThread; // written by the timer
    private volatile int state = RUNNING;

    Watch(ClosableScope scope, Closing closing) {
        this.scope = scope;
        this.closing = closing;
    }

    /** The action has ended. False if another thread goes on with the rest. */
    boolean end() {
        return STATE.compareAndSet(this, RUNNING, ENDED);
    }

    /** Takes the rest from the thread that is at the action. False if that one has gone on. */
    boolean take() {
        return STATE.compareAndSet(this, RUNNING, TAKEN);
    }

    /** Why there was no rescue thread when one was needed. */
    @Nullable
    Throwable noThread() {
        return noThread;
    }

    @Override
    protected void ring() {
        if (state == RUNNING) {
            try {
                scope.options().seam().start("reliability-rescue", () -> scope.rescue(closing, this, true));
            } catch (Throwable failure) {
                noThread = failure; // then the rest waits for the action, as without a grace
            }
        }
    }
}
