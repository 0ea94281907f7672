package dev.reliability.breaker;

import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.time.spi.Alarm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The one record of a call that more than one side may end: the call itself, the holders of its permit, and the call
 * limit, which counts a call that still runs as a failure (rule BREAKER-1). The compare-and-set out of unrecorded is the
 * decision between them; what the others bring is stale.
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
    private volatile boolean recorded; // set once, by whoever comes first

    private CallRecord(Machine machine, Admission admission) {
        this.machine = machine;
        this.admission = admission;
    }

    /** Begins to watch a call. If that cannot be done, the admission is given back. */
    static CallRecord begin(Machine machine, Admission admission) {
        try {
            CallRecord call = new CallRecord(machine, admission);
            if (machine.settings().callLimitNanos > 0 && !(admission instanceof Overridden)) {
                machine.settings().seam.schedule(call, machine.now() + machine.settings().callLimitNanos);
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
            admission.failure(machine, Kind.TIMEOUT, null);
            machine.tellElsewhere();
        }
    }

    @Override
    public void success(Machine unused) {
        if (tryRecord()) {
            admission.success(machine);
        }
    }

    @Override
    public void failure(Machine unused, Kind kind, @Nullable Throwable failure) {
        if (tryRecord()) {
            admission.failure(machine, kind, failure);
        }
    }

    @Override
    public void neutral(Machine unused) {
        if (tryRecord()) {
            admission.neutral(machine);
        }
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
