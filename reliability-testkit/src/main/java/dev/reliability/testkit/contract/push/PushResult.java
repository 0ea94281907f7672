package dev.reliability.testkit.contract.push;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of a push, read from whatever the command gives back.
 *
 * @param success the verdict: every destination has acknowledged (in a dry run: the input is valid)
 * @param failure why it failed, null after a success
 * @param problems all that is wrong with the input
 * @param warnings what a person should know and what does not change the verdict, such as a failed cleanup
 * @param deliveries one for each destination of the flow; empty if the push ended before it knew them
 * @param duration of the whole push, as the command measured it
 */
public record PushResult(
        boolean success,
        @Nullable PushError failure,
        List<PushProblem> problems,
        List<String> warnings,
        List<PushDelivery> deliveries,
        Duration duration) {
    /**
     * Copies the lists and checks that nothing else is null.
     *
     * @param success the verdict
     * @param failure why it failed
     * @param problems all that is wrong with the input
     * @param warnings what a person should know and what does not change the verdict
     * @param deliveries one for each destination of the flow
     * @param duration of the whole push
     */
    public PushResult {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        deliveries = List.copyOf(deliveries);
        requireNonNull(duration, "duration");
    }

    /**
     * Why it failed.
     *
     * @return empty after a success
     */
    public Optional<PushError> error() {
        return Optional.ofNullable(failure);
    }

    /**
     * Requests begun, all destinations together.
     *
     * @return 0 or more
     */
    public int attempts() {
        return deliveries.stream().mapToInt(PushDelivery::attempts).sum();
    }
}
