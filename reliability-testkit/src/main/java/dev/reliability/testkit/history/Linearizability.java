package dev.reliability.testkit.history;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides whether a history is linearizable: whether each operation could have happened at one instant between its call
 * and its answer, so that all of them together are what the {@link Model} does one at a time. An operation without an
 * answer may have happened at any time after its call, or not at all.
 *
 * <p>Source: J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", 1993, with the memory of configurations of
 * G. Lowe, "Testing for Linearizability", 2017: a set of operations that happened and a state that they led to are tried
 * once. The cost grows with two to the power of the operations that overlap; a dozen takes no time.
 */
public final class Linearizability {
    /** The longest history that is decided, in operations. */
    public static final int MOST = 24;

    private Linearizability() {}

    /**
     * Whether a history is linearizable.
     *
     * @param <S> the state of the model
     * @param <C> what can be asked
     * @param <R> what can be answered
     * @param model what the object is meant to do
     * @param history what callers saw, in any order
     * @return whether some order explains it
     * @throws IllegalArgumentException if the history has more than {@value #MOST} operations
     */
    public static <S, C, R> boolean holds(Model<S, C, R> model, List<Operation<C, R>> history) {
        if (history.size() > MOST) {
            throw new IllegalArgumentException(
                    "history must have at most " + MOST + " operations, but had " + history.size());
        }
        return new Search<>(model, List.copyOf(history)).from(0, model.initial());
    }

    /** A depth-first search for an order. */
    private static final class Search<S, C, R> {
        private final Model<S, C, R> model;
        private final List<Operation<C, R>> history;
        private final Set<Configuration> tried = new HashSet<>();

        Search(Model<S, C, R> model, List<Operation<C, R>> history) {
            this.model = model;
            this.history = history;
        }

        /** Whether the operations that are not in the set can follow on the state. */
        boolean from(int happened, S state) {
            long firstReturn = firstReturn(happened);
            if (firstReturn == Long.MAX_VALUE) {
                return true; // all that was answered has happened
            }
            if (!tried.add(new Configuration(happened, state))) {
                return false;
            }
            for (int i = 0; i < history.size(); i++) {
                Operation<C, R> next = history.get(i);
                if ((happened & 1 << i) != 0 || next.invoked() > firstReturn) {
                    continue; // it was asked only after one that must come before it was answered
                }
                for (S after : model.after(state, next.call(), next.result())) {
                    if (from(happened | 1 << i, after)) {
                        return true;
                    }
                }
            }
            return false;
        }

        private long firstReturn(int happened) {
            long first = Long.MAX_VALUE;
            for (int i = 0; i < history.size(); i++) {
                if ((happened & 1 << i) == 0) {
                    first = Math.min(first, history.get(i).returned());
                }
            }
            return first;
        }

        /** What has happened, and what it led to. */
        private record Configuration(int happened, Object state) {}
    }
}
