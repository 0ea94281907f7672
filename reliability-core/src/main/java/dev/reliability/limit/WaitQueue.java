package dev.reliability.limit;

import org.jspecify.annotations.Nullable;

/**
 * Waiters in the order of their arrival; joining and leaving, from anywhere, in constant time.
 *
 * <p>Guarded by the monitor of its owner; only {@link #first}, {@link #size} and {@link #permits} may be read by any
 * thread.
 */
final class WaitQueue {
    // Written under the monitor, read by any.
    private volatile @Nullable Waiter first;
    private volatile int size;
    private volatile long permits;

    private @Nullable Waiter last;

    @Nullable
    Waiter first() {
        return first;
    }

    int size() {
        return size;
    }

    /** How many permits those who are here wait for. */
    long permits() {
        return permits;
    }

    void add(Waiter waiter) {
        Waiter before = last;
        last = waiter;
        count(1, waiter.permits);
        if (before == null) {
            first = waiter;
            return;
        }
        waiter.previous = before;
        before.next = waiter;
    }

    /** Removes a waiter that is here. It keeps no link: a thread that is slow to go on holds no other one's node. */
    void remove(Waiter waiter, Waiter.State end) {
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
        waiter.state = end;
        count(-1, -waiter.permits);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the monitor only
    private void count(int waiters, int ofPermits) {
        size += waiters;
        permits += ofPermits;
    }
}
