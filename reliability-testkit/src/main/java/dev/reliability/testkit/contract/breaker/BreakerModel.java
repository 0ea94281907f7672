package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.history.Model;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A breaker that is never half-open, used by one caller at a time. What a record leads to is decided at one instant and may
 * be carried out at a later one, before the call returns: in between others are admitted, and their records change nothing
 * about it. So a record is two operations here.
 */
final class BreakerModel implements Model<BreakerModel.State, BreakerModel.Call, Boolean> {
    /**
     * What there is to know.
     *
     * @param isOpen whether it refuses calls
     * @param window what it has seen while closed
     * @param decided callers whose record has been judged and not yet carried out, and whether it opens the breaker
     */
    record State(boolean isOpen, BreakerWindow window, Map<String, Boolean> decided) {
        State {
            decided = Map.copyOf(decided);
        }

        private State with(String caller, boolean opens, BreakerWindow newWindow) {
            Map<String, Boolean> more = new HashMap<>(decided);
            more.put(caller, opens);
            return new State(isOpen, newWindow, more);
        }

        private State carriedOut(String caller) {
            Map<String, Boolean> less = new HashMap<>(decided);
            boolean opens = Boolean.TRUE.equals(less.remove(caller));
            return new State(isOpen || opens, opens ? BreakerWindow.EMPTY : window, less);
        }
    }

    /** What is asked for. */
    enum Kind {
        ADMIT,
        RECORD,
        CARRY_OUT
    }

    /** The ending is that of a call whose end is recorded. */
    record Call(Kind kind, String caller, @Nullable BreakerEnding ending) {}

    private final BreakerTrip trip;

    BreakerModel(BreakerTrip trip) {
        this.trip = trip;
    }

    @Override
    public State initial() {
        return new State(false, BreakerWindow.EMPTY, Map.of());
    }

    @Override
    public Collection<State> after(State state, Call call, Optional<Boolean> result) {
        return switch (call.kind()) {
            case ADMIT -> result.isEmpty() || result.get() != state.isOpen() ? List.of(state) : List.of();
            case RECORD -> List.of(recorded(state, call.caller(), call.ending()));
            case CARRY_OUT ->
                state.decided().containsKey(call.caller()) ? List.of(state.carriedOut(call.caller())) : List.of();
        };
    }

    private State recorded(State state, String caller, @Nullable BreakerEnding ending) {
        if (state.isOpen() || ending == null || ending.isNeutral()) {
            return state.with(caller, false, state.window());
        }
        BreakerWindow window = state.window().with(new BreakerWindow.Outcome(0, ending.isFailure()));
        return state.with(caller, window.judge(trip) == BreakerWindow.Verdict.OPENS, window);
    }
}
