package dev.reliability.cleanup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free stack of entries that can be sealed. What a {@link StackedScope} is built on; a superclass, not a field, to
 * save each scope an object.
 *
 * <pre>
 *   empty (null) <--- takeAll, push ---> newest entry
 *      |
 *      '--- trySeal ---> END, for ever
 * </pre>
 *
 * <p>Source: R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118, 1986, with one change: entries
 * are taken off only all at once, never one by one. So nobody reads {@code older} of an entry that another thread may
 * have taken, and an entry that comes back by moving does no harm (there is no ABA problem: a push only needs its head to
 * be the head, whatever happened in between).
 *
 * <p>Linked and not an array: an entry is the memory it needs, so a push cannot fail for want of memory and needs no
 * reservation beside it; it costs one compare-and-set.
 *
 * <p>Memory ordering: the fields of an entry are written before the compare-and-set that publishes it and read after the
 * one that takes it. Sealing succeeds only on an empty stack, so each entry is either taken or refused.
 */
abstract class EntryStack {
    private static final Entry END = new Entry.Told(outcome -> {});
    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(EntryStack.class, "head", Entry.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Entry head;

    /** Puts a chain on top. False, and nothing has changed, if the stack is sealed. */
    final boolean push(Entry newest, Entry oldest) {
        while (true) {
            Entry top = head;
            if (top == END) {
                oldest.older = null; // an earlier turn may have linked what is somebody else's by now
                return false;
            }
            oldest.older = top;
            if (HEAD.compareAndSet(this, top, newest)) {
                return true;
            }
        }
    }

    /** Takes everything off; null if there is nothing. */
    final @Nullable Entry takeAll() {
        while (true) {
            Entry top = head;
            if (top == null || top == END) {
                return null;
            }
            if (HEAD.compareAndSet(this, top, null)) {
                return top;
            }
        }
    }

    /** Refuses everything from now on, if the stack is empty. */
    final boolean trySeal() {
        return HEAD.compareAndSet(this, null, END);
    }

    final boolean isSealed() {
        return head == END;
    }

    /** How many entries there are, about: they are counted while others may be taking them. */
    final int count() {
        Entry top = head;
        return top == END ? 0 : Entry.count(top);
    }
}
