package dev.reliability.testkit.contract.breaker;

import static java.util.Objects.requireNonNull;

/** Thrown by an adapter: the breaker refused a call, and ran nothing of it. */
public final class BreakerRefused extends Exception {
    private static final long serialVersionUID = 1;
    /** What is not known. */
    public static final long UNKNOWN = -1;

    /** The name of the breaker. */
    private final String breaker;
    /** The state in which it refused. */
    private final BreakerState state;
    /** Nanoseconds after which it is worth coming again. */
    private final long waitNanos;

    /**
     * A refusal.
     *
     * @param cause what the breaker threw
     * @param breaker its name, as the refusal tells it
     * @param state its state, as the refusal tells it
     * @param waitNanos how long it is going to refuse, as the refusal tells it; {@link #UNKNOWN} if it does not
     */
    public BreakerRefused(Throwable cause, String breaker, BreakerState state, long waitNanos) {
        super(requireNonNull(cause, "cause").toString(), cause);
        this.breaker = requireNonNull(breaker, "breaker");
        this.state = requireNonNull(state, "state");
        this.waitNanos = waitNanos;
    }

    String breaker() {
        return breaker;
    }

    BreakerState state() {
        return state;
    }

    long waitNanos() {
        return waitNanos;
    }

    /** What the breaker threw. */
    Throwable thrown() {
        return requireNonNull(getCause(), "cause");
    }
}
