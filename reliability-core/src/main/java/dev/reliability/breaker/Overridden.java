package dev.reliability.breaker;

import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.State;
import org.jspecify.annotations.Nullable;

/** An operator has decided: nothing is admitted, or everything is and nothing is counted. The state below waits. */
final class Overridden extends Period implements Admission {
    private final ManualOverride override;
    private final Period below;

    Overridden(ManualOverride override, Period below) {
        this.override = override;
        this.below = below instanceof Overridden other ? other.below : below;
    }

    @Override
    State state() {
        return below.state();
    }

    @Override
    @Nullable
    Admission admit(Machine machine, long now) {
        return override == ManualOverride.DISABLED ? this : null;
    }

    @Override
    Period again(Settings settings) {
        return below.again(settings);
    }

    @Override
    ManualOverride override() {
        return override;
    }

    @Override
    @Nullable
    BreakerFailure openedBy() {
        return below.openedBy();
    }

    @Override
    int consecutiveFailures() {
        return below.consecutiveFailures();
    }

    @Override
    Window.Figures window(Machine machine) {
        return below.window(machine);
    }

    @Override
    long windowFailures(Window.Figures figures) {
        return below.windowFailures(figures);
    }

    @Override
    String describe(Machine machine) {
        return override + ", otherwise " + below.describe(machine);
    }

    @Override
    public void success(Machine machine, boolean slow) {}

    @Override
    public void failure(Machine machine, BreakerFailure.Kind kind, @Nullable Throwable failure, boolean slow) {}

    @Override
    public void neutral(Machine machine) {}
}
