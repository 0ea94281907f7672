package dev.reliability.testkit.contract.breaker;

/** What may throw besides the call itself, or throws what nobody expects. */
enum BreakerTrouble {
    ERROR_OF_A_CALL,
    FAILURE_PREDICATE,
    RESULT_PREDICATE,
    LISTENER
}
