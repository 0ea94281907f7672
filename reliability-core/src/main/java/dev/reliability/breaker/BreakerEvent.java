package dev.reliability.breaker;

import dev.reliability.Event;
import java.time.Duration;

/**
 * What a {@link CircuitBreaker} tells its listener: each of its transitions, in the order in which they happened (rule
 * BREAKER-14).
 *
 * <p>One thread at a time tells the events of a breaker: the one whose call made the transition, or another one that is
 * telling already; for a transition made by the call limit, a daemon thread started for it. A call that made a transition
 * may therefore go on before its event was heard.
 */
public sealed interface BreakerEvent extends Event {
    /**
     * Calls are refused from now on.
     *
     * @param policy the breaker's name
     * @param from the state before, closed or half-open
     * @param failure the failure that opened it
     * @param openFor the time after which it admits a probe, counted from that failure
     */
    record Opened(String policy, CircuitBreaker.State from, BreakerFailure failure, Duration openFor)
            implements BreakerEvent {}

    /**
     * The open time is over, and probes are admitted.
     *
     * @param policy the breaker's name
     */
    record HalfOpened(String policy) implements BreakerEvent {}

    /**
     * Enough probes succeeded.
     *
     * @param policy the breaker's name
     */
    record Closed(String policy) implements BreakerEvent {}

    /**
     * {@link CircuitBreaker#reset} was called: closed, nothing counted, no override.
     *
     * @param policy the breaker's name
     */
    record WasReset(String policy) implements BreakerEvent {}

    /**
     * {@link CircuitBreaker#isolate} or {@link CircuitBreaker#disable} was called.
     *
     * @param policy the breaker's name
     * @param override which one
     */
    record Overridden(String policy, CircuitBreaker.ManualOverride override) implements BreakerEvent {}

    /**
     * {@link CircuitBreaker#endOverride} was called.
     *
     * @param policy the breaker's name
     * @param state the state in which the breaker goes on
     */
    record OverrideEnded(String policy, CircuitBreaker.State state) implements BreakerEvent {}

    /**
     * The listener was so slow that events were dropped at this point.
     *
     * @param policy the breaker's name
     * @param events how many
     */
    record Missed(String policy, long events) implements BreakerEvent {}
}
