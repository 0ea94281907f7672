package dev.reliability.testkit.contract.deadline;

/**
 * What a failure tells about the limit that was exceeded.
 *
 * @param limit which one was binding, in words; blank if it is not told
 * @param grantedNanos how long the work was granted
 * @param ranNanos how long it ran
 */
public record DeadlineExceeded(String limit, long grantedNanos, long ranNanos) {}
