package dev.reliability.testkit.sim;

import java.util.Locale;

/**
 * One line of the trace of a schedule.
 *
 * @param nanos when, in virtual time since the schedule began
 * @param number of the task, in the order in which they were made; the set-up is 0
 * @param task its name
 * @param what it did
 */
public record TraceEvent(long nanos, int number, String task, String what) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%8s  %2d %-12s %s", Spans.text(nanos), number, task, what);
    }
}
