package dev.reliability.breaker;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.time.spi.Alarm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The one record of a permit, of a probe, or of a call for which the {@link InFlightCalls} have no slot. More than one side
 * may end it: the call itself, the holders of its permit, and the call limit, which counts a call that still runs as a
 * failure (rule BREAKER-1). The compare-and-set out of unrecorded is the decision between them; what the others bring is
 * stale. It measures by itself whether the call was slow.
 *
 * <p>The alarm keeps the breaker and the admission, and nothing of the caller.
 */
final class CallRecord extends Alarm implements Admission {
    private static final VarHandle RECORDED;

    static {
        try {
            RECORDED = MethodHandles.lookup().findVarHandle(CallRecord.class, "recorded", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Machine machine;
    private final Admission admission;
    private final long beganNanos;
    private volatile boolean recorded; // set once, by whoever comes first

    private CallRecord(Machine machine, Admission admission, long beganNanos) {
        this.machine = machine;
        this.admission = admission;
        this.beganNanos = beganNanos;
    }

    /** Begins to watch a call. If that cannot be done, the admission is given back. */
    static CallRecord begin(Machine machine, Admission admission) {
        try {
            Settings settings = machine.settings();
            boolean limited = settings.callLimitNanos > 0 && !(admission instanceof Overridden);
            long now = limited || settings.slowNanos > 0 ? machine.now() : 0;
            CallRecord call = new CallRecord(machine, admission, now);
            if (limited) {
                settings.seam.schedule(call, now + settings.callLimitNanos);
            }
            return call;
        } catch (Throwable noTimer) {
            admission.neutral(machine);
            throw noTimer;
        }
    }

    @Override
    protected void ring() {
        if (RECORDED.compareAndSet(this, false, true)) {
            admission.failure(machine, Kind.TIMEOUT, null, machine.settings().slowNanos > 0);
            machine.tellElsewhere();
        }
    }

    @Override
    public void success(Machine unused, boolean alsoUnused) {
        if (tryRecord()) {
            admission.success(machine, isSlow());
        }
    }

    @Override
    public void failure(Machine unused, Kind kind, @Nullable Throwable failure, boolean alsoUnused) {
        if (tryRecord()) {
            admission.failure(machine, kind, failure, isSlow());
        }
    }

    @Override
    public void neutral(Machine unused) {
        if (tryRecord()) {
            admission.neutral(machine);
        }
    }

    private boolean isSlow() {
        return machine.settings().slowNanos > 0 && machine.settings().isSlow(machine.now() - beganNanos);
    }

    private boolean tryRecord() {
        machine.checkpoint();
        if (!RECORDED.compareAndSet(this, false, true)) {
            return false;
        }
        if (machine.settings().callLimitNanos > 0) {
            machine.settings().seam.cancel(this);
        }
        return true;
    }

    boolean isRecorded() {
        return recorded;
    }
}
