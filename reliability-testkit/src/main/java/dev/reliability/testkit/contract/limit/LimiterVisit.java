package dev.reliability.testkit.contract.limit;

/**
 * What a thread of a crowd does once.
 *
 * @param pauseNanos how long it is away first
 * @param waitNanos how long it waits for a permit; negative: it only tries
 */
record LimiterVisit(long pauseNanos, long waitNanos) {}
