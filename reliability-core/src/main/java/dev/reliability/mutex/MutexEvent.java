package dev.reliability.mutex;

import dev.reliability.Event;
import java.time.Duration;

/** What a {@link TimedMutex} tells its listener. Immutable: any thread may read it. */
public sealed interface MutexEvent extends Event {
    /**
     * The mutex has been held for longer than the reporting limit, and still is: told once for each such hold, on a thread
     * of its own. The hold goes on.
     *
     * @param policy the name of the mutex
     * @param holder the name of the thread that acquired it, or "#" and its number if it has none; for an asynchronous
     *     acquire, of the thread that asked
     * @param heldFor how long it has been held when this was found
     */
    record HeldLong(String policy, String holder, Duration heldFor) implements MutexEvent {}
}
