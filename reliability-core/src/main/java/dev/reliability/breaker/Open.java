package dev.reliability.breaker;

import dev.reliability.base.Nanos;
import dev.reliability.breaker.CircuitBreaker.State;
import org.jspecify.annotations.Nullable;

/** Nothing is admitted until the open time is over. No timer watches that: the first call that finds it over does. */
final class Open extends Period {
    private final BreakerFailure failure;
    private final long untilNanos;

    Open(BreakerFailure failure, long untilNanos) {
        this.failure = failure;
        this.untilNanos = untilNanos;
    }

    @Override
    State state() {
        return State.OPEN;
    }

    @Override
    @Nullable
    Admission admit(Machine machine, long now) {
        if (remainingNanos(now) <= 0) {
            machine.halfOpen(this, failure);
        }
        return null;
    }

    @Override
    long remainingNanos(long now) {
        return Math.max(untilNanos - now, 0);
    }

    @Override
    Period again(Settings settings) {
        return new Open(failure, untilNanos);
    }

    @Override
    BreakerFailure openedBy() {
        return failure;
    }

    @Override
    String describe(Settings settings) {
        long left = remainingNanos(settings.seam.nanoTime());
        return left > 0 ? "OPEN for another " + Nanos.text(left) : "OPEN, the next call is a probe";
    }
}
