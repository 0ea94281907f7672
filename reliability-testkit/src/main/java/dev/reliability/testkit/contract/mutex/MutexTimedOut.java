package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Unsupported;
import org.jspecify.annotations.Nullable;

/** Thrown by an adapter: the mutex was not acquired in time. */
public final class MutexTimedOut extends Exception {
    private static final long serialVersionUID = 1;

    private final transient @Nullable MutexDiagnosis diagnosis;

    /** Of a mutex that does not say what was in the way. */
    public MutexTimedOut() {
        this(null, null);
    }

    /**
     * Of a mutex that says what was in the way.
     *
     * @param diagnosis what it says; null if it does not
     * @param cause what it threw; null if it threw nothing
     */
    public MutexTimedOut(@Nullable MutexDiagnosis diagnosis, @Nullable Throwable cause) {
        super(diagnosis == null ? "not acquired in time" : diagnosis.toString(), cause);
        this.diagnosis = diagnosis;
    }

    /** What was in the way. */
    MutexDiagnosis diagnosis() {
        if (diagnosis == null) {
            throw new Unsupported("the reason of a time-out");
        }
        return diagnosis;
    }
}
