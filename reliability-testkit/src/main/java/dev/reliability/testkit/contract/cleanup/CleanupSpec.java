package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Settings;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The scope that a rule asks for. Fields that belong to a capability are set only where it is supported.
 *
 * @param listener told about what happens; null if nobody is
 * @param reportOnly whether failures go to the listener and nowhere else
 * @param graceNanos how long each action may take; 0 without a limit
 * @param detachedOn runs the actions, so that closing can return when the grace is over; null if it is not to
 * @param atShutdown whether the scope is closed when the process goes down: its owner has the {@link #drain} for that,
 *     and all of it the {@link #limit}
 * @param detectLeaks whether the scope is reported if it becomes unreachable unclosed
 */
public record CleanupSpec(
        @Nullable Consumer<CleanupHeard> listener,
        boolean reportOnly,
        long graceNanos,
        @Nullable Executor detachedOn,
        boolean atShutdown,
        boolean detectLeaks) {
    static final CleanupSpec PLAIN = new CleanupSpec(null, false, 0, null, false, false);

    static CleanupSpec tellingTo(Consumer<CleanupHeard> listener) {
        return new CleanupSpec(listener, false, 0, null, false, false);
    }

    /**
     * How long the owners have at shutdown to close their scopes themselves.
     *
     * @return half a second, scaled
     */
    public static Duration drain() {
        return Settings.scaled(Duration.ofMillis(500));
    }

    /**
     * How long a shutdown may take.
     *
     * @return a second and a half, scaled
     */
    public static Duration limit() {
        return Settings.scaled(Duration.ofMillis(1500));
    }

    CleanupSpec onlyReporting() {
        return new CleanupSpec(listener, true, graceNanos, detachedOn, atShutdown, detectLeaks);
    }

    CleanupSpec withGrace(long nanos, @Nullable Executor executor) {
        return new CleanupSpec(listener, reportOnly, nanos, executor, atShutdown, detectLeaks);
    }

    CleanupSpec closedAtShutdown() {
        return new CleanupSpec(listener, reportOnly, graceNanos, detachedOn, true, detectLeaks);
    }

    CleanupSpec detectingLeaks() {
        return new CleanupSpec(listener, reportOnly, graceNanos, detachedOn, atShutdown, true);
    }
}
