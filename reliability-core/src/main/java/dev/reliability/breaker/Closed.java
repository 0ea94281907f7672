package dev.reliability.breaker;

import dev.reliability.breaker.CircuitBreaker.State;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Everything is admitted, and outcomes are counted until the trip condition holds.
 *
 * <p>Calls that are under the call limit are watched by {@link InFlightCalls}, which belong to this period: what they
 * count counts here, or nowhere if the period is over. They exist only while there are calls.
 *
 * <p>The machine comes as an argument, since a program may have a million idle breakers (rule BREAKER-16).
 */
abstract sealed class Closed extends Period implements Admission permits ClosedOnRow, ClosedOnRate {
    private static final VarHandle IN_FLIGHT;

    static {
        try {
            IN_FLIGHT = MethodHandles.lookup().findVarHandle(Closed.class, "inFlight", InFlightCalls.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable InFlightCalls inFlight; // null while no call is watched; set by any thread

    /** Nothing is counted that speaks against what is called. */
    abstract boolean isHealthy(Machine machine);

    @Override
    public void neutral(Machine machine) {
        if (machine.isCurrent(this)) {
            machine.countIgnored();
        }
    }

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
        return settings.trip.closed();
    }

    /** The calls that are watched; begins to watch if nobody does. */
    InFlightCalls watch(Machine machine) {
        while (true) {
            InFlightCalls calls = inFlight;
            if (calls != null) {
                return calls;
            }
            InFlightCalls fresh = new InFlightCalls();
            if (IN_FLIGHT.compareAndSet(this, null, fresh)) {
                try {
                    CallSampler.begin(machine, this);
                } catch (Throwable noTimer) {
                    inFlight = null;
                    throw noTimer;
                }
                return fresh;
            }
        }
    }

    @Nullable
    InFlightCalls watched() {
        return inFlight;
    }

    /** Puts others in the place of the watched calls, unless somebody did so already. */
    boolean replaceWatched(InFlightCalls before, @Nullable InFlightCalls after) {
        return IN_FLIGHT.compareAndSet(this, before, after);
    }
}
