package dev.reliability.mutex;

import org.jspecify.annotations.Nullable;

/**
 * The right to be alone, until it is closed.
 *
 * <p>A hold belongs to whoever has the object, not to the thread that acquired it: any thread may close it. The first
 * {@link #close} frees the mutex, or hands it to the thread that has waited longest; every other one does nothing, even
 * if the mutex has a new holder by then. A hold that is never closed keeps the mutex held for ever.
 *
 * <p>Thread-safe. What a thread does before closing a hold happens-before everything that the next holder does.
 */
public final class Hold implements AutoCloseable {
    private final Ownership ownership;
    private final long token;
    private @Nullable Thread thread; // who acquired it, for diagnosis; cleared before the release that ends it

    private @Nullable Runnable released; // run by the close that ends it; set before anybody else has this object

    Hold(Ownership ownership, long token, Thread thread) {
        this.ownership = ownership;
        this.token = token;
        this.thread = thread;
    }

    /** Gives the mutex back. Never waits, never throws; does nothing if this hold was closed before. */
    @Override
    public void close() {
        thread = null; // the mutex may keep this object until its next holder comes, but must not keep a dead thread
        Runnable after = released;
        if (ownership.release(token) && after != null) {
            after.run();
        }
    }

    /** Has something run once it has ended; before that is run what was to be run before. */
    void whenReleased(@Nullable Runnable next) {
        Runnable before = released;
        if (before == null || next == null) {
            released = before == null ? next : before;
        } else {
            released = () -> {
                before.run();
                next.run();
            };
        }
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    @Override
    public String toString() {
        return ownership.isHeldBy(token) ? "Hold[open]" : "Hold[closed]";
    }
}
