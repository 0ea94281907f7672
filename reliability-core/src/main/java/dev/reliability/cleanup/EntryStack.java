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
 * <p>What was taken off is kept in {@code rest}, older than what is on the stack, until it is begun or given away. It
 * belongs to one thread at a time, the <em>holder</em>: who closes the scope, or has made it BUSY (see {@link
 * ClosableScope}). Taking is a compare-and-set and then only stores: no call that could overflow the stack lies between
 * them, so an entry is always reachable from here, whatever frame ends the holder's run (rule CLEANUP-2).
 *
 * <p>Memory ordering: the fields of an entry are written before the compare-and-set that publishes it and read after the
 * one that takes it. Sealing succeeds only on an empty stack, so each entry is either taken or refused. {@code rest} is
 * written with release when an entry begins and read with acquire by who goes on in another's place.
 */
abstract class EntryStack {
    private static final Entry END = new Entry.Told(outcome -> {});
    private static final VarHandle HEAD;
    private static final VarHandle REST;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(EntryStack.class, "head", Entry.class);
            REST = lookup.findVarHandle(EntryStack.class, "rest", Entry.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Entry head;
    private @Nullable Entry rest; // written by the holder

    /** Puts an entry, or the chain that begins with it, on top. False, and nothing has changed, if this is sealed. */
    final boolean push(Entry newest) {
        Entry oldest = newest.oldest();
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

    /**
     * The newest entry, which stays here until it has {@link #begun}; null if there is none. For the holder. What has come
     * onto the stack meanwhile is newer than what was taken off before, and each entry is walked over once at most.
     */
    final @Nullable Entry next() {
        Entry known = (Entry) REST.getAcquire(this);
        Entry top = head;
        while (top != null && top != END) {
            if (HEAD.compareAndSet(this, top, null)) {
                if (known != null) {
                    Entry oldest = top;
                    while (oldest.older != null) {
                        oldest = oldest.older;
                    }
                    oldest.older = known;
                }
                rest = top;
                return top;
            }
            top = head;
        }
        return known;
    }

    /** Takes the newest entry off for good: it begins. For the holder. */
    final void begun(Entry next) {
        REST.setRelease(this, next.older);
    }

    /** Whether an entry that was the newest has not begun. For the holder. */
    final boolean hasNotBegun(Entry next) {
        return rest == next;
    }

    /**
     * Moves all that was there when {@link #next} was called onto another stack, where it is the newest. What that one
     * refused, being sealed; null if it refused nothing. For the holder.
     */
    final @Nullable Entry moveAllTo(@Nullable Entry newest, EntryStack other) {
        if (newest == null) {
            return null;
        }
        Entry oldest = newest.oldest();
        try {
            while (true) {
                Entry top = other.head;
                if (top == END) {
                    oldest.older = null;
                    rest = null;
                    return newest;
                }
                oldest.older = top;
                if (HEAD.compareAndSet(other, top, newest)) {
                    rest = null;
                    return null;
                }
            }
        } catch (StackOverflowError stays) {
            oldest.older = null;
            throw stays;
        }
    }

    /** Lets go of all that there is. For the holder. The answer is the chain. */
    final @Nullable Entry releaseAll() {
        Entry newest = next();
        rest = null;
        return newest;
    }

    /**
     * Unlinks the entries that have become void. For the holder, while nobody closes: then nobody else walks the chain but
     * to count it. The answer is how many entries stay.
     */
    final int prune() {
        Entry top = head;
        while (top != null && top.isVoid()) {
            Entry below = top.older;
            if (HEAD.compareAndSet(this, top, below)) {
                top.older = null; // who still knows it must not keep what was below it
                top = below;
            } else {
                top = head;
            }
        }
        int left = 0;
        for (Entry entry = top; entry != null; entry = entry.older) {
            left++;
            Entry below = entry.older;
            while (below != null && below.isVoid()) {
                Entry unlinked = below;
                below = below.older;
                unlinked.older = null;
            }
            entry.older = below;
        }
        return left;
    }

    /** Refuses everything from now on, if the stack is empty. Whether it is sealed. For the holder. */
    final boolean trySeal() {
        return HEAD.compareAndSet(this, null, END) || head == END;
    }

    final boolean isSealed() {
        return head == END;
    }

    /** How many entries there are, about: they are counted while others may be taking them. */
    final int count() {
        Entry top = head;
        int onStack = top == END ? 0 : Entry.count(top);
        return onStack + Entry.count((Entry) REST.getAcquire(this));
    }
}
