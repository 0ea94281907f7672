package dev.reliability.testkit.contract.retry;

/** What a retry may lack; all are supported unless {@link RetryContract#unsupported} says otherwise. */
public enum RetryCapability {
    /** {@link RetryAdapter#delayNanos} computes a delay (RETRY-4 to RETRY-6). */
    DELAYS,
    /** {@link RetryAdapter#callWithin} obeys a deadline (RETRY-8, RETRY-9, a part of RETRY-15). */
    DEADLINE,
    /** {@link RetryAdapter#hinted} makes a failure with a wait hint (RETRY-15). */
    HINT,
    /** {@link RetrySpec#budget} limits the retries of many callers (RETRY-16). */
    BUDGET,
    /** {@link RetryAdapter#callAsync} retries without blocking (RETRY-18). */
    ASYNC,
    /** HTTP answers and failures are judged (RETRY-19). */
    HTTP,
    /** SQL failures are judged (RETRY-20). */
    SQL,
    /** {@link RetryAdapter#attempt} tells the task which attempt it is (RETRY-21). */
    ATTEMPT,
    /** {@link RetryAdapter#report} reads why a retry ended (parts of the rules whose ends have reasons). */
    REPORT
}
