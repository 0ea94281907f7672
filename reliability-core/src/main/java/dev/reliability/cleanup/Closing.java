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
 * begins, a child when its closing has ended, so that another thread can go on from there: the helper of the shutdown,
 * if this one is found in {@link System#exit}, from which it never comes back; a rescue thread, if an action overruns
 * its grace; whoever closes the scope next, if this one ran out of stack.
 */
class Closing {
    /** One by the shutdown's helper. */
    static final class AtShutdown extends Closing {
        private final HostProcess process;

        AtShutdown(HostProcess process) {
            this.process = process;
        }

        @Override
        HostProcess process() {
            return process;
        }
    }

    final Thread thread = Thread.currentThread();
    private @Nullable Object failed; // Failures, or one Throwable for which there was no room in a list
    private @Nullable Watch watch; // over the action that runs, under a grace; read by rescue threads

    /** Knows whose closing is to be taken over; null if it is not shutdown. */
    @Nullable
    HostProcess process() {
        return null;
    }

    /** Takes what failed over from a closing that ran out of stack. */
    final void goOnAfter(Closing exhausted) {
        failed = exhausted.failed;
        list().addUnlisted();
    }

    final boolean hasFailed() {
        return failed != null;
    }

    static void link() {
        Closing first = new Closing();
        first.keep(new IllegalStateException());
        first.list().joined();
    }

    /** Runs all, until the scope could be sealed. False if another thread has taken the rest over. */
    final boolean runAndSeal(ClosableScope scope) {
        boolean interrupted = Thread.interrupted();
        try {
            do {
                for (Entry entry = scope.next(); entry != null; entry = scope.next()) {
                    interrupted |= run(scope, entry);
                    interrupted |= Thread.interrupted();
                    if (watch != null && !endWatch(watch, scope)) {
                        return false;
                    }
                    if (entry instanceof Entry.Child) {
                        scope.begun(entry); // and over
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
            if (entry instanceof Entry.Child child) {
                close(child, scope);
            } else if (timeout == null) {
                entry.run(scope, scope.outcome());
            } else {
                run(scope, entry, timeout);
            }
            return false;
        } catch (Throwable failure) {
            if (failure instanceof Error exhausted && scope.hasNotBegun(entry) && !entry.isOver()) {
                throw exhausted; // in a frame of ours: the entry is still there
            }
            if (failed == null) {
                failed = failure; // a store, and no call: where an action had room to fail, there is room for this
            } else if (failed instanceof Failures all && all.unlisted == null) {
                all.unlisted = failure;
            } else {
                keep(failure);
            }
            note(scope, failure);
            return failure instanceof InterruptedException;
        }
    }

    /**
     * It is not limited as a whole: each of its actions is, and who rescues it goes on here too. Its entry stays until its
     * closing has ended: if that runs out of stack on its way, the next close of this scope goes on with it.
     */
    private void close(Entry.Child child, ClosableScope scope) {
        if (scope.options().graceNanos() != 0) {
            watch = new Watch(scope, this);
        }
        child.close(scope.outcome(), process());
    }

    /** The entry is taken off before it is watched: who rescues this thread, however early, must not begin it again. */
    private void run(ClosableScope scope, Entry entry, Timeout timeout) throws Exception {
        Watch over = new Watch(scope, this);
        watch = over;
        scope.begun(entry);
        Graced action = new Graced(entry, scope, over);
        try {
            timeout.run(action);
        } catch (Throwable failure) {
            if (action.began) {
                throw failure;
            }
            action.runAlone(); // no timer could be had, or its grace was over before it began
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
            watch();
            began = true;
            entry.act(scope.outcome());
        }

        /** Without its grace, rather than not at all. */
        void runAlone() throws Exception {
            watch();
            entry.act(scope.outcome());
        }

        /** Without a timer for it the action runs unwatched, rather than not at all. */
        private void watch() {
            if (!watched) {
                watched = true; // and not tried again, if no timer can be had
                Options options = scope.options();
                try {
                    options.seam()
                            .schedule(over, options.seam().nanoTime() + Math.min(2 * options.graceNanos(), Nanos.MAX));
                } catch (Throwable noTimer) {
                    Events.report(noTimer);
                }
            }
        }
    }

    private boolean endWatch(Watch over, ClosableScope scope) {
        boolean mine = over.end();
        watch = null;
        Throwable noThread = over.noThread();
        if (noThread != null) {
            keep(noThread);
            note(scope, noThread);
        }
        return mine;
    }

    /** By a store alone, in the smallest of frames. */
    private void keep(Throwable failure) {
        if (failed == null) {
            failed = failure;
        } else if (failed instanceof Failures all && all.unlisted == null) {
            all.unlisted = failure;
        } else {
            Events.report(failure); // there was no memory for the one before it
        }
    }

    /**
     * A failure was kept. Without memory to list it the other actions matter more; without stack this closing ends here,
     * and the next one goes on.
     */
    private void note(ClosableScope scope, Throwable failure) {
        Options options = scope.options();
        try {
            if (!options.reportOnly()) {
                scope.linksMade(); // to hand over what failed, should the stack end here
                list().addUnlisted();
            }
            EventListener listener = options.listener();
            if (Events.isHeard(listener)) {
                Events.tell(
                        listener,
                        new CleanupEvent.ActionFailed(
                                options.name(),
                                scope.outcome(),
                                failure.getClass().getName()));
            }
        } catch (OutOfMemoryError noRoom) {
            if (options.reportOnly()) {
                Events.report(failure);
            }
        } finally {
            if (options.reportOnly()) {
                failed = null;
            }
        }
    }

    private Failures list() {
        if (failed instanceof Failures all) {
            return all;
        }
        Failures all = new Failures();
        all.unlisted = (Throwable) failed;
        failed = all;
        return all;
    }

    /** What looks after the action that runs; null if nothing does. */
    @Nullable
    final Watch watch() {
        return watch;
    }

    /** What failed and is to be thrown; null if nothing is. */
    @Nullable
    final Failures failures() {
        return failed == null ? null : list();
    }

    /** Says what failed to the uncaught-exception handler: nobody is there to throw it to. */
    final void report() {
        Failures all = failures();
        if (all != null) {
            Events.report(all.joined());
        }
    }
}
