package dev.reliability.testkit.contract.breaker;

/** The right to make one call, whose end is told by hand. */
public interface BreakerPermit {
    /** It succeeded. */
    void success();

    /** It failed. */
    void failure();

    /** It tells nothing. */
    void ignore();

    /** It has ended. */
    void close();
}
