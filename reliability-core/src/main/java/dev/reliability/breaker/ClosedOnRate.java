package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import dev.reliability.breaker.BreakerFailure.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Closed, until enough of the calls in a window have failed or were slow.
 *
 * <p>The window says what holds, at the one instant at which it takes the record; see there. If two records find at once
 * that the condition holds, one of them opens the breaker, and the other is stale, as if it had come after. What the
 * window took counts, even if another record has opened the breaker in between: it was part of the verdict.
 *
 * <p>The last hit is kept before it is recorded: whoever finds the condition to hold, a success that reaches the minimum
 * too, finds a failure to name.
 */
final class ClosedOnRate extends Closed {
    private final TripCondition.Rate condition;
    private final Window window;
    private volatile @Nullable BreakerFailure lastHit;

    ClosedOnRate(TripCondition.Rate condition, Window window) {
        this.condition = condition;
        this.window = window;
    }

    @Override
    public void success(Machine machine, boolean slow) {
        if (!machine.isCurrent(this)) {
            return;
        }
        boolean hit = slow && condition.isOfSlowCalls();
        if (hit) {
            lastHit = BreakerFailure.of(Kind.SLOW, null, machine.now());
        }
        if (record(machine, hit)) {
            machine.open(this, requireNonNull(lastHit), machine.now(), false);
            machine.tell();
        } else {
            machine.countSuccess();
        }
    }

    @Override
    public void failure(Machine machine, Kind kind, @Nullable Throwable failure, boolean slow) {
        if (!machine.isCurrent(this)) {
            return;
        }
        boolean hit = slow || !condition.isOfSlowCalls();
        if (hit) {
            lastHit = BreakerFailure.of(kind, failure, machine.now());
        }
        if (record(machine, hit)) {
            machine.open(this, requireNonNull(lastHit), machine.now(), true);
        } else {
            machine.countFailure();
        }
    }

    private boolean record(Machine machine, boolean hit) {
        return window.record(hit, now(machine));
    }

    private long now(Machine machine) {
        return condition.isOverTime() ? machine.now() : 0;
    }

    @Override
    boolean isHealthy(Machine machine) {
        return window(machine).hits() == 0;
    }

    @Override
    Window.Figures window(Machine machine) {
        return window.figures(now(machine));
    }

    @Override
    long windowFailures(Window.Figures figures) {
        return condition.isOfSlowCalls() ? 0 : figures.hits();
    }

    @Override
    String describe(Machine machine) {
        Window.Figures figures = window(machine);
        return "CLOSED, " + figures.hits() + " of " + figures.calls() + " calls, opens at " + condition;
    }
}
