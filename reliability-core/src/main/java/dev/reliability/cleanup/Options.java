package dev.reliability.cleanup;

import dev.reliability.EventListener;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
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
 */
record Options(
        String name,
        Seam seam,
        @Nullable EventListener listener,
        boolean reportOnly,
        @Nullable Shutdown shutdown,
        long drainNanos,
        long limitNanos) {
    static final String DEFAULT_NAME = "cleanup";
    static final Options DEFAULTS = new Options(DEFAULT_NAME, Seam.of(TimeSource.system()), null, false, null, 0, 0);

    boolean shutdownHasBegun() {
        return shutdown != null && shutdown.hasBegun();
    }
}
