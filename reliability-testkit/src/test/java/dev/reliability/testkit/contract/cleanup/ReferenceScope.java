package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.World;
import dev.reliability.time.spi.Seam;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A plain scope that keeps every rule of CLEANUP that needs no timer, unless it has a defect. */
final class ReferenceScope implements CleanupAdapter {
    private interface Act {
        void run(CleanupOutcome outcome) throws Throwable;
    }

    private record Entry(boolean opened, Act act) {}

    private final World world;
    private final Seam seam;
    private final CleanupDefect defect;
    private final @Nullable CleanupSpec spec;
    private final @Nullable ReferenceScope parent;

    // Guarded by this.
    private final List<Entry> entries = new ArrayList<>();
    private final List<Entry> done = new ArrayList<>(); // kept by a defect only
    private final List<Thread> waiters = new ArrayList<>();
    private Thread closer;
    private boolean closed;
    private boolean succeeded;
    private Entry inParent;

    ReferenceScope(CleanupSpec spec, World world, CleanupDefect defect, @Nullable ReferenceScope parent) {
        this.spec = spec;
        this.world = world;
        this.seam = Seam.of(world.time());
        this.defect = defect;
        this.parent = parent;
    }

    private boolean has(CleanupDefect other) {
        return defect == other;
    }

    @Override
    public Object open(Body opener, Closer closer) throws Throwable {
        checkOpen();
        Object value;
        try {
            value = opener.run();
        } catch (Throwable failure) {
            if (has(CleanupDefect.CLOSES_WHAT_DID_NOT_OPEN)) {
                closer.close("value");
            }
            throw failure;
        }
        if (isClosed() && has(CleanupDefect.VALUE_OPENED_TOO_LATE_LEAKS)) {
            throw new IllegalStateException("the scope is closed");
        }
        register(new Entry(true, outcome -> closer.close(value)));
        return value;
    }

    private void checkOpen() {
        boolean kept = has(CleanupDefect.LATE_IS_KEPT) || has(CleanupDefect.LATE_IS_SILENT);
        if (isClosed() && !kept) {
            throw new IllegalStateException("the scope is closed");
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void add(AutoCloseable value) throws Throwable {
        register(new Entry(false, outcome -> value.close()));
    }

    private void register(Entry entry) throws Throwable {
        synchronized (this) {
            if (!closed || has(CleanupDefect.LATE_IS_KEPT)) {
                if (closer == null || closed || !has(CleanupDefect.LATE_WHILE_CLOSING_IS_LOST)) {
                    entries.add(entry);
                }
                return;
            }
        }
        entry.act.run(CleanupOutcome.FAILURE);
        if (!has(CleanupDefect.LATE_IS_SILENT)) {
            throw new IllegalStateException("the scope is closed");
        }
    }

    @Override
    public void close() throws Throwable {
        throwIfAny(closing(null), true);
    }

    private List<Throwable> closing(@Nullable CleanupOutcome ofParent) throws Throwable {
        if (!mayClose()) {
            return List.of();
        }
        boolean interrupted = !has(CleanupDefect.INTERRUPT_REACHES_THE_ACTIONS) && Thread.interrupted();
        List<Throwable> failures = new ArrayList<>();
        CleanupOutcome outcome = outcome(ofParent);
        if (has(CleanupDefect.CLOSES_RECURSIVELY)) {
            runRecursively(outcome, failures);
        }
        for (Entry next = next(); next != null; next = next()) {
            run(next, outcome, failures);
            boolean again = !has(CleanupDefect.INTERRUPT_REACHES_THE_ACTIONS) && Thread.interrupted();
            interrupted |= again;
            if (!failures.isEmpty() && has(CleanupDefect.SKIPS_AFTER_A_FAILURE)) {
                break;
            }
        }
        closed();
        if (interrupted && !has(CleanupDefect.INTERRUPT_IS_LOST)) {
            Thread.currentThread().interrupt();
        }
        if (parent != null && ofParent == null && !has(CleanupDefect.CLOSED_CHILD_STAYS)) {
            parent.leave(inParent);
        }
        return failures;
    }

    private void runRecursively(CleanupOutcome outcome, List<Throwable> failures) {
        Entry entry = next();
        if (entry != null) {
            run(entry, outcome, failures);
            runRecursively(outcome, failures);
        }
    }

    private void run(Entry entry, CleanupOutcome outcome, List<Throwable> failures) {
        try {
            entry.act.run(outcome);
        } catch (StackOverflowError full) {
            throw full;
        } catch (Throwable failure) {
            failures.add(failure);
            if (spec != null && spec.listener() != null) {
                spec.listener().accept(new CleanupHeard(CleanupHeard.Kind.FAILED, List.of()));
            }
        }
    }

    private synchronized CleanupOutcome outcome(@Nullable CleanupOutcome ofParent) {
        if (succeeded || has(CleanupDefect.UNSAID_IS_SUCCESS)) {
            return CleanupOutcome.SUCCESS;
        }
        return ofParent == null ? CleanupOutcome.FAILURE : ofParent;
    }

    /** Whether the calling thread is the one that closes; others wait until it has. */
    private boolean mayClose() {
        synchronized (this) {
            if (closed && has(CleanupDefect.SECOND_CLOSE_RUNS_AGAIN)) {
                entries.addAll(done);
                done.clear();
                return true;
            }
            if (closer == null) {
                closer = Thread.currentThread();
                return true;
            }
            if (closed || closer == Thread.currentThread() || has(CleanupDefect.SECOND_CLOSER_DOES_NOT_WAIT)) {
                return false;
            }
            waiters.add(Thread.currentThread());
        }
        while (!isClosed()) {
            seam.park(this);
        }
        return false;
    }

    private synchronized Entry next() {
        if (entries.isEmpty()) {
            return null;
        }
        int newest = entries.size() - 1;
        if (has(CleanupDefect.OPENED_COME_BEFORE_ADDED)) {
            for (int i = newest; i >= 0; i--) {
                if (entries.get(i).opened) {
                    newest = i;
                    break;
                }
            }
        }
        Entry next = entries.remove(newest);
        if (has(CleanupDefect.SECOND_CLOSE_RUNS_AGAIN) || has(CleanupDefect.CLOSED_CHILD_STAYS)) {
            done.add(0, next);
        }
        return next;
    }

    private synchronized void closed() {
        closed = true;
        waiters.forEach(seam::unpark);
    }

    private synchronized void leave(Entry child) {
        entries.remove(child);
    }

    private void throwIfAny(List<Throwable> failures, boolean wraps) throws Throwable {
        if (failures.isEmpty() || (spec != null && spec.reportOnly())) {
            return;
        }
        Throwable primary = failures.get(has(CleanupDefect.LAST_FAILURE_WINS) ? failures.size() - 1 : 0);
        for (Throwable failure : failures) {
            if (failure instanceof Error && !(primary instanceof Error) && !has(CleanupDefect.ERROR_STAYS_SUPPRESSED)) {
                primary = failure;
            }
        }
        attach(primary, failures);
        throw wraps && !(primary instanceof RuntimeException) && !(primary instanceof Error)
                ? new IllegalStateException(primary)
                : primary;
    }

    private void attach(Throwable primary, List<Throwable> failures) {
        for (Throwable failure : failures) {
            if (failure == primary) {
                if (has(CleanupDefect.SUPPRESSES_ITSELF)
                        && failures.indexOf(failure) != failures.lastIndexOf(failure)) {
                    primary.addSuppressed(failure);
                }
            } else if (!List.of(primary.getSuppressed()).contains(failure)) {
                primary.addSuppressed(failure);
            }
        }
    }

    @Override
    public @Nullable Object call(Body work) throws Throwable {
        Object value;
        try {
            value = work.run();
        } catch (Throwable failure) {
            attach(failure, closing(null));
            throw failure;
        }
        succeed();
        throwIfAny(closing(null), false);
        return value;
    }

    @Override
    public void defer(Consumer<CleanupOutcome> action) {
        synchronized (this) {
            entries.add(new Entry(false, action::accept));
        }
    }

    @Override
    public synchronized void succeed() {
        succeeded = true;
    }

    @Override
    public CleanupAdapter child() {
        ReferenceScope child = new ReferenceScope(spec, world, defect, this);
        child.inParent = new Entry(false, outcome -> child.throwIfAny(child.closing(outcome), false));
        synchronized (this) {
            entries.add(has(CleanupDefect.CHILD_CLOSES_LAST) ? 0 : entries.size(), child.inParent);
        }
        return child;
    }

    @Override
    public void moveTo(CleanupAdapter other) {
        ReferenceScope to = (ReferenceScope) other;
        List<Entry> moving;
        synchronized (this) {
            moving = new ArrayList<>(entries);
            if (!has(CleanupDefect.MOVED_STAYS)) {
                entries.clear();
            }
        }
        if (has(CleanupDefect.MOVED_IN_REVERSE)) {
            Collections.reverse(moving);
        }
        synchronized (to) {
            to.entries.addAll(moving);
        }
    }

    @Override
    public synchronized void release() {
        if (!has(CleanupDefect.RELEASED_RUNS)) {
            entries.clear();
        }
    }

    @Override
    public void reportLeaks() {
        new CoreCleanup(CleanupSpec.PLAIN, world).reportLeaks();
    }
}
