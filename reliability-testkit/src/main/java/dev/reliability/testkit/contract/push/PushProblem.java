package dev.reliability.testkit.contract.push;

import static java.util.Objects.requireNonNull;

/**
 * One thing that is wrong with the input.
 *
 * @param path of the field, in the terms of {@link PushEvent} and {@link PushFlow}, such as {@code nested[1].type}; the
 *     adapter translates paths of its own format
 * @param message for a person
 */
public record PushProblem(String path, String message) {
    /**
     * Checks that nothing is null.
     *
     * @param path of the field
     * @param message for a person
     */
    public PushProblem {
        requireNonNull(path, "path");
        requireNonNull(message, "message");
    }
}
