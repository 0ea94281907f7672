package dev.reliability.time;

import org.jspecify.annotations.Nullable;

/**
 * The deadline that is bound on each thread.
 *
 * <p>{@code used} is set before the first deadline is bound anywhere and never cleared, and it is read without any
 * ordering: a thread that has a deadline bound has itself set it or seen it set, for binding is done by the thread.
 * Programs that bind no deadline pay one plain read where the ambient deadline is asked for.
 */
final class Ambient {
    private static final ThreadLocal<@Nullable Deadline> BOUND = new ThreadLocal<>();
    private static boolean used;

    private Ambient() {}

    static @Nullable Deadline current() {
        return used ? BOUND.get() : null;
    }

    /** Binds a deadline, or none. The answer is what was bound before: to be bound again at the end. */
    static @Nullable Deadline bind(@Nullable Deadline deadline) {
        used = true;
        Deadline before = BOUND.get();
        if (deadline == null) {
            BOUND.remove();
        } else {
            BOUND.set(deadline);
        }
        return before;
    }
}
