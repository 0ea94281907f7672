package dev.reliability.cleanup;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import dev.reliability.time.spi.Seam;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One {@code close} of a detachable scope: the actions run on an executor of the user's, and the caller waits for them no
 * longer than the grace (rule CLEANUP-9).
 *
 * <pre>
 *   PENDING --- the closing ends ---&gt; DONE    its failures are the caller's
 *      |
 *      '--- the grace is over ---&gt; LEFT       they are reported
 * </pre>
 *
 * <p>The scope itself is WAITING meanwhile (see {@link PhasedScope}), until a thread of the executor has come. If none has
 * when the grace is over, a thread of the library does it: what was begun is done.
 *
 * <p>Memory ordering: {@code closing} is written before the compare-and-set to DONE and read after it was seen.
 */
final class DetachedClosing implements Runnable {
    private static final int PENDING = 0;
    private static final int DONE = 1;
    private static final int LEFT = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(DetachedClosing.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final StackedScope scope;
    private final Seam seam;
    private final Thread caller = Thread.currentThread();
    private @Nullable Closing closing;
    private volatile int state = PENDING;

    private DetachedClosing(StackedScope scope) {
        this.scope = scope;
        this.seam = scope.options().seam();
    }

    static @Nullable Failures close(StackedScope scope, @Nullable Outcome said, Executor executor) {
        DetachedClosing detached = new DetachedClosing(scope);
        if (!scope.beginWithoutThread(said)) {
            return null;
        }
        long until = detached.seam.nanoTime() + scope.options().graceNanos();
        if (scope.isWaiting()) {
            detached.executeOn(executor);
            detached.awaitDone(until);
            if (detached.state == DONE && detached.closing != null) {
                return detached.closing.failures();
            }
        }
        return scope.awaitClosed(until) ? null : detached.leave();
    }

    private void executeOn(Executor executor) {
        try {
            executor.execute(this);
        } catch (Throwable refused) {
            run(); // in time or not: nobody else would
        }
    }

    @Override
    public void run() {
        Closing done = scope.tryGoOn();
        if (state == PENDING) {
            closing = done;
        }
        if (STATE.compareAndSet(this, PENDING, DONE)) {
            seam.unpark(caller);
        } else if (done != null) {
            done.report();
        }
    }

    /** Waits until the executor is done with this, at most until an instant. An interrupt is kept. */
    private void awaitDone(long until) {
        boolean interrupted = false;
        long left = until - seam.nanoTime();
        while (state == PENDING && left > 0) {
            seam.parkNanos(this, left);
            interrupted |= Thread.interrupted();
            left = until - seam.nanoTime();
        }
        STATE.compareAndSet(this, PENDING, LEFT);
        if (interrupted) {
            caller.interrupt();
        }
    }

    /** The time is over. What is to be thrown about that. */
    private @Nullable Failures leave() {
        Options options = scope.options();
        Failures failures = new Failures();
        int left = scope.actionsLeft();
        failures.add(CleanupException.detached(options.name(), options.graceNanos(), left));
        if (scope.isWaiting()) {
            try {
                seam.start("reliability-rescue", this);
            } catch (Throwable noThread) {
                failures.add(noThread); // the next close goes on
            }
        }
        EventListener listener = options.listener();
        if (Events.isHeard(listener)) {
            Events.tell(listener, new CleanupEvent.Detached(options.name(), left));
        }
        return options.reportOnly() ? null : failures;
    }
}
