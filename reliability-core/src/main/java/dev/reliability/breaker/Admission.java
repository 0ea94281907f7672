package dev.reliability.breaker;

import org.jspecify.annotations.Nullable;

/**
 * Where the outcome of an admitted call goes. A call records at most once; {@link CallRecord} and {@link InFlightCalls} see
 * to it where two sides may try.
 *
 * <p>Recording may leave events to be told: the caller does that by {@link Machine#tell} or, on the timer's thread, {@link
 * Machine#tellElsewhere}.
 */
sealed interface Admission permits Closed, Overridden, HalfOpen.Probe, CallRecord {
    void success(Machine machine, boolean slow);

    void failure(Machine machine, BreakerFailure.Kind kind, @Nullable Throwable failure, boolean slow);

    /** The call says nothing about the health of what was called. */
    void neutral(Machine machine);
}
