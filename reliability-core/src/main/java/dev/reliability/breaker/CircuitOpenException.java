package dev.reliability.breaker;

import dev.reliability.RetryAfter;
import dev.reliability.base.Nanos;
import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.State;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CircuitBreaker} refused a call; the task was not run.
 *
 * <p>It has no stack trace and makes its message when asked for it: refusals come in storms. The failure that opened the
 * breaker is not its cause, since it belongs to another caller: see {@link CircuitBreaker#openedBy}.
 *
 * <p>As thread-safe as {@link Throwable}: its own fields are final.
 */
public final class CircuitOpenException extends RuntimeException implements RetryAfter {
    private static final long serialVersionUID = 1L;

    /** The breaker that refused; null after deserialization. */
    private final transient @Nullable Machine breaker;

    /** Its name. */
    private final String name;

    /** Its state. */
    private final State state;

    /** Its override. */
    private final ManualOverride override;

    /** What was left of the open time in nanoseconds, negative if that is not known. */
    private final long remainingNanos;

    /** How many probes it admits at a time. */
    private final int probes;

    CircuitOpenException(Machine breaker, State state, ManualOverride override, long remainingNanos, int probes) {
        super(null, null, true, false);
        this.breaker = breaker;
        this.name = breaker.name;
        this.state = state;
        this.override = override;
        this.remainingNanos = remainingNanos;
        this.probes = probes;
    }

    boolean isBy(Machine candidate) {
        return breaker == candidate;
    }

    /**
     * The name of the breaker.
     *
     * @return the name that it was made with
     */
    public String name() {
        return name;
    }

    /**
     * The state of the breaker when it refused.
     *
     * @return OPEN, or HALF_OPEN if all probes were out; any, if the breaker was isolated
     */
    public State state() {
        return state;
    }

    /**
     * The override of the breaker when it refused.
     *
     * @return ISOLATED or NONE
     */
    public ManualOverride override() {
        return override;
    }

    /**
     * When the breaker will admit a call.
     *
     * @return what was left of the open time; null if that is not known, since the breaker was isolated or waiting for a
     *     probe to end
     */
    @Override
    public @Nullable Duration retryAfter() {
        return remainingNanos < 0 ? null : Duration.ofNanos(remainingNanos);
    }

    @Override
    public String getMessage() {
        String circuit = "circuit \"" + name + "\" refused the call: ";
        if (override == ManualOverride.ISOLATED) {
            return circuit + "it is isolated until endOverride() or reset()";
        }
        return circuit
                + (remainingNanos < 0
                        ? "it is " + state + " and " + (probes == 1 ? "its probe is" : "all " + probes + " probes are")
                                + " still running"
                        : "it is " + state + " for another " + Nanos.text(remainingNanos));
    }
}
