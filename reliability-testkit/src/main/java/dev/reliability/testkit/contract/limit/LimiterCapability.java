package dev.reliability.testkit.contract.limit;

/** What a limiter may lack; all are supported unless {@link LimiterContract#unsupported} says otherwise. */
public enum LimiterCapability {
    /** It limits how often (LIMIT-1; in part LIMIT-3). At least one of this and the next is needed. */
    RATE,
    /** It limits how many at a time (LIMIT-2; in part LIMIT-3). */
    CONCURRENCY,
    /** {@link LimiterSpec#burst} above 0 can be chosen (LIMIT-1). */
    BURST,
    /** {@link LimiterAdapter#acquireAsync} (in part LIMIT-2). */
    ASYNC
}
