package dev.reliability.testkit.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes down operations while they happen. Thread-safe; calls and answers are numbered in an order that agrees with
 * what happened before what.
 *
 * @param <C> what can be asked
 * @param <R> what can be answered
 */
public final class Recording<C, R> {
    // Guarded by this.
    private final List<Entry> entries = new ArrayList<>();
    private long clock;

    /** An empty recording. */
    public Recording() {}

    /**
     * To be called just before something is asked.
     *
     * @param caller who asks
     * @param call what is asked
     * @return to be told the answer
     */
    public synchronized Entry asking(String caller, C call) {
        Entry entry = new Entry(caller, call, ++clock);
        entries.add(entry);
        return entry;
    }

    /**
     * What has been written down so far. What was not answered is unknown.
     *
     * @return a copy, in the order of the calls
     */
    public synchronized List<Operation<C, R>> operations() {
        List<Operation<C, R>> operations = new ArrayList<>();
        for (Entry entry : entries) {
            operations.add(new Operation<>(entry.caller, entry.call, entry.result, entry.invoked, entry.returned));
        }
        return operations;
    }

    /** An operation under way. */
    public final class Entry {
        private final String caller;
        private final C call;
        private final long invoked;

        // Guarded by the recording.
        private Optional<R> result = Optional.empty();
        private long returned = Long.MAX_VALUE;

        private Entry(String caller, C call, long invoked) {
            this.caller = caller;
            this.call = call;
            this.invoked = invoked;
        }

        /**
         * To be called just after the answer. An operation that never gets here has an unknown outcome.
         *
         * @param answer what was answered
         */
        public void answered(R answer) {
            synchronized (Recording.this) {
                result = Optional.of(answer);
                returned = ++clock;
            }
        }
    }
}
