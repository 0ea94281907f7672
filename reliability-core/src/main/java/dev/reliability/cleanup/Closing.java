package dev.reliability.cleanup;

import dev.reliability.Action;
import dev.reliability.EventListener;
import dev.reliability.base.Events;
import dev.reliability.base.Nanos;
import dev.reliability.time.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One thread's run over the entries of a scope: newest first, each in spite of the failures of the others, with the
 * interrupt flag clear (rules CLEANUP-1, -2, -8), each within the grace if there is one (CLEANUP-9).
 *
 * <p>Used by the thread that made it, but for {@code thread} and {@code watch}. An entry is taken off the scope when it
 * begins, so that another thread can go on from there: the helper of the shutdown, if this one is found in {@link
 * System#exit}, from which it never comes back; a rescue thread, if an action overruns its grace; whoever closes the scope
 * next, if this one ran out of stack.
 */
final class Closing {
    final Thread thread = Thread.currentThread();
    private @Nullable Failures failures;
    private @Nullable Watch watch; // over the action that runs, under a grace; read by rescue threads

    /** Runs all, until the scope could be sealed. False if another thread has taken the rest over. */
    boolean runAndSeal(ClosableScope scope) {
        boolean interrupted = Thread.interrupted();
        try {
            do {
                for (Entry entry = scope.next(); entry != null; entry = scope.next()) {
                    interrupted |= run(scope, entry);
                    interrupted |= Thread.interrupted();
                    if (watch != null && !endWatch(watch, scope)) {
                        return false;
                    }
                }
                scope.options().seam().checkpoint();
            } while (!scope.trySeal());
            return true;
        } finally {
            if (interrupted) {
                thread.interrupt();
            }
        }
    }

    /** The answer is whether the action was interrupted. */
    private boolean run(ClosableScope scope, Entry entry) {
        try {
            Timeout timeout =
                    scope.options().graceNanos() == 0 ? null : scope.options().timeout();
            if (timeout == null) {
                entry.run(scope, scope.outcome());
            } else {
                run(scope, entry, timeout);
            }
            return false;
        } catch (Throwable failure) {
            if (scope.hasNotBegun(entry) && failure instanceof Error exhausted) {
                throw exhausted; // in a frame of ours: the entry is still there
            }
            note(scope, failure);
            return failure instanceof InterruptedException;
        }
    }

    /**
     * A child is not limited as a whole: each of its actions is, and who rescues it goes on here too. Any other entry is
     * taken off before it is watched: who rescues this thread, however early, must not begin it again.
     */
    private void run(ClosableScope scope, Entry entry, Timeout timeout) throws Exception {
        Watch over = new Watch(scope, this);
        watch = over;
        scope.begun(entry);
        if (entry instanceof Entry.Child) {
            entry.act(scope.outcome());
            return;
        }
        Graced action = new Graced(entry, scope, over);
        try {
            timeout.run(action);
        } catch (Throwable failure) {
            if (action.began) {
                throw failure;
            }
            action.run(); // no timer could be had, or its grace was over before it began: without it, rather than not
            // at all
        } finally {
            scope.options().seam().cancel(over);
        }
    }

    /**
     * Knows whether the action has begun. It is watched from there on, not from when it was taken off: what a loaded
     * machine takes until then is not the action's.
     */
    private static final class Graced implements Action<Exception> {
        private final Entry entry;
        private final ClosableScope scope;
        private final Watch over;
        private boolean watched;
        private boolean began;

        private Graced(Entry entry, ClosableScope scope, Watch over) {
            this.entry = entry;
            this.scope = scope;
            this.over = over;
        }

        @Override
        public void run() throws Exception {
            if (!watched) {
                watched = true; // and not tried again, if no timer can be had
                Options options = scope.options();
                options.seam()
                        .schedule(over, options.seam().nanoTime() + Math.min(2 * options.graceNanos(), Nanos.MAX));
            }
            began = true;
            entry.act(scope.outcome());
        }
    }

    private boolean endWatch(Watch over, ClosableScope scope) {
        boolean mine = over.end();
        watch = null;
        Throwable noThread = over.noThread();
        if (noThread != null) {
            note(scope, noThread);
        }
        return mine;
    }

    private void note(ClosableScope scope, Throwable failure) {
        Options options = scope.options();
        try {
            EventListener listener = options.listener();
            if (!options.reportOnly()) {
                failures = failures == null ? new Failures() : failures;
                failures.add(failure);
            }
            if (Events.isHeard(listener)) {
                Events.tell(
                        listener,
                        new CleanupEvent.ActionFailed(
                                options.name(),
                                scope.outcome(),
                                failure.getClass().getName()));
            }
        } catch (VirtualMachineError noRoom) {
            // The actions that are left matter more than the record of this failure.
            Events.report(failure);
        }
    }

    /** What looks after the action that runs; null if nothing does. */
    @Nullable
    Watch watch() {
        return watch;
    }

    /** What failed and is to be thrown; null if nothing is. */
    @Nullable
    Failures failures() {
        return failures;
    }

    /** Says what failed to the uncaught-exception handler: nobody is there to throw it to. */
    void report() {
        if (failures != null) {
            Events.report(failures.joined());
        }
    }
}
