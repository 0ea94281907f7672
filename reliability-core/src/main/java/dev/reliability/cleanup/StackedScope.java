package dev.reliability.cleanup;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.Task;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The scope as its users see it. How it works: {@link EntryStack}, {@link PhasedScope}, {@link ClosableScope}. */
final class StackedScope extends ClosableScope implements CleanupScope {
    static {
        linkAll();
    }

    /**
     * Code is linked when it runs first, and that takes memory and stack. None must be needed between the opening of
     * something and its being owned, in the first scope either (CLEANUP-4), nor to clean up when there is none left, or to
     * keep what failed then.
     */
    private static void linkAll() {
        StackedScope first = new StackedScope(Options.DEFAULTS);
        first.<Object, RuntimeException>open(Object::new, value -> {});
        first.linksMade();
        first.close();
        Closing.link();
    }

    private StackedScope(Options options) {
        super(options);
    }

    static StackedScope open(Options options) {
        StackedScope scope = new StackedScope(options);
        Shutdown shutdown = options.shutdown();
        if (shutdown != null || options.leaks()) {
            Links links = new Links(
                    shutdown == null ? null : Thread.currentThread(),
                    null,
                    options.leaks() ? Leaks.watch(scope) : null);
            scope.link(links);
            if (shutdown != null) {
                register(scope, links, shutdown);
            }
        }
        return scope;
    }

    private static void register(StackedScope scope, Links links, Shutdown shutdown) {
        try {
            shutdown.register(scope);
        } catch (Throwable refusal) {
            links.unregister(scope); // what was never opened is no leak
            throw refusal;
        }
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

    @Override
    public CleanupScope child() {
        return child(options());
    }

    @Override
    public CleanupScope child(String name) {
        return child(options().named(requireNonNull(name, "name")));
    }

    private CleanupScope child(Options childOptions) {
        StackedScope child = new StackedScope(childOptions);
        Entry.Child place = new Entry.Child(child, this);
        child.link(new Links(null, place, null));
        register(place);
        return child;
    }

    private void register(Entry entry) {
        boolean pushed;
        try {
            options().seam().checkpoint();
            pushed = push(entry);
        } catch (StackOverflowError full) {
            entry.older = null;
            refused(entry); // it is not owned, so it is closed, if there is stack enough for that
            throw full;
        }
        if (!pushed) {
            throw refused(entry);
        }
    }

    /** Runs what came too late, as a scope of its own; the answer says so, with what failed suppressed in it. */
    private IllegalStateException refused(Entry newest) {
        StackedScope late = new StackedScope(options());
        late.push(newest);
        Closing closing = late.closeOrAwait(Outcome.FAILURE);
        IllegalStateException refusal = closed("register anything with");
        if (closing != null && closing.failures() != null) {
            closing.failures().suppressIn(refusal);
        }
        return refusal;
    }

    private IllegalStateException closed(String what) {
        return new IllegalStateException(
                "cannot " + what + " scope \"" + options().name() + "\": it is closed; open a new one");
    }

    @Override
    public void succeed() {
        hold("mark as succeeded", this::markSucceeded);
    }

    @Override
    public void moveTo(CleanupScope other) {
        StackedScope target = (StackedScope) requireNonNull(other, "other");
        if (target == this) {
            throw new IllegalArgumentException("other must be another scope, but was this one, " + this);
        }
        Move move = new Move(target);
        hold("move the entries of", move);
        if (move.circular) {
            throw new IllegalArgumentException("other must not be inside this scope, " + this + ", but was " + target);
        }
        if (move.refused != null) {
            throw target.refused(move.refused);
        }
    }

    /**
     * Done while this scope is held, so that its closing cannot begin meanwhile.
     *
     * <p>A scope inside itself would be closed by nobody. The children that move are told their new owner first, and then
     * the owners of the target are followed upwards. Of several moves that would make a circle together at least one sees it
     * whole, since each writes before it reads; that one takes its children back.
     */
    private final class Move implements Runnable {
        private final StackedScope target;
        private @Nullable Entry refused;
        private boolean circular;

        private Move(StackedScope target) {
            this.target = target;
        }

        @Override
        public void run() {
            Entry newest = next();
            boolean moved = false;
            try {
                setOwner(newest, target);
                target.options().seam().checkpoint();
                circular = target.isInsideItself();
                if (!circular) {
                    refused = moveAllTo(newest, target);
                    moved = true;
                }
            } finally {
                if (!moved) {
                    setOwner(newest, StackedScope.this);
                }
            }
        }

        private static void setOwner(@Nullable Entry newest, StackedScope owner) {
            for (Entry entry = newest; entry != null; entry = entry.older) {
                if (entry instanceof Entry.Child child) {
                    child.owner = owner;
                }
            }
        }
    }

    @Override
    public void release() {
        hold("release the entries of", () -> {
            for (Entry entry = releaseAll(); entry != null; entry = entry.older) {
                if (entry instanceof Entry.Child child) {
                    child.owner = null;
                }
            }
        });
    }

    @Override
    public boolean isClosed() {
        return isSealed();
    }

    @Override
    public void close() {
        Failures failures = closeAll(null);
        if (failures == null) {
            return;
        }
        Throwable failure = failures.joined();
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw CleanupException.failed(options().name(), failure);
    }

    /**
     * Closes, or waits for who does.
     *
     * @param said what the work said; null if it said nothing
     * @return what is to be thrown or suppressed; null if nothing is
     */
    @Nullable
    Failures closeAll(@Nullable Outcome said) {
        Executor executor = options().executor();
        if (executor != null) {
            return DetachedClosing.close(this, said, executor);
        }
        Closing closing = closeOrAwait(said);
        return closing == null ? null : closing.failures();
    }

    /** As an entry of the parent, on the thread that closes that one. What its own work said goes before. */
    void closeInParent(Outcome parentOutcome, @Nullable HostProcess process) {
        Closing closing = closeOrAwait(parentOutcome, process);
        if (closing != null && closing.failures() != null) {
            throw Failures.<RuntimeException>asItIs(closing.failures().joined());
        }
    }

    @Override
    public String toString() {
        return "CleanupScope[" + options().name() + ", " + state() + ", " + actionsLeft() + " actions left]";
    }
}
