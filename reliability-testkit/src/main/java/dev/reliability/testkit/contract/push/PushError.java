package dev.reliability.testkit.contract.push;

import static java.util.Objects.requireNonNull;

/**
 * Why a push failed.
 *
 * @param kind whose fault it is
 * @param stage where the push ended; after a time-out the stage that was waited for
 * @param message for a person: after a time-out it says what was awaited
 * @param place in the flow where it went wrong (file and line, or the function's name), or empty where there is none
 */
public record PushError(Kind kind, PushStage stage, String message, String place) {
    /** Whose fault an error is. */
    public enum Kind {
        /** The event, the flow or the options are wrong: trying again is of no use. */
        USER,
        /** A destination cannot take it at present: trying again later may help. */
        TRANSIENT,
        /** The command or its machine failed. */
        SYSTEM
    }

    /**
     * Checks that nothing is null.
     *
     * @param kind whose fault it is
     * @param stage where the push ended
     * @param message for a person
     * @param place in the flow where it went wrong
     */
    public PushError {
        requireNonNull(kind, "kind");
        requireNonNull(stage, "stage");
        requireNonNull(message, "message");
        requireNonNull(place, "place");
    }
}
