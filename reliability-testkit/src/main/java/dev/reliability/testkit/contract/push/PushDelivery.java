package dev.reliability.testkit.contract.push;

import static java.util.Objects.requireNonNull;

/**
 * What came of one destination.
 *
 * @param destination name of it
 * @param outcome what is known at the end
 * @param attempts requests begun, 0 or more
 */
public record PushDelivery(String destination, Outcome outcome, int attempts) {
    /** What is known about a delivery. */
    public enum Outcome {
        /** An acknowledgement was received. */
        DELIVERED,
        /** It certainly was not accepted. */
        FAILED,
        /** A request went out, and no answer came back, or one that leaves open whether it was accepted, such as 502. */
        UNKNOWN,
        /** Nothing was sent. */
        NOT_ATTEMPTED
    }

    /**
     * Checks that nothing is null.
     *
     * @param destination name of it
     * @param outcome what is known at the end
     * @param attempts requests begun
     */
    public PushDelivery {
        requireNonNull(destination, "destination");
        requireNonNull(outcome, "outcome");
    }
}
