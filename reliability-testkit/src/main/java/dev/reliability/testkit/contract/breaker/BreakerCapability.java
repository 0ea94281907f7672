package dev.reliability.testkit.contract.breaker;

/** What a circuit breaker may lack; all are supported unless {@link CircuitBreakerContract#unsupported} says otherwise. */
public enum BreakerCapability {
    /** It can open on consecutive failures (BREAKER-2). At least one of this and the next is needed. */
    CONSECUTIVE_FAILURES,
    /** It can open on the failure rate over the last calls (BREAKER-2). */
    FAILURE_RATE,
    /** It can open on the failure rate over a time (BREAKER-2). */
    TIMED_RATE,
    /** It can open on the rate of slow calls (BREAKER-2). */
    SLOW_RATE,
    /** {@link BreakerAdapter#openedBy} (BREAKER-3). */
    OPENED_BY,
    /** {@link BreakerAdapter#tryAcquire} (BREAKER-7). */
    PERMIT,
    /** {@link BreakerAdapter#callWithin} (BREAKER-9). */
    DEADLINE,
    /** {@link BreakerSpec#callTimeoutNanos} can be chosen (BREAKER-1). */
    CALL_TIMEOUT,
    /** {@link BreakerAdapter#reset}, {@link BreakerAdapter#isolate} and what belongs to them (BREAKER-11). */
    MANUAL,
    /** {@link BreakerSpec#listener} is told (BREAKER-14; in part BREAKER-8, BREAKER-12, BREAKER-13). */
    LISTENER,
    /** {@link BreakerAdapter#counts} (BREAKER-15). */
    COUNTS,
    /** {@link BreakerSpec#growth} and what belongs to it can be chosen (BREAKER-17). */
    BACKOFF,
    /** {@link BreakerAdapter#call(String, dev.reliability.testkit.contract.Body)} (BREAKER-20). */
    KEYED
}
