package dev.reliability.cleanup;

import dev.reliability.EventListener;
import dev.reliability.time.TimeSource;
import dev.reliability.time.Timeout;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a scope behaves. Immutable.
 *
 * @param name of the scope
 * @param seam by which closers wait for one another
 * @param listener who is told; null if nobody
 * @param reportOnly whether failures are told to the listener and not thrown
 * @param shutdown where the scope is registered; null if it is not closed at shutdown
 * @param drainNanos how long the owner has at shutdown
 * @param limitNanos how long the whole shutdown may take
 * @param graceNanos how long each action has until it is interrupted; 0 if it has no limit
 * @param timeout what interrupts it then; null if nothing does
 * @param executor who runs the actions if the scope is detachable; null if it is not; needs a grace
 * @param leaks whether the scope is reported if it becomes unreachable unclosed
 */
record Options(
        String name,
        Seam seam,
        @Nullable EventListener listener,
        boolean reportOnly,
        @Nullable Shutdown shutdown,
        long drainNanos,
        long limitNanos,
        long graceNanos,
        @Nullable Timeout timeout,
        @Nullable Executor executor,
        boolean leaks) {
    static final String DEFAULT_NAME = "cleanup";
    static final Options DEFAULTS = new Options(
            DEFAULT_NAME, Seam.of(TimeSource.system()), null, false, null, 0, 0, 0, null, null, Leaks.WATCH_ALL);

    boolean shutdownHasBegun() {
        return shutdown != null && shutdown.hasBegun();
    }

    Options named(String other) {
        return new Options(
                other,
                seam,
                listener,
                reportOnly,
                shutdown,
                drainNanos,
                limitNanos,
                graceNanos,
                timeout,
                executor,
                leaks);
    }
}
