package dev.reliability.testkit.contract.retry;

/**
 * A limit on the retries of all callers together, full at the beginning.
 *
 * @param ratio how many retries a call that succeeds at once pays for; positive
 * @param floorPerSecond how many retries a second pays for; zero or more
 * @param max how many retries may be paid for in advance; at least 1
 */
public record BudgetSpec(double ratio, int floorPerSecond, int max) {}
