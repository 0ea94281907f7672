package dev.reliability.cleanup;

import dev.reliability.Action;
import org.jspecify.annotations.Nullable;

/**
 * One thing to do at the end, linked to the one that was registered before it. Its fields are plain: they are written
 * before the entry is published on an {@link EntryStack} or by the one thread that has taken it off.
 */
abstract sealed class Entry {
    @Nullable
    Entry older;

    /**
     * Takes itself off the stack, as the first thing in this frame, and acts. So an entry that did not come as far as this,
     * since the stack of the thread was full, is still there.
     */
    final void run(EntryStack stack, Outcome outcome) throws Exception {
        stack.begun(this);
        act(outcome);
    }

    /** Does what is to be done; by who has taken it off the stack. */
    abstract void act(Outcome outcome) throws Exception;

    /** Whether there is nothing left to run. */
    boolean isVoid() {
        return false;
    }

    /** Whether it was run to its end, as far as it can know. */
    boolean isOver() {
        return false;
    }

    /** The end of the chain that begins here. */
    final Entry oldest() {
        Entry entry = this;
        while (entry.older != null) {
            entry = entry.older;
        }
        return entry;
    }

    /** How long a chain is. */
    static int count(@Nullable Entry newest) {
        int count = 0;
        for (Entry entry = newest; entry != null; entry = entry.older) {
            count++;
        }
        return count;
    }

    /** A value with its closer. The value is set once it is open. */
    static final class Owned<T extends @Nullable Object> extends Entry {
        private final CleanupScope.Closer<? super T> closer;
        private @Nullable T value;

        Owned(CleanupScope.Closer<? super T> closer) {
            this.closer = closer;
        }

        void own(T opened) {
            value = opened;
        }

        @Override
        @SuppressWarnings("NullAway") // only a value that was set is registered
        void act(Outcome outcome) throws Exception {
            closer.close(value);
        }
    }

    /** Something that closes itself. */
    static final class Closeable extends Entry {
        private final AutoCloseable closeable;

        Closeable(AutoCloseable closeable) {
            this.closeable = closeable;
        }

        @Override
        void act(Outcome outcome) throws Exception {
            closeable.close();
        }
    }

    /** An action that does not care how the work ended. */
    static final class Deferred extends Entry {
        private final Action<?> action;

        Deferred(Action<?> action) {
            this.action = action;
        }

        @Override
        void act(Outcome outcome) throws Exception {
            action.run();
        }
    }

    /** An action that does, and the end of an {@link EntryStack}. */
    static final class Told extends Entry {
        private final CleanupScope.OutcomeAction action;

        Told(CleanupScope.OutcomeAction action) {
            this.action = action;
        }

        @Override
        void act(Outcome outcome) throws Exception {
            action.run(outcome);
        }
    }

    /** A scope inside another one, until it is closed. */
    static final class Child extends Entry {
        private volatile @Nullable StackedScope child;

        /** Changes when this entry moves; null when it is released. */
        volatile @Nullable ClosableScope owner;

        Child(StackedScope child, ClosableScope owner) {
            this.child = child;
            this.owner = owner;
        }

        /** The child is closed: it leaves, whatever becomes of this entry. */
        void leave() {
            child = null;
            ClosableScope left = owner;
            if (left != null) {
                left.childHasLeft();
            }
        }

        @Override
        boolean isVoid() {
            return child == null;
        }

        @Override
        boolean isOver() {
            StackedScope left = child;
            return left == null || left.isThrough();
        }

        @Override
        void act(Outcome outcome) {
            close(outcome, null);
        }

        /** Closes the child. At shutdown the process tells whose closing may be taken over. */
        void close(Outcome outcome, @Nullable HostProcess process) {
            StackedScope left = child;
            if (left != null) {
                left.closeInParent(outcome, process);
            }
        }
    }
}
