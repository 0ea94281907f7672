package dev.reliability.testkit.contract.cleanup;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a listener was told.
 *
 * @param kind what happened
 * @param stack where: of an action that overran, or the place where a scope was opened that leaked; empty for the others
 */
public record CleanupHeard(Kind kind, List<StackTraceElement> stack) {
    /** What happened. */
    public enum Kind {
        /** An action failed. */
        FAILED,
        /** An action went on though it was interrupted at the end of its grace. */
        OVERRAN,
        /** A scope became unreachable and was never closed. */
        LEAKED,
        /** The limit of the shutdown passed before the scope was closed. */
        ABANDONED
    }

    /**
     * Copies the list and checks that there is a kind.
     *
     * @param kind what happened
     * @param stack where
     */
    public CleanupHeard {
        requireNonNull(kind, "kind");
        stack = List.copyOf(stack);
    }
}
