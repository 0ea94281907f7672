package dev.reliability.testkit.contract.mutex;

/**
 * What a time-out tells.
 *
 * @param mutex which one was not acquired
 * @param holder the name of the thread that holds it
 * @param heldAtLeastNanos how long it has been held, or less
 * @param waiting how many others wait
 */
public record MutexDiagnosis(String mutex, String holder, long heldAtLeastNanos, int waiting) {}
