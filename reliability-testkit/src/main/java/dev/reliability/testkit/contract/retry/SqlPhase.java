package dev.reliability.testkit.contract.retry;

/** What was under way when a database failed. */
public enum SqlPhase {
    /** A connection was being acquired. */
    CONNECTING,
    /** A statement was running. */
    STATEMENT,
    /** The transaction was being committed. */
    COMMIT
}
