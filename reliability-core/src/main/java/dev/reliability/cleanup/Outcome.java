package dev.reliability.cleanup;

/**
 * How the work of a scope ended, as its cleanup actions are told. Decided once, when the closing of the scope begins.
 * Immutable, as enums are.
 */
public enum Outcome {
    /** The work said so: by {@link CleanupScope#succeed}, or by returning from {@link Cleanup#call}. */
    SUCCESS,

    /** The work did not say that it had succeeded. */
    FAILURE,

    /** The work did not say that it had succeeded, and the process is going down: see {@link Cleanup.Builder#closeAtShutdown()}. */
    SHUTDOWN
}
