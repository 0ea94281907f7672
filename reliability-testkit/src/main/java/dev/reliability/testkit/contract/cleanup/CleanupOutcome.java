package dev.reliability.testkit.contract.cleanup;

/** How the work of a scope ended. */
public enum CleanupOutcome {
    /** It said that it had succeeded. */
    SUCCESS,
    /** It did not. */
    FAILURE,
    /** It did not, and the process is going down. */
    SHUTDOWN
}
