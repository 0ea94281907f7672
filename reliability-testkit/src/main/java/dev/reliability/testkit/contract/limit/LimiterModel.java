package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.history.Model;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A concurrency limiter used by one caller at a time: the state is how many permits are out. */
final class LimiterModel implements Model<Integer, LimiterModel.Call, Boolean> {
    /** What is asked; an acquire answers whether it got a permit. */
    enum Call {
        /** Waits, and may give up at any time. */
        ACQUIRE,
        /** Never waits; refused only if all permits are out. */
        TRY_ACQUIRE,
        CLOSE
    }

    private final int permits;

    LimiterModel(int permits) {
        this.permits = permits;
    }

    @Override
    public Integer initial() {
        return 0;
    }

    @Override
    public Collection<Integer> after(Integer state, Call call, Optional<Boolean> result) {
        if (call == Call.CLOSE) {
            return state > 0 ? List.of(state - 1) : List.of();
        }
        boolean free = state < permits;
        if (result.isEmpty()) {
            return free ? List.of(state, state + 1) : List.of(state);
        }
        if (result.get()) {
            return free ? List.of(state + 1) : List.of();
        }
        return call == Call.ACQUIRE || !free ? List.of(state) : List.of();
    }
}
