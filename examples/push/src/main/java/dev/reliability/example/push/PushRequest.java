package dev.reliability.example.push;

import dev.reliability.example.push.config.ConfigSource;
import dev.reliability.example.push.event.EventSource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be pushed, and how.
 *
 * @param config the flow's configuration
 * @param environment the chosen environment; null for the configuration as it stands
 * @param events at least one
 * @param limit how long everything together may take; positive
 * @param startNanos when the limit begins, as {@link System#nanoTime} has it; not in the future
 * @param dryRun whether to stop after looking at everything
 * @param nameWarning whether to warn of an event whose name is not of the form ENTITY ACTION
 */
public record PushRequest(
        ConfigSource config,
        @Nullable String environment,
        List<EventSource> events,
        Duration limit,
        long startNanos,
        boolean dryRun,
        boolean nameWarning) {
    /** The limit of a push that names none. */
    public static final Duration STANDARD_LIMIT = Duration.ofSeconds(10);
}
