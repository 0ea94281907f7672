package dev.reliability.example.push.delivery;

import java.util.Locale;

/** What is known of a delivery when it ends. */
public enum Outcome {
    /** The destination acknowledged it: an answer 2xx, received in full. */
    DELIVERED,
    /** It was certainly not accepted. */
    FAILED,
    /** A request went out, and what came of it is not known. Delivering again with the same key is safe. */
    UNKNOWN,
    /** Nothing was sent. */
    NOT_ATTEMPTED;

    /** As it is written in results. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
