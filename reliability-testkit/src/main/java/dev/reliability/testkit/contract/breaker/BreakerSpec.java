package dev.reliability.testkit.contract.breaker;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker that a try needs. What is null or 0 is left at the default of what is under test. What an adapter
 * cannot make it refuses with {@link dev.reliability.testkit.contract.Unsupported}.
 *
 * @param name what is protected
 * @param trip when it opens; only of kinds that are supported
 * @param openNanos how long it is open; -1 for the default
 * @param successThreshold how many successes close it
 * @param probes how many probes run at a time
 * @param probeLeaseNanos how long a probe may take
 * @param callLimitNanos how long a call may run before it counts as a failure
 * @param callTimeoutNanos after which time a call is ended; only with {@link BreakerCapability#CALL_TIMEOUT}
 * @param fairNanos how long a call must have run for running out of its time to be a failure
 * @param growth by which the open time grows; only with {@link BreakerCapability#BACKOFF}
 * @param openCapNanos the longest open time; only with {@link BreakerCapability#BACKOFF}
 * @param jitter what part of the open time is added at random at most; only with {@link BreakerCapability#BACKOFF}
 * @param ignored a type of exceptions that is neutral
 * @param failureIf which other exceptions are failures
 * @param failureResult which results are failures
 * @param listener hears each state that the breaker gets into; only with {@link BreakerCapability#LISTENER}
 */
public record BreakerSpec(
        String name,
        @Nullable BreakerTrip trip,
        long openNanos,
        int successThreshold,
        int probes,
        long probeLeaseNanos,
        long callLimitNanos,
        long callTimeoutNanos,
        long fairNanos,
        double growth,
        long openCapNanos,
        double jitter,
        @Nullable Class<? extends Throwable> ignored,
        @Nullable Predicate<Throwable> failureIf,
        @Nullable Predicate<@Nullable Object> failureResult,
        @Nullable Consumer<BreakerState> listener) {}
