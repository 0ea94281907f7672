package dev.reliability.testkit.contract.breaker;

/**
 * What a breaker has counted since it was made.
 *
 * @param successes calls that succeeded
 * @param failures calls that failed
 * @param ignored calls that were neutral
 * @param rejected calls that were refused
 * @param transitions from state to state
 */
public record BreakerCounts(long successes, long failures, long ignored, long rejected, long transitions) {}
