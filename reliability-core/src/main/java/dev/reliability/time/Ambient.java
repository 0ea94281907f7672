package dev.reliability.time;

import org.jspecify.annotations.Nullable;

/**
 * What is ambient on each thread: the deadline that is bound, and the innermost call under a limit.
 *
 * <p>Both sit in one slot, an array of plain objects. It stays with its thread, but holds nothing once the outermost call
 * is over, and its own class is the JDK's: a pooled thread does not keep the library, or the application around it, from
 * being unloaded. And restoring what was before is two stores into an array that the caller holds already, which works
 * even where the stack is full and no method can be called any more (rule DEADLINE-4).
 *
 * <p>{@code used} is set before the first slot is made anywhere and never cleared, and it is read without any ordering: a
 * thread that has a deadline bound has itself set it or seen it set, for binding is done by the thread. Programs that
 * bind no deadline pay one plain read where the ambient deadline is asked for. To count the threads that have one bound
 * would cost more than binding does, and could not be done on a full stack.
 */
final class Ambient {
    /** Index of the {@link Deadline} that is bound, or null. */
    static final int DEADLINE = 0;

    /** Index of the innermost {@link LimitedCall} that runs, or null. */
    static final int CALL = 1;

    private static final ThreadLocal<@Nullable Object @Nullable []> SLOT = new ThreadLocal<>();
    private static boolean used;

    private Ambient() {}

    static @Nullable Deadline current() {
        if (!used) {
            return null;
        }
        @Nullable Object[] slot = SLOT.get();
        return slot == null ? null : (Deadline) slot[DEADLINE];
    }

    /** The slot of the calling thread; only that thread may touch it. */
    static @Nullable Object[] slot() {
        @Nullable Object[] slot = SLOT.get();
        if (slot == null) {
            used = true;
            slot = new @Nullable Object[2];
            SLOT.set(slot);
        }
        return slot;
    }
}
