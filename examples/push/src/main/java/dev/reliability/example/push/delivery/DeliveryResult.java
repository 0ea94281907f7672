package dev.reliability.example.push.delivery;

import dev.reliability.example.push.failure.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one delivery.
 *
 * @param destination its name
 * @param outcome what is known
 * @param attempts how many requests were begun
 * @param status of the last answer; null if there was none
 * @param key the idempotency key that every attempt carried; null if nothing was to be sent
 * @param took from its begin to its end, waits included
 * @param kind who can mend it; null if there is nothing to mend
 * @param problem what went wrong, in a line; null if nothing did
 * @param outOfTime whether it failed because the time of the whole push was up
 */
public record DeliveryResult(
        String destination,
        Outcome outcome,
        int attempts,
        @Nullable Integer status,
        @Nullable String key,
        Duration took,
        @Nullable Kind kind,
        @Nullable String problem,
        boolean outOfTime) {
    /** The result of a destination that the flow did not deliver to. */
    public static DeliveryResult notAttempted(String destination) {
        return new DeliveryResult(destination, Outcome.NOT_ATTEMPTED, 0, null, null, Duration.ZERO, null, null, false);
    }

    /** Whether something has to be done about it. */
    public boolean isFailure() {
        return kind != null;
    }
}
