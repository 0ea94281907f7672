package dev.reliability.cleanup;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import dev.reliability.time.Deadline;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The closing of a scope: who does it, who goes on where another thread cannot, and who is told.
 *
 * <p>The outcome is decided as soon as the closing has begun, and before the first entry begins, with which it is published
 * to whoever takes the closing over.
 */
abstract class ClosableScope extends PhasedScope {
    private static final VarHandle LINKS;

    static {
        try {
            LINKS = MethodHandles.lookup().findVarHandle(ClosableScope.class, "links", Links.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Links links; // set once
    private @Nullable Outcome outcome; // written by the holder

    ClosableScope(Options options) {
        super(options);
    }

    /** What the actions are told. For the holder. */
    final Outcome outcome() {
        return outcome == null ? Outcome.FAILURE : outcome;
    }

    /** For the holder. */
    final void markSucceeded() {
        outcome = Outcome.SUCCESS;
    }

    private void decide(@Nullable Outcome said) {
        if (outcome == null) {
            outcome = said != null ? said : options().shutdownHasBegun() ? Outcome.SHUTDOWN : Outcome.FAILURE;
        }
    }

    /**
     * Closes on the calling thread, or waits for who does.
     *
     * @param said what the work said; null if it said nothing
     * @return the part of the closing that was done here; null if there was none
     */
    final @Nullable Closing closeOrAwait(@Nullable Outcome said) {
        return closeOrAwait(said, null);
    }

    /** As above; at shutdown also where a thread stopped that will never go on itself. */
    final @Nullable Closing closeOrAwait(@Nullable Outcome said, @Nullable HostProcess process) {
        options().seam().checkpoint();
        Closing mine = null;
        while (true) {
            Object seen = phase;
            if (isOver(seen) && seen != mine) { // mine again: taken from this thread, by who will change that soon
                wake(); // who was left waiting by a closer that had no stack left to do so
                return mine;
            }
            if (seen == null || seen == Phase.WAITING) {
                mine = mine != null ? mine : process == null ? new Closing() : new Closing.AtShutdown(process);
                if (tryRun(seen, mine, said) && phase == Phase.CLOSED) {
                    return mine;
                }
            } else if (process != null && seen instanceof Closing other && !process.canRun(other.thread)) {
                mine = new Closing.AtShutdown(process);
                tryRun(seen, mine, null);
            } else {
                awaitChange(seen);
            }
        }
    }

    /** Begins the closing, without a thread for it yet. False if there is nothing to do or to wait for. */
    final boolean beginWithoutThread(@Nullable Outcome said) {
        options().seam().checkpoint();
        while (!tryPhase(null, Phase.BUSY)) {
            Object seen = phase;
            if (isOver(seen)) {
                return false;
            }
            if (seen != null && seen != Phase.BUSY) {
                return true;
            }
            awaitChange(seen);
        }
        try {
            decide(said);
        } finally {
            phase = Phase.WAITING;
        }
        wake();
        return true;
    }

    /** Goes on with a closing that has no thread. The part of it that was done here; null if there was none to do. */
    final @Nullable Closing tryGoOn() {
        Closing mine = new Closing();
        return tryRun(Phase.WAITING, mine, null) ? mine : null;
    }

    /** Makes a closing that of this scope, and runs it. False if another thread was faster. */
    private boolean tryRun(@Nullable Object from, Closing mine, @Nullable Outcome said) {
        boolean sealed;
        try {
            if (!tryPhase(from, mine)) {
                return false;
            }
            decide(said);
            goOnAfterExhausted(mine);
            sealed = runUnbound(mine);
            if (sealed) {
                unregister();
            }
        } catch (Throwable noRoom) {
            // Our own frames have run out of stack or memory. What has not begun is still there, for the next closer.
            if (phase == mine) {
                try {
                    if (mine.hasFailed()) {
                        linksMade().exhausted = mine;
                    }
                } finally {
                    phase = Phase.WAITING;
                }
            }
            wake();
            throw noRoom;
        }
        if (sealed) {
            phase = Phase.CLOSED;
            wake();
            leaveParent();
        }
        return true;
    }

    private void goOnAfterExhausted(Closing mine) {
        Links known = links;
        if (known != null && known.exhausted != null) {
            mine.goOnAfter(known.exhausted);
            known.exhausted = null; // if this one runs out of stack too, it stands there next
        }
    }

    /** The deadline of the work is not that of the cleanup, and may be over. */
    private boolean runUnbound(Closing mine) {
        if (Deadline.current() == null) {
            return mine.runAndSeal(this);
        }
        return Deadline.<Boolean, RuntimeException>unbound(() -> mine.runAndSeal(this));
    }

    private void unregister() {
        Links known = links;
        if (known != null) {
            known.unregister(this);
        }
    }

    private void leaveParent() {
        Links known = links;
        if (known != null && known.place != null) {
            known.place.leave();
        }
        if (known != null && known.witness != null) {
            Leaks.reportAll();
        }
    }

    /**
     * On a rescue thread: goes on with the rest of a closing whose thread is stuck in an action.
     *
     * @param report whether to report the action; else that has been done
     */
    final void rescue(Closing stuck, Watch watch, boolean report) {
        Closing mine = new Closing();
        if (!watch.take()) {
            return; // the action has ended
        }
        if (report) {
            tryReportOverrun(stuck.thread);
        }
        if (!tryRun(stuck, mine, null)) {
            return; // the shutdown was faster
        }
        mine.report();
        ClosableScope owner = ownerScope();
        if (owner != null) {
            owner.rescueFrom(stuck.thread);
        }
    }

    /** The scope that this one is in; null if it is on its own. */
    private @Nullable ClosableScope ownerScope() {
        Links known = links;
        return known == null || known.place == null ? null : known.place.owner;
    }

    /** Whether the way from owner to owner leads back to here; not so for a closed one, which owns nothing any more. */
    final boolean isInsideItself() {
        ClosableScope above = ownerScope();
        while (above != null && above != this) {
            above = above.ownerScope();
        }
        return above == this && !isSealed();
    }

    /** If a thread that is stuck in a child closes this scope too, it is stuck here as well. */
    private void rescueFrom(Thread stuck) {
        if (phase instanceof Closing closing && closing.thread == stuck) {
            Watch watch = closing.watch();
            if (watch != null) {
                rescue(closing, watch, false);
            }
        }
    }

    private void tryReportOverrun(Thread stuck) {
        try {
            reportOverrun(stuck);
        } catch (VirtualMachineError noRoom) {
            Events.report(noRoom); // the actions that are left matter more
        }
    }

    private void reportOverrun(Thread stuck) {
        String name = options().name();
        StackTraceElement[] stack = stuck.getStackTrace();
        EventListener listener = options().listener();
        if (Events.isHeard(listener)) {
            Events.tell(listener, new CleanupEvent.ActionOverran(name, outcome(), stuck.getName(), List.of(stack)));
        }
        if (listener == null) {
            Events.report(CleanupException.overran(name, stuck.getName(), stack));
        }
    }

    /**
     * At shutdown, on its helper: closes, or goes on where a thread stopped that will never go on itself. False if there
     * is another thread that does; what failed is reported, since nobody is there to throw it to.
     */
    final boolean tryCloseAtShutdown(HostProcess process) {
        if (isSealed()) {
            return true; // all has been run, even if its closer has not said so yet
        }
        Object seen = phase;
        if (seen == Phase.BUSY || (seen instanceof Closing other && process.canRun(other.thread))) {
            return false;
        }
        Closing mine = new Closing.AtShutdown(process);
        if (seen == Phase.CLOSED || !tryRun(seen, mine, null)) {
            return false;
        }
        mine.report();
        return isSealed();
    }

    /** Ties this scope to others; before anybody else knows it. */
    final void link(Links made) {
        links = made;
    }

    /** The thread that opened this scope; null if it is not closed at shutdown. */
    final @Nullable Thread owner() {
        Links known = links;
        return known == null ? null : known.owner;
    }

    /** A child is closed and its entry void. When there are many of those they are unlinked, unless this scope is busy. */
    final void childHasLeft() {
        Links children = linksMade();
        if (children.childHasLeft()) {
            tryHold(() -> children.pruned(prune()));
        }
    }

    final Links linksMade() {
        Links known = links;
        if (known != null) {
            return known;
        }
        Links made = new Links(null, null, null);
        Links other = (Links) LINKS.compareAndExchange(this, null, made);
        return other == null ? made : other;
    }
}
