package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.World;
import org.jspecify.annotations.Nullable;

/** The budget of the reference; without a spec there is always enough. */
final class ReferenceBudget {
    private final @Nullable BudgetSpec spec;
    private final World world;
    private final RetryDefect defect;
    private double tokens; // guarded by this
    private long sinceNanos; // guarded by this

    ReferenceBudget(@Nullable BudgetSpec spec, World world, RetryDefect defect) {
        this.spec = spec;
        this.world = world;
        this.defect = defect;
        this.tokens = spec == null ? 0 : spec.max();
    }

    synchronized void earn() {
        if (spec != null && defect != RetryDefect.BUDGET_NEVER_RECOVERS) {
            refill();
            tokens = most(tokens + spec.ratio());
        }
    }

    synchronized boolean tryTake() {
        if (spec == null) {
            return true;
        }
        refill();
        if (tokens < 1 - 1e-9) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    private void refill() {
        long now = world.nanos();
        if (defect != RetryDefect.BUDGET_NEVER_RECOVERS) {
            tokens = most(tokens + spec.floorPerSecond() * (now - sinceNanos) / 1e9);
        }
        sinceNanos = now;
    }

    private double most(double wanted) {
        return defect == RetryDefect.BUDGET_EXCEEDS_ITS_MAXIMUM ? wanted : Math.min(spec.max(), wanted);
    }
}
