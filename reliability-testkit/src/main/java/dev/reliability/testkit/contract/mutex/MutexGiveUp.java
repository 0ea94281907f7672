package dev.reliability.testkit.contract.mutex;

/** How a waiter gives up. */
enum MutexGiveUp {
    TIME_OUT,
    INTERRUPT,
    /** Of an asynchronous acquire. */
    CANCEL
}
