package dev.reliability.testkit.contract.push;

import static java.util.Objects.requireNonNull;

/**
 * Where a flow delivers to: one POST request for each attempt, with the idempotency key in the header
 * {@code Idempotency-Key}. An answer 2xx, received in full, is the acknowledgement.
 *
 * @param name in the configuration; blank in a flow with a planted violation
 * @param url absolute, http or https; something else in a flow with a planted violation
 */
public record PushDestination(String name, String url) {
    /**
     * Checks that nothing is null.
     *
     * @param name in the configuration
     * @param url absolute
     */
    public PushDestination {
        requireNonNull(name, "name");
        requireNonNull(url, "url");
    }
}
