package dev.reliability.testkit.contract.retry;

import java.util.List;

/**
 * What a task is told about the attempt that it is.
 *
 * @param number 1 is the first
 * @param failures what the attempts before it threw, oldest first: all of them up to 9, then the first one and the last 8
 */
public record RetryAttempt(long number, List<Throwable> failures) {
    /**
     * Copies the list.
     *
     * @param number 1 is the first
     * @param failures what the attempts before it threw
     */
    public RetryAttempt {
        failures = List.copyOf(failures);
    }
}
