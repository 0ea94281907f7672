package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.history.Model;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A breaker that is never half-open, used by one caller at a time. */
final class BreakerModel implements Model<BreakerModel.State, BreakerModel.Call, Boolean> {
    /** Either what it has seen, or that it is open. */
    record State(boolean isOpen, BreakerWindow window) {}

    /** A call is to be admitted, if there is no ending; else an admitted one has ended so. */
    record Call(@Nullable BreakerEnding ending) {}

    private final BreakerTrip trip;

    BreakerModel(BreakerTrip trip) {
        this.trip = trip;
    }

    @Override
    public State initial() {
        return new State(false, BreakerWindow.EMPTY);
    }

    @Override
    public Collection<State> after(State state, Call call, Optional<Boolean> result) {
        BreakerEnding ending = call.ending();
        if (ending == null) {
            return result.isEmpty() || result.get() != state.isOpen() ? List.of(state) : List.of();
        }
        if (state.isOpen() || ending.isNeutral()) {
            return List.of(state);
        }
        BreakerWindow window = state.window().with(new BreakerWindow.Outcome(0, ending.isFailure()));
        return List.of(
                window.judge(trip) == BreakerWindow.Verdict.OPENS
                        ? new State(true, BreakerWindow.EMPTY)
                        : new State(false, window));
    }
}
