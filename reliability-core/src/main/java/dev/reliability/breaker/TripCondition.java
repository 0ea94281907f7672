package dev.reliability.breaker;

import dev.reliability.base.Problems;

/** When a closed breaker opens. Immutable and thread-safe. */
public final class TripCondition {
    private final int failures;

    /** Unchecked: the builder checks, with all its other options. */
    TripCondition(int failures) {
        this.failures = failures;
    }

    /**
     * Opens after a number of failures in a row. A success starts the row again; a neutral call leaves it as it is.
     *
     * @param failures how many, at least 1
     * @return the condition
     * @throws IllegalArgumentException if it is less than 1
     */
    public static TripCondition consecutiveFailures(int failures) {
        TripCondition condition = new TripCondition(failures);
        condition.check(new Problems()).throwIfAny();
        return condition;
    }

    Problems check(Problems problems) {
        return problems.check(failures >= 1, "consecutiveFailures", "at least 1", failures);
    }

    int failures() {
        return failures;
    }

    @Override
    public String toString() {
        return failures + " consecutive failures";
    }
}
