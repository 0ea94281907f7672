package dev.reliability.breaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Closed, until there are enough failures in a row.
 *
 * <p>A success writes only if there is a failure to forget, so healthy threads share nothing but reads. Between its read
 * and its write other failures may be counted and are forgotten with it; they were recorded while the success was, so
 * the verdict is that of the order in which they came first. A failure that brings the count to the threshold opens the
 * breaker even if a success resets the count before it does: it came first.
 *
 * <p>24 bytes, with the fields of {@link Closed}.
 */
final class ClosedOnRow extends Closed {
    private static final VarHandle CONSECUTIVE;

    static {
        try {
            CONSECUTIVE = MethodHandles.lookup().findVarHandle(ClosedOnRow.class, "consecutive", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int threshold;
    private volatile int consecutive; // written by any thread

    ClosedOnRow(int threshold) {
        this.threshold = threshold;
    }

    @Override
    public void success(Machine machine, boolean slow) {
        if (consecutive != 0) {
            consecutive = 0;
        }
        machine.countSuccessOf(this);
    }

    @Override
    public void failure(Machine machine, BreakerFailure.Kind kind, @Nullable Throwable failure, boolean slow) {
        if (!machine.isCurrent(this)) {
            return;
        }
        if ((int) CONSECUTIVE.getAndAdd(this, 1) + 1 < threshold) {
            machine.countFailure();
        } else {
            long now = machine.now();
            machine.open(this, BreakerFailure.of(kind, failure, now), now, true);
        }
    }

    @Override
    boolean isHealthy(Machine machine) {
        return consecutive == 0;
    }

    @Override
    int consecutiveFailures() {
        return consecutive;
    }

    @Override
    String describe(Machine machine) {
        return "CLOSED, " + consecutive + " of " + machine.settings().trip;
    }
}
