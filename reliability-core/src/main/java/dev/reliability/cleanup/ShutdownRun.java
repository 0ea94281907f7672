package dev.reliability.cleanup;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import dev.reliability.time.spi.Seam;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One shutdown: interrupt the owners, give them the drain, close what is left, report what could not be closed.
 *
 * <p>Whatever may block (an action, a listener, an uncaught-exception handler) runs on daemon threads; the hook does
 * nothing but wait for them, and not past the limit. The last tenth of the limit, at most {@value #REPORT_NANOS} ns, is
 * kept for the reports. When the hook returns, the JVM halts, and with it whatever hangs.
 *
 * <p>The helper waits for an owner as long as that one can still run. Whether it can has to be asked again and again: it
 * may die or call System.exit at any moment, and nobody says so. Where the drains and limits of scopes differ, the longest
 * of them counts: a newer scope may use what an older one owns, so that none is closed before the newer ones.
 */
final class ShutdownRun {
    static final long REPORT_NANOS = 1_000_000_000L;
    private static final long POLL_NANOS = 50_000_000L;

    private final Seam seam;
    private final HostProcess process;
    private final List<ClosableScope> newestFirst;
    private final long startNanos;
    private final long drainNanos;
    private final long limitNanos;
    private final Set<Thread> interrupted = Collections.newSetFromMap(new IdentityHashMap<>()); // the helper's
    private volatile @Nullable Thread helper;

    ShutdownRun(Seam seam, HostProcess process, List<ClosableScope> newestFirst) {
        this.seam = seam;
        this.process = process;
        this.newestFirst = newestFirst;
        this.startNanos = seam.nanoTime();
        this.drainNanos = newestFirst.stream()
                .mapToLong(scope -> scope.options().drainNanos())
                .max()
                .orElse(0);
        this.limitNanos = newestFirst.stream()
                .mapToLong(scope -> scope.options().limitNanos())
                .max()
                .orElse(0);
    }

    /** On the hook. */
    void closeWithinLimit() {
        long reportNanos = Math.min(limitNanos / 10, REPORT_NANOS);
        if (!runUntil(startNanos + limitNanos - reportNanos, "reliability-shutdown-close", this::closeAll)
                || !newestFirst.stream().allMatch(ClosableScope::isSealed)) {
            runUntil(startNanos + limitNanos, "reliability-shutdown-report", this::reportAbandoned);
        }
    }

    /** A scope has been closed: the helper looks again. */
    void wake() {
        Thread thread = helper;
        if (thread != null) {
            seam.unpark(thread);
        }
    }

    /** Runs a task on a thread of its own and waits until it is done or the time is up. Whether it is done. */
    private boolean runUntil(long endNanos, String threadName, Runnable task) {
        Thread hook = Thread.currentThread();
        AtomicBoolean done = new AtomicBoolean();
        try {
            seam.start(threadName, () -> {
                try {
                    task.run();
                } finally {
                    done.set(true);
                    seam.unpark(hook);
                }
            });
        } catch (Throwable noThread) {
            Events.report(noThread);
            return false;
        }
        for (long left = endNanos - seam.nanoTime(); left > 0 && !done.get(); left = endNanos - seam.nanoTime()) {
            seam.parkNanos(this, left);
            Thread.interrupted(); // nobody is meant to interrupt the hook; a set flag would keep it from parking
        }
        return done.get();
    }

    private void closeAll() {
        helper = Thread.currentThread();
        long drainEnd = startNanos + drainNanos;
        for (long left = drainNanos; left > 0 && drain(); left = drainEnd - seam.nanoTime()) {
            pause(left);
        }
        for (ClosableScope scope : newestFirst) {
            attempt(() -> close(scope));
        }
    }

    private void close(ClosableScope scope) {
        while (!scope.tryCloseAtShutdown(process)) {
            pause(POLL_NANOS);
        }
    }

    /** What fails with one thread or one scope must not keep the others from their end. */
    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) {
            Events.report(failure);
        }
    }

    private void pause(long nanos) {
        seam.parkNanos(this, Math.min(nanos, POLL_NANOS));
        Thread.interrupted();
    }

    /**
     * Interrupts each owner once, but not while it closes one of the scopes: then it is doing what it is to do. The answer
     * is whether there is a scope that somebody may yet close.
     */
    private boolean drain() {
        Set<Thread> closers = new HashSet<>();
        for (ClosableScope scope : newestFirst) {
            closers.add(scope.closer());
        }
        boolean awaited = false;
        for (ClosableScope scope : newestFirst) {
            Thread owner = scope.owner();
            if (scope.isSealed() || owner == null) {
                continue;
            }
            Thread closer = scope.closer();
            if (closer == null && !closers.contains(owner) && interrupted.add(owner)) {
                attempt(owner::interrupt); // which may be overridden
            }
            awaited = awaited || process.canRun(closer != null ? closer : owner);
        }
        return awaited;
    }

    private void reportAbandoned() {
        for (ClosableScope scope : newestFirst) {
            if (!scope.isSealed()) {
                Options options = scope.options();
                EventListener listener = options.listener();
                if (Events.isHeard(listener)) {
                    Events.tell(listener, new CleanupEvent.Abandoned(options.name(), scope.actionsLeft()));
                }
                if (listener == null) {
                    Events.report(CleanupException.abandoned(options.name(), scope.actionsLeft()));
                }
            }
        }
    }
}
