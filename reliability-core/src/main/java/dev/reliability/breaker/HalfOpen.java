package dev.reliability.breaker;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.CircuitBreaker.State;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A few calls are admitted as probes; enough successes close the breaker, one failure opens it again.
 *
 * <p>There are as many slots as probes are allowed, and a probe is admitted by a compare-and-set of an empty slot to it:
 * that is the limit, however many threads arrive together (rule BREAKER-4). A success and a neutral end empty the slot. A
 * failure does not, for the period is over.
 *
 * <p>A thread may take a slot of a period that has ended since the thread found it current, so it looks again after
 * taking it: if the period is current then, the probe was admitted while it was.
 *
 * <p>A probe that is not given back within its lease has failed, at the instant at which the lease ends. No timer watches
 * that: whoever comes next, with a call or with a result, finds it so first, and ends the period as of that instant
 * (rule BREAKER-10).
 */
final class HalfOpen extends Period {
    private final @Nullable BreakerFailure openedBy; // null if the breaker was made open or half-open
    private final long openNanos; // how long it was open before, without jitter
    private final AtomicReferenceArray<@Nullable Probe> slots;
    private final AtomicInteger successes = new AtomicInteger();

    HalfOpen(@Nullable BreakerFailure openedBy, long openNanos, int probes) {
        this.openedBy = openedBy;
        this.openNanos = openNanos;
        this.slots = new AtomicReferenceArray<>(probes);
    }

    @Override
    State state() {
        return State.HALF_OPEN;
    }

    @Override
    @Nullable
    Admission admit(Machine machine, long now) {
        if (lapse(machine, now)) {
            return null;
        }
        for (int slot = 0; slot < slots.length(); slot++) {
            if (slots.get(slot) == null) {
                Probe probe = new Probe(this, slot, now + machine.settings().probeLeaseNanos);
                machine.checkpoint();
                if (slots.compareAndSet(slot, null, probe)) {
                    return machine.isCurrent(this) ? probe : null;
                }
            }
        }
        return null;
    }

    /** Ends this period if a lease has ended, as of the first one that has. */
    private boolean lapse(Machine machine, long now) {
        Probe first = null;
        for (int slot = 0; slot < slots.length(); slot++) {
            Probe probe = slots.get(slot);
            if (probe != null && probe.lapseNanos - now <= 0) {
                first = first == null || probe.lapseNanos - first.lapseNanos < 0 ? probe : first;
            }
        }
        if (first == null) {
            return false;
        }
        machine.open(this, BreakerFailure.of(Kind.LAPSED, null, first.lapseNanos), first.lapseNanos, true);
        return true;
    }

    @Override
    Period again(Settings settings) {
        return new HalfOpen(openedBy, openNanos, settings.probes);
    }

    @Override
    long nextOpenNanos(Settings settings) {
        return settings.grown(openNanos);
    }

    @Override
    @Nullable
    BreakerFailure openedBy() {
        return openedBy;
    }

    @Override
    String describe(Machine machine) {
        return "HALF_OPEN, " + successes + " of " + machine.settings().successThreshold + " successes";
    }

    /** The permit of one probe. */
    static final class Probe implements Admission {
        private final HalfOpen period;
        private final int slot;
        private final long lapseNanos;

        private Probe(HalfOpen period, int slot, long lapseNanos) {
            this.period = period;
            this.slot = slot;
            this.lapseNanos = lapseNanos;
        }

        /** The slot is emptied last: as long as it is taken, the success that it stands for may still be missing. */
        @Override
        public void success(Machine machine, boolean slow) {
            if (!period.lapse(machine, machine.now())) {
                machine.countSuccessOf(period);
                if (period.successes.incrementAndGet() >= machine.settings().successThreshold) {
                    machine.close(period);
                }
            }
            period.slots.set(slot, null);
            machine.tell();
        }

        @Override
        public void failure(Machine machine, Kind kind, @Nullable Throwable failure, boolean slow) {
            long now = machine.now();
            if (!period.lapse(machine, now)) {
                machine.open(period, BreakerFailure.of(kind, failure, now), now, true);
            }
        }

        @Override
        public void neutral(Machine machine) {
            if (!period.lapse(machine, machine.now()) && machine.isCurrent(period)) {
                machine.countIgnored();
            }
            period.slots.set(slot, null);
            machine.tell();
        }
    }
}
