package dev.reliability.testkit.contract.mutex;

/**
 * What a thread of a crowd does once.
 *
 * @param pauseNanos how long it is away first; 0: not at all
 * @param isPatient whether it waits for the mutex or only tries
 * @param holdNanos how long it holds what it got; 0: it only lets others run
 */
record MutexVisit(long pauseNanos, boolean isPatient, long holdNanos) {}
