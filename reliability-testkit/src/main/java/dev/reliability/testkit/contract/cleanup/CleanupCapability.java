package dev.reliability.testkit.contract.cleanup;

/** What a scope may lack; all are supported unless {@link CleanupScopeContract#unsupported} says otherwise. */
public enum CleanupCapability {
    /** Several threads use one scope (parts of CLEANUP-1 and CLEANUP-4). */
    CONCURRENT,
    /** {@link CleanupAdapter#call} runs work with the scope and closes it (parts of CLEANUP-2 and CLEANUP-6). */
    CALL,
    /** {@link CleanupSpec#reportOnly}: failures go to the listener only (a part of CLEANUP-2). */
    REPORT_ONLY,
    /** {@link CleanupAdapter#moveTo} and {@link CleanupAdapter#release} (CLEANUP-5). */
    TRANSFER,
    /** {@link CleanupAdapter#defer} and {@link CleanupAdapter#succeed} (CLEANUP-6). */
    OUTCOME,
    /** {@link CleanupAdapter#child} (CLEANUP-7). */
    CHILD,
    /** {@link CleanupSpec#graceNanos} (CLEANUP-9). */
    GRACE,
    /** {@link CleanupSpec#atShutdown}: scopes are closed when their process goes down (CLEANUP-10). */
    SHUTDOWN,
    /** {@link CleanupSpec#detectLeaks} and {@link CleanupAdapter#reportLeaks} (CLEANUP-11). */
    LEAK
}
