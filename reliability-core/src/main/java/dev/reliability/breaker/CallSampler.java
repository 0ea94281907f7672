package dev.reliability.breaker;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.time.spi.Alarm;

/**
 * Looks at the {@link InFlightCalls} of a closed period while there are any, eight times in a call limit, and counts those
 * that have run into it. One look schedules the next; the one that finds no call is the last, and lets go of the table.
 *
 * <p>A call is first seen up to one span between looks after it began, and has run for the limit for sure when that has
 * passed since it was seen. So it counts between the limit and an eighth of the limit later, plus what the timer is late.
 */
final class CallSampler extends Alarm {
    private static final int LOOKS = 8; // in a limit
    private static final long SHORTEST_NANOS = 1_000_000; // between looks

    private final Machine machine;
    private final Closed period;

    private CallSampler(Machine machine, Closed period) {
        this.machine = machine;
        this.period = period;
    }

    /** Begins to look. */
    static void begin(Machine machine, Closed period) {
        machine.settings().seam.schedule(new CallSampler(machine, period), machine.now() + betweenLooks(machine));
    }

    private static long betweenLooks(Machine machine) {
        return Math.max((machine.settings().callLimitNanos + LOOKS - 1) / LOOKS, SHORTEST_NANOS);
    }

    @Override
    protected void ring() {
        InFlightCalls calls = period.watched();
        if (calls == null || !machine.isCurrent(period)) {
            return; // what runs in a period that is over is stale anyway
        }
        long between = betweenLooks(machine);
        int limit = (int) ((machine.settings().callLimitNanos + between - 1) / between);
        boolean running = calls.look(limit, this::count);
        if (running || !calls.retire() || !period.replaceWatched(calls, null)) {
            begin(machine, period);
        }
    }

    private void count() {
        period.failure(machine, Kind.TIMEOUT, null, machine.settings().slowNanos > 0);
        machine.tellElsewhere();
    }
}
