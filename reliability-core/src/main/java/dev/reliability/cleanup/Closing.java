package dev.reliability.cleanup;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One thread's run over entries: newest first, each in spite of the failures of the others, with the interrupt flag clear
 * (rules CLEANUP-1, -2, -8).
 *
 * <p>Used by the thread that made it, but for {@code rest}: an entry is taken off it before it is run, and the helper of
 * the shutdown goes on from there if the thread is found in {@link System#exit}, from which it never comes back. The
 * release write of {@code rest}, after {@code outcome} was decided, is read with acquire, after the helper has had that thread's stack: what it did before is
 * seen.
 */
final class Closing {
    private static final VarHandle REST;

    static {
        try {
            REST = MethodHandles.lookup().findVarHandle(Closing.class, "rest", Entry.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Thread thread = Thread.currentThread();
    private final Options options;
    private Outcome outcome;
    private @Nullable Entry rest; // written by the thread, read by the helper of the shutdown
    private @Nullable Failures failures;
    private boolean interrupted;

    Closing(Options options, Outcome outcome, @Nullable Entry rest) {
        this.options = options;
        this.outcome = outcome;
        this.rest = rest;
    }

    /** Decides what the actions are told; before the first of them runs. */
    void decide(Outcome decided) {
        outcome = decided;
    }

    Outcome outcome() {
        return outcome;
    }

    /** Runs what there is, then what is on the stack and comes onto it, until the stack could be sealed. */
    void runAndSeal(EntryStack stack) {
        clearInterrupt();
        do {
            for (Entry entry = next(stack); entry != null; entry = next(stack)) {
                run(entry);
            }
            options.seam().checkpoint();
        } while (!stack.trySeal());
        restoreInterrupt();
    }

    /** Runs just what there is. */
    void runRest() {
        clearInterrupt();
        for (Entry entry = rest; entry != null; entry = entry.older) {
            run(entry);
        }
        restoreInterrupt();
    }

    /** What has come onto the stack meanwhile is the newest and goes first. Each entry is walked over once at most. */
    private @Nullable Entry next(EntryStack stack) {
        Entry entry = rest;
        Entry newer = stack.takeAll();
        if (newer != null) {
            if (entry != null) {
                newer.oldest().older = entry;
            }
            entry = newer;
        }
        if (entry != null) {
            REST.setRelease(this, entry.older);
        }
        return entry;
    }

    private void run(Entry entry) {
        try {
            entry.run(outcome);
        } catch (Throwable failure) {
            note(failure);
        }
        clearInterrupt();
    }

    private void note(Throwable failure) {
        interrupted |= failure instanceof InterruptedException;
        try {
            EventListener listener = options.listener();
            if (!options.reportOnly()) {
                failures = failures == null ? new Failures() : failures;
                failures.add(failure);
            }
            if (listener != null) {
                Events.tell(
                        listener,
                        new CleanupEvent.ActionFailed(
                                options.name(), outcome, failure.getClass().getName()));
            }
        } catch (VirtualMachineError noRoom) {
            // The actions that are left matter more than the record of this failure.
            Events.report(failure);
        }
    }

    private void clearInterrupt() {
        interrupted |= Thread.interrupted();
    }

    private void restoreInterrupt() {
        if (interrupted) {
            thread.interrupt();
        }
    }

    /** What failed, joined into one; null if nothing is to be thrown. */
    @Nullable
    Throwable failure() {
        return failures == null ? null : failures.joined();
    }

    /** Suppresses what failed in something else that failed before. */
    void suppressIn(Throwable primary) {
        if (failures != null) {
            failures.suppressIn(primary);
        }
    }

    /** What was left when the thread went into System.exit. */
    @Nullable
    Entry rest() {
        return (Entry) REST.getAcquire(this);
    }
}
