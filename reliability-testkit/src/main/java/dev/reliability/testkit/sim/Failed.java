package dev.reliability.testkit.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a schedule failed.
 *
 * @param kind of failure
 * @param what happened, in words
 * @param cause what was thrown; null if nothing was
 * @param places where the tasks are that have not ended, if that matters
 */
record Failed(
        SimulationFailure.Kind kind, String what, @Nullable Throwable cause, List<String> places) {
    /** Whether it is the same failure, so far as that can be said. */
    boolean isLike(@Nullable Failed other) {
        return other != null && kind == other.kind && thrown() == other.thrown();
    }

    private @Nullable Class<?> thrown() {
        return cause == null ? null : cause.getClass();
    }
}
