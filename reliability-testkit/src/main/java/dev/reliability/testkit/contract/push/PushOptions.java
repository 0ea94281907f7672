package dev.reliability.testkit.contract.push;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to push.
 *
 * @param environmentName one of the flow's environments, or null where the flow has none
 * @param dryRun validate only
 * @param timeout the one limit over the whole push
 * @param attempts at most so many requests for each delivery, the first included; at least 1
 * @param backoff the wait before the first retry; later ones may be longer, but at most 8 times as long
 * @param json print one JSON document on standard output (processes only)
 * @param silent print nothing on success and one line on standard error on failure (processes only)
 * @param verbose print stack traces, too (processes only)
 */
public record PushOptions(
        @Nullable String environmentName,
        boolean dryRun,
        Duration timeout,
        int attempts,
        Duration backoff,
        boolean json,
        boolean silent,
        boolean verbose) {
    /**
     * Checks that nothing but the environment is null.
     *
     * @param environmentName one of the flow's environments
     * @param dryRun validate only
     * @param timeout the one limit over the whole push
     * @param attempts at most so many requests for each delivery
     * @param backoff the wait before the first retry
     * @param json print one JSON document on standard output
     * @param silent print nothing on success and one line on standard error on failure
     * @param verbose print stack traces
     */
    public PushOptions {
        requireNonNull(timeout, "timeout");
        requireNonNull(backoff, "backoff");
    }

    /**
     * No environment, a real run, 20 s in all, 3 attempts 5 ms apart, plain output.
     *
     * @return the options from which the rules start
     */
    public static PushOptions defaults() {
        return new PushOptions(null, false, Duration.ofSeconds(20), 3, Duration.ofMillis(5), false, false, false);
    }

    /**
     * The chosen environment.
     *
     * @return empty where the flow has none
     */
    public Optional<String> environment() {
        return Optional.ofNullable(environmentName);
    }

    PushOptions in(@Nullable String environment) {
        return new PushOptions(environment, dryRun, timeout, attempts, backoff, json, silent, verbose);
    }

    PushOptions dry() {
        return new PushOptions(environmentName, true, timeout, attempts, backoff, json, silent, verbose);
    }

    PushOptions within(Duration limit) {
        return new PushOptions(environmentName, dryRun, limit, attempts, backoff, json, silent, verbose);
    }

    PushOptions attempting(int limit) {
        return new PushOptions(environmentName, dryRun, timeout, limit, backoff, json, silent, verbose);
    }

    PushOptions printing(boolean asJson, boolean silently, boolean verbosely) {
        return new PushOptions(environmentName, dryRun, timeout, attempts, backoff, asJson, silently, verbosely);
    }
}
