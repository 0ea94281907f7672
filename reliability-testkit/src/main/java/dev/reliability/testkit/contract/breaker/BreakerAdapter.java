package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Unsupported;
import org.jspecify.annotations.Nullable;

/**
 * Lets the {@link CircuitBreakerContract} drive somebody's circuit breaker. One adapter is made for each try; its methods
 * are called by many threads.
 */
public interface BreakerAdapter {
    /**
     * Makes a call through the breaker.
     *
     * @param body the call
     * @return its result
     * @throws Throwable what the call throws, the same instance, or {@link BreakerRefused}
     */
    @Nullable
    Object call(Body body) throws Throwable;

    /**
     * The state of the breaker.
     *
     * @return its state; OPEN or HALF_OPEN when the open time is over and no call has come since
     */
    BreakerState state();

    /**
     * Makes a call that has to end within a time, or is interrupted then. Needs {@link BreakerCapability#DEADLINE}.
     *
     * @param nanos the time
     * @param body the call
     * @return its result
     * @throws Throwable what comes of it
     */
    default @Nullable Object callWithin(long nanos, Body body) throws Throwable {
        throw new Unsupported("a deadline");
    }

    /**
     * The failure that opened the breaker. Needs {@link BreakerCapability#OPENED_BY}.
     *
     * @return null while it is closed
     */
    default @Nullable BreakerOpening openedBy() {
        throw new Unsupported("the failure that opened it");
    }

    /**
     * Asks to make a call whose end is told by hand. Needs {@link BreakerCapability#PERMIT}.
     *
     * @return null if it is refused
     */
    default @Nullable BreakerPermit tryAcquire() {
        throw new Unsupported("permits");
    }

    /** Begins anew, closed. Needs {@link BreakerCapability#MANUAL}. */
    default void reset() {
        throw new Unsupported("reset");
    }

    /** Refuses all calls until the override ends. Needs {@link BreakerCapability#MANUAL}. */
    default void isolate() {
        throw new Unsupported("isolate");
    }

    /** Lets all calls run and counts none until the override ends. Needs {@link BreakerCapability#MANUAL}. */
    default void disable() {
        throw new Unsupported("disable");
    }

    /** Goes on in the state that was overridden. Needs {@link BreakerCapability#MANUAL}. */
    default void endOverride() {
        throw new Unsupported("endOverride");
    }

    /**
     * What was counted. Needs {@link BreakerCapability#COUNTS}.
     *
     * @return the counts of one instant
     */
    default BreakerCounts counts() {
        throw new Unsupported("counts");
    }

    /**
     * Makes a call through the breaker of a key. Needs {@link BreakerCapability#KEYED}.
     *
     * @param key which one
     * @param body the call
     * @return its result
     * @throws Throwable as {@link #call(Body)}
     */
    default @Nullable Object call(String key, Body body) throws Throwable {
        throw new Unsupported("keys");
    }

    /**
     * For how many keys memory is kept. Needs {@link BreakerCapability#KEYED}.
     *
     * @return the number of keys
     */
    default int keptKeys() {
        throw new Unsupported("keys");
    }

    /** Gives back what the adapter itself holds. Called once, at the end of the try. */
    default void close() {}
}
