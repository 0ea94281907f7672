package dev.reliability.limit;

import dev.reliability.time.spi.Alarm;
import org.jspecify.annotations.Nullable;

/**
 * One place in the queue of a limiter: of a thread, or of an acquire that waits without one.
 *
 * <pre>
 *   WAITING --- is admitted ----------------------------> ADMITTED
 *      |
 *      '--- gives up: time-out, interrupt, cancelled ---> GONE
 * </pre>
 *
 * <p>Both steps are made under the monitor that guards the queue, together with leaving it: whoever is admitted can no
 * longer give up, and whoever has given up is not admitted.
 */
final class Waiter {
    enum State {
        WAITING,
        ADMITTED,
        GONE
    }

    final Thread thread = Thread.currentThread(); // who asked
    final @Nullable AsyncAcquire<?> async; // null: the thread waits itself
    final int permits;

    volatile State state = State.WAITING; // written under the monitor, read by any

    // Guarded by the monitor.
    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    @Nullable
    Alarm due; // of one without a thread that is first

    Waiter(int permits, @Nullable AsyncAcquire<?> async) {
        this.permits = permits;
        this.async = async;
    }
}
