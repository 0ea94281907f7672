package dev.reliability.testkit.contract.breaker;

/** The states of a circuit breaker, without what overrides them. */
public enum BreakerState {
    /** Calls run. */
    CLOSED,
    /** Calls are refused. */
    OPEN,
    /** A few calls run as probes. */
    HALF_OPEN
}
