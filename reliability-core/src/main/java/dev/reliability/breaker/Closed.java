package dev.reliability.breaker;

import dev.reliability.breaker.CircuitBreaker.State;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Everything is admitted, and failures in a row are counted.
 *
 * <p>A success writes only if there is a failure to forget, so healthy threads share nothing but reads. Between its read
 * and its write other failures may be counted and are forgotten with it; they were recorded while the success was, so
 * the verdict is that of the order in which they came first. A failure that brings the count to the threshold opens the
 * breaker even if a success resets the count before it does: it came first.
 *
 * <p>16 bytes: the machine comes as an argument, since a program may have a million idle breakers (rule BREAKER-16).
 */
final class Closed extends Period implements Admission {
    private static final VarHandle CONSECUTIVE;

    static {
        try {
            CONSECUTIVE = MethodHandles.lookup().findVarHandle(Closed.class, "consecutive", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int consecutive; // written by any thread

    @Override
    public void success(Machine machine) {
        if (consecutive != 0) {
            consecutive = 0;
        }
    }

    @Override
    public void failure(Machine machine, BreakerFailure.Kind kind, @Nullable Throwable failure) {
        if (!machine.isCurrent(this)) {
            return;
        }
        int failures = (int) CONSECUTIVE.getAndAdd(this, 1) + 1;
        if (failures < machine.settings().trip.failures()) {
            machine.countFailure();
        } else {
            machine.open(this, kind, failure, machine.now());
        }
    }

    @Override
    public void neutral(Machine machine) {}

    @Override
    State state() {
        return State.CLOSED;
    }

    @Override
    Admission admit(Machine machine, long now) {
        return this;
    }

    @Override
    Period again(Settings settings) {
        return new Closed();
    }

    @Override
    int consecutiveFailures() {
        return consecutive;
    }

    @Override
    String describe(Settings settings) {
        return "CLOSED, " + consecutive + " of " + settings.trip;
    }
}
