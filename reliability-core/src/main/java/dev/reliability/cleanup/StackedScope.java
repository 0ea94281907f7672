package dev.reliability.cleanup;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.Task;
import dev.reliability.base.Events;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The scope: a stack of entries, and a phase that says who may take them.
 *
 * <pre>
 *   BUSY &lt;--- succeed, moveTo, release ---&gt; OPEN (null) --- close ---&gt; Closing --- stack sealed ---&gt; CLOSED
 *                                                                       |    ^
 *                                                                       '----'  taken over at shutdown
 * </pre>
 *
 * <p>The compare-and-set from OPEN to a {@link Closing} makes one thread the closer: only it takes entries and runs them,
 * so each runs once (rule CLEANUP-1). Registering looks at the stack alone: it succeeds until the closer has sealed the
 * empty stack, so nothing is ever left behind on it (CLEANUP-3). BUSY lasts some instructions and runs no code of a user:
 * it keeps a closing from beginning between the look at the phase and the deed, so that {@code release} either has let go
 * of everything or says that it came too late (CLEANUP-5), and a success is either told to the actions or refused (-6).
 *
 * <p>Whoever meets another thread's BUSY or Closing adds itself to the waiters, looks at the phase again, and parks. The
 * phase is written before the waiters are read there, and read after they are written here; all are volatile: one of the
 * two sees the other, so no wake-up is lost.
 *
 * <p>Memory ordering: an action sees what happened before its registration (through the stack), the end of every {@code
 * close} sees what the actions did (through the write of CLOSED).
 */
final class StackedScope extends EntryStack implements CleanupScope {
    private enum Phase {
        BUSY,
        CLOSED
    }

    private static final VarHandle PHASE;
    private static final VarHandle WAITERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PHASE = lookup.findVarHandle(StackedScope.class, "phase", Object.class);
            WAITERS = lookup.findVarHandle(StackedScope.class, "waiters", Waiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
        linkAll();
    }

    /**
     * Code is linked when it runs first, and that takes memory. None must be needed between the opening of something and
     * its being owned, in the first scope either (CLEANUP-4), nor to clean up when there is none left.
     */
    private static void linkAll() {
        StackedScope first = new StackedScope(Options.DEFAULTS);
        first.<Object, RuntimeException>open(Object::new, value -> {});
        first.close();
    }

    private final Options options;
    private final @Nullable Thread owner; // only kept if the shutdown may have to interrupt it
    private volatile @Nullable Object phase; // null, a Phase or a Closing
    private volatile @Nullable Waiter waiters;
    private boolean succeeded; // written by who is BUSY, read by the closer

    private StackedScope(Options options) {
        this.options = options;
        this.owner = options.shutdown() == null ? null : Thread.currentThread();
    }

    static StackedScope open(Options options) {
        StackedScope scope = new StackedScope(options);
        if (options.shutdown() != null) {
            options.shutdown().register(scope);
        }
        return scope;
    }

    @Override
    public <T extends @Nullable Object, X extends Exception> T open(
            Task<? extends T, X> opener, Closer<? super T> closer) throws X {
        requireNonNull(opener, "opener");
        requireNonNull(closer, "closer");
        if (isSealed()) {
            throw closed("open anything in");
        }
        Entry.Owned<T> entry = new Entry.Owned<>(closer);
        T value = opener.call();
        if (value != null) {
            entry.own(value);
            register(entry);
        }
        return value;
    }

    @Override
    public <T extends AutoCloseable> T add(T closeable) {
        requireNonNull(closeable, "closeable");
        Entry entry;
        try {
            entry = new Entry.Closeable(closeable);
        } catch (OutOfMemoryError noRoom) {
            try {
                closeable.close();
            } catch (Throwable failure) {
                noRoom.addSuppressed(failure);
            }
            throw noRoom;
        }
        register(entry);
        return closeable;
    }

    @Override
    public void defer(Action<?> action) {
        register(new Entry.Deferred(requireNonNull(action, "action")));
    }

    @Override
    public void defer(OutcomeAction action) {
        register(new Entry.Told(requireNonNull(action, "action")));
    }

    private void register(Entry entry) {
        options.seam().checkpoint();
        if (!push(entry, entry)) {
            throw refused(entry);
        }
    }

    /** Runs what came too late; the answer says so, with what failed suppressed in it. */
    private IllegalStateException refused(Entry newest) {
        Closing late = new Closing(options, Outcome.FAILURE, newest);
        late.runRest();
        IllegalStateException refusal = closed("register anything with");
        late.suppressIn(refusal);
        return refusal;
    }

    private IllegalStateException closed(String what) {
        return new IllegalStateException(
                "cannot " + what + " scope \"" + options.name() + "\": it is closed; open a new one");
    }

    @Override
    public void succeed() {
        enter("mark as succeeded");
        succeeded = true;
        leave();
    }

    @Override
    public void moveTo(CleanupScope other) {
        StackedScope target = (StackedScope) requireNonNull(other, "other");
        if (target == this) {
            throw new IllegalArgumentException("other must be another scope, but was this one, " + this);
        }
        enter("move the entries of");
        Entry newest = takeAll();
        leave();
        if (newest != null) {
            options.seam().checkpoint();
            if (!target.push(newest, newest.oldest())) {
                throw target.refused(newest);
            }
        }
    }

    @Override
    public void release() {
        enter("release the entries of");
        takeAll();
        leave();
    }

    private void enter(String what) {
        options.seam().checkpoint();
        while (!PHASE.compareAndSet(this, null, Phase.BUSY)) {
            Object seen = phase;
            if (seen == Phase.CLOSED || seen instanceof Closing) {
                throw new IllegalStateException(
                        "cannot " + what + " scope \"" + options.name() + "\": its closing has begun");
            }
            awaitChange(seen);
        }
        options.seam().checkpoint();
    }

    private void leave() {
        phase = null;
        wake();
    }

    @Override
    public boolean isClosed() {
        return isSealed();
    }

    @Override
    public void close() {
        Throwable failure = closeAfter(false);
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw CleanupException.failed(options.name(), failure);
        }
    }

    /** Closes, or waits for who does, after work that succeeded or did not say so. The answer is what is to be thrown. */
    @Nullable
    Throwable closeAfter(boolean success) {
        Closing closing = closeOrAwait(success);
        return closing == null ? null : closing.failure();
    }

    /** Closes, or waits for who does, after work that failed. What is to be thrown is suppressed in its failure. */
    void closeAfter(Throwable workFailure) {
        Closing closing = closeOrAwait(false);
        if (closing != null) {
            closing.suppressIn(workFailure);
        }
    }

    private @Nullable Closing closeOrAwait(boolean success) {
        Closing mine = new Closing(options, Outcome.FAILURE, null);
        options.seam().checkpoint();
        while (!PHASE.compareAndSet(this, null, mine)) {
            Object seen = phase;
            if (seen == Phase.CLOSED || (seen instanceof Closing other && other.thread == mine.thread)) {
                return null;
            }
            awaitChange(seen);
        }
        close(mine, success);
        return mine;
    }

    private void close(Closing mine, boolean success) {
        if (success || succeeded) {
            mine.decide(Outcome.SUCCESS);
        } else if (options.shutdownHasBegun()) {
            mine.decide(Outcome.SHUTDOWN);
        }
        run(mine);
    }

    private void run(Closing mine) {
        mine.runAndSeal(this);
        try {
            if (options.shutdown() != null) {
                options.shutdown().unregister(this);
            }
        } finally {
            phase = Phase.CLOSED;
            wake();
        }
    }

    /** Waits until the phase is another one than was seen. An interrupt does not end the wait, and is kept. */
    private void awaitChange(@Nullable Object seen) {
        if (seen == null) {
            return;
        }
        Waiter me = new Waiter(Thread.currentThread());
        do {
            me.next = waiters;
        } while (!WAITERS.compareAndSet(this, me.next, me));
        boolean interrupted = false;
        while (phase == seen && !me.woken) {
            options.seam().park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            me.thread.interrupt();
        }
    }

    private void wake() {
        if (waiters == null) {
            return;
        }
        for (Waiter waiter = (Waiter) WAITERS.getAndSet(this, null); waiter != null; waiter = waiter.next) {
            waiter.woken = true;
            options.seam().unpark(waiter.thread);
        }
    }

    /**
     * At shutdown, on its helper: closes, or goes on where a thread stopped that will never go on itself. False if there
     * is another thread that does; what failed is reported, since nobody is there to throw it to.
     */
    boolean tryCloseAtShutdown(HostProcess process) {
        if (isSealed()) {
            return true; // all has been run, even if its closer has not said so yet
        }
        Object seen = phase;
        Closing mine;
        if (seen instanceof Closing other) {
            if (process.canRun(other.thread)) {
                return false;
            }
            mine = new Closing(options, other.outcome(), other.rest());
        } else {
            mine = new Closing(options, Outcome.FAILURE, null);
        }
        if (seen instanceof Phase || !PHASE.compareAndSet(this, seen, mine)) {
            return false;
        }
        if (seen == null) {
            close(mine, false);
        } else {
            run(mine);
        }
        Throwable failure = mine.failure();
        if (failure != null) {
            Events.report(failure);
        }
        return true;
    }

    /** The thread that closes this scope; null if none does. */
    @Nullable
    Thread closer() {
        return phase instanceof Closing closing ? closing.thread : null;
    }

    /** The thread that opened this scope; null if it is not closed at shutdown. */
    @Nullable
    Thread owner() {
        return owner;
    }

    Options options() {
        return options;
    }

    /** How many actions have not ended, about. */
    int actionsLeft() {
        int left = count();
        return phase instanceof Closing closing ? left + 1 + Entry.count(closing.rest()) : left;
    }

    @Override
    public String toString() {
        Object seen = phase;
        String state = seen == Phase.CLOSED ? "closed" : seen instanceof Closing ? "closing" : "open";
        return "CleanupScope[" + options.name() + ", " + state + ", " + actionsLeft() + " actions left]";
    }

    /** A thread that waits for the phase to change. */
    private static final class Waiter {
        final Thread thread;
        volatile boolean woken;

        @Nullable
        Waiter next; // written before it is published

        Waiter(Thread thread) {
            this.thread = thread;
        }
    }
}
