package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.history.Model;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A mutex used by one caller at a time: the state is the number of the hold, 0 if it is free. */
final class MutexModel implements Model<Integer, MutexModel.Call, Boolean> {
    /** What is asked, and for which hold; an acquire answers whether it got it. */
    record Call(Kind kind, int hold) {}

    /** Kinds of calls. */
    enum Kind {
        /** Waits, and may give up at any time. */
        ACQUIRE,
        /** Never waits; refused only by a mutex that is held. */
        TRY_ACQUIRE,
        CLOSE
    }

    @Override
    public Integer initial() {
        return 0;
    }

    @Override
    public Collection<Integer> after(Integer state, Call call, Optional<Boolean> result) {
        if (call.kind() == Kind.CLOSE) {
            return state == call.hold() ? List.of(0) : List.of();
        }
        if (result.isEmpty()) {
            return state == 0 ? List.of(0, call.hold()) : List.of(state);
        }
        if (result.get()) {
            return state == 0 ? List.of(call.hold()) : List.of();
        }
        return call.kind() == Kind.ACQUIRE || state != 0 ? List.of(state) : List.of();
    }
}
