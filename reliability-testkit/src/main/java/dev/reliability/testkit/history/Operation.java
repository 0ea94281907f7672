package dev.reliability.testkit.history;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One operation as its caller saw it: what was asked, what was answered, and when.
 *
 * @param <C> what can be asked
 * @param <R> what can be answered
 * @param caller who asked, for people
 * @param call what was asked
 * @param result what was answered; empty if nobody knows, since the caller never got an answer
 * @param invoked when it was asked, on a counter that all callers share
 * @param returned when it was answered, on that counter, after {@code invoked}; {@link Long#MAX_VALUE} without an answer
 */
public record Operation<C, R>(String caller, C call, Optional<R> result, long invoked, long returned) {
    /**
     * Checks the components.
     *
     * @param caller who asked
     * @param call what was asked
     * @param result what was answered
     * @param invoked when it was asked
     * @param returned when it was answered
     * @throws IllegalArgumentException if it was answered before it was asked
     */
    public Operation {
        requireNonNull(caller, "caller");
        requireNonNull(call, "call");
        requireNonNull(result, "result");
        if (returned <= invoked) {
            throw new IllegalArgumentException("returned must be after invoked, " + invoked + ", but was " + returned);
        }
    }

    @Override
    public String toString() {
        return "[" + invoked + ".." + (result.isEmpty() ? "" : returned) + "] " + caller + ": " + call + " -> "
                + result.map(Object::toString).orElse("unknown");
    }
}
