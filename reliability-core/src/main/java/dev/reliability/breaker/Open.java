package dev.reliability.breaker;

import dev.reliability.base.Nanos;
import dev.reliability.breaker.CircuitBreaker.State;
import org.jspecify.annotations.Nullable;

/** Nothing is admitted until the open time is over. No timer watches that: the first call that finds it over does. */
final class Open extends Period {
    private final @Nullable BreakerFailure failure; // null if it was made open
    private final long untilNanos;
    private final long openNanos; // before jitter: what the next opening grows from

    Open(@Nullable BreakerFailure failure, long untilNanos, long openNanos) {
        this.failure = failure;
        this.untilNanos = untilNanos;
        this.openNanos = openNanos;
    }

    @Override
    State state() {
        return State.OPEN;
    }

    @Override
    @Nullable
    Admission admit(Machine machine, long now) {
        if (remainingNanos(now) <= 0) {
            machine.halfOpen(this, new HalfOpen(failure, openNanos, machine.settings().probes));
        }
        return null;
    }

    @Override
    long remainingNanos(long now) {
        return Math.max(untilNanos - now, 0);
    }

    @Override
    Period again(Settings settings) {
        return new Open(failure, untilNanos, openNanos);
    }

    @Override
    @Nullable
    BreakerFailure openedBy() {
        return failure;
    }

    @Override
    String describe(Machine machine) {
        long left = remainingNanos(machine.now());
        return left > 0 ? "OPEN for another " + Nanos.text(left) : "OPEN, the next call is a probe";
    }
}
