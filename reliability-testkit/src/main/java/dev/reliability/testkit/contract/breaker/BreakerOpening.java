package dev.reliability.testkit.contract.breaker;

import org.jspecify.annotations.Nullable;

/**
 * The failure that opened a breaker, as it tells.
 *
 * @param type the class name of the exception; null if there was none
 * @param isTimeOut whether a call ran into a limit
 * @param agoNanos how long ago it was
 */
public record BreakerOpening(@Nullable String type, boolean isTimeOut, long agoNanos) {}
