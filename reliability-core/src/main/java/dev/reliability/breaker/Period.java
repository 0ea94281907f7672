package dev.reliability.breaker;

import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.State;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time during which the breaker is in one state. Its identity is what matters: an admitted call belongs to
 * the period that admitted it and records there, so that a late result finds a period that is over and changes nothing
 * (rules BREAKER-6, -11, -13). No period ever becomes current twice.
 */
abstract sealed class Period permits Closed, Open, HalfOpen, Overridden {
    abstract State state();

    /**
     * Admits a call. Null if it does not: then either this period is still the current one, and the call is refused, or
     * it is over, and the current one has to be asked.
     */
    abstract @Nullable Admission admit(Machine machine, long now);

    /** A new period to go on in after an override: same state, nothing counted, no permits out. */
    abstract Period again(Settings settings);

    /** What is left of the open time; negative if it is not known when a call will be admitted. */
    long remainingNanos(long now) {
        return -1;
    }

    /** For how long to open if this period ends so, before jitter. */
    long nextOpenNanos(Settings settings) {
        return settings.openForNanos;
    }

    ManualOverride override() {
        return ManualOverride.NONE;
    }

    @Nullable
    BreakerFailure openedBy() {
        return null;
    }

    int consecutiveFailures() {
        return 0;
    }

    /** What the window of a rate holds. */
    Window.Figures window(Machine machine) {
        return Window.Figures.NONE;
    }

    /** How many of the hits in the window are failures. */
    long windowFailures(Window.Figures figures) {
        return 0;
    }

    /** The state and what it counts, for people to read. */
    abstract String describe(Machine machine);
}
