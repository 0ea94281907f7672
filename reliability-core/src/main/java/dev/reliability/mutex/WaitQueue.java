package dev.reliability.mutex;

import org.jspecify.annotations.Nullable;

/**
 * Waiters in the order of their arrival; joining and leaving, from anywhere, in constant time.
 *
 * <p>Guarded by the monitor of the {@link Ownership} that it belongs to; only {@link #first} may be read by any thread.
 */
final class WaitQueue {
    private volatile @Nullable Waiter first; // written under the monitor, read by any
    private @Nullable Waiter last;
    private int size;

    @Nullable
    Waiter first() {
        return first;
    }

    int size() {
        return size;
    }

    /**
     * Appends a waiter. Its clock may have been read before that of the waiter in front of it; from then on it counts as
     * come together with it, so that nobody in the queue has waited longer than the first.
     */
    void add(Waiter waiter) {
        Waiter before = last;
        last = waiter;
        size++;
        if (before == null) {
            first = waiter;
            return;
        }
        if (waiter.sinceNanos - before.sinceNanos < 0) {
            waiter.sinceNanos = before.sinceNanos;
        }
        waiter.previous = before;
        before.next = waiter;
    }

    /** Removes a waiter that is here. It keeps no link: a thread that is slow to go on holds no other one's node. */
    void remove(Waiter waiter) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
    }
}
