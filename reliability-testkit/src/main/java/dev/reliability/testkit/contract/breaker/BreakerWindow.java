package dev.reliability.testkit.contract.breaker;

import java.util.ArrayList;
import java.util.List;

/**
 * What a closed breaker has seen, and whether it opens on that. Immutable.
 *
 * @param outcomes in the order in which they were recorded
 */
record BreakerWindow(List<Outcome> outcomes) {
    /** One that was recorded; a hit is what the trip condition counts. */
    record Outcome(long atNanos, boolean isHit) {}

    /** Whether a breaker has to open. */
    enum Verdict {
        OPENS,
        STAYS,
        /** It may do either: windows over time are not defined to the nanosecond. */
        EITHER
    }

    static final BreakerWindow EMPTY = new BreakerWindow(List.of());

    BreakerWindow {
        outcomes = List.copyOf(outcomes);
    }

    BreakerWindow with(Outcome outcome) {
        List<Outcome> longer = new ArrayList<>(outcomes);
        longer.add(outcome);
        return new BreakerWindow(longer);
    }

    /** Judges what the last outcome leads to. */
    Verdict judge(BreakerTrip trip) {
        return switch (trip.kind()) {
            case CONSECUTIVE_FAILURES -> verdict(failuresInARow() >= trip.calls());
            case FAILURE_RATE, SLOW_RATE -> {
                int size = outcomes.size();
                yield verdict(opens(trip, outcomes.subList(Math.max(0, size - trip.calls()), size), size - 1));
            }
            case TIMED_RATE -> overTime(trip);
        };
    }

    private int failuresInARow() {
        int row = 0;
        for (int i = outcomes.size() - 1; i >= 0 && outcomes.get(i).isHit(); i--) {
            row++;
        }
        return row;
    }

    /** What is between nine tenths and all of the span old may be in the window or not. */
    private Verdict overTime(BreakerTrip trip) {
        int size = outcomes.size();
        long now = outcomes.get(size - 1).atNanos();
        int first = 0;
        while (now - outcomes.get(first).atNanos() > trip.spanNanos()) {
            first++;
        }
        boolean any = false;
        boolean all = true;
        for (int from = first; from < size; from++) {
            boolean opens = opens(trip, outcomes.subList(from, size), size - 1 - from);
            any |= opens;
            all &= opens;
            if (now - outcomes.get(from).atNanos() < trip.spanNanos() / 10 * 9) {
                break;
            }
        }
        return any == all ? verdict(all) : Verdict.EITHER;
    }

    private static boolean opens(BreakerTrip trip, List<Outcome> window, int before) {
        Outcome last = window.get(window.size() - 1);
        boolean looks = last.isHit() || (window.size() >= trip.minimumCalls() && before < trip.minimumCalls());
        long hits = window.stream().filter(Outcome::isHit).count();
        return looks && window.size() >= trip.minimumCalls() && hits * 100 >= (long) trip.percent() * window.size();
    }

    private static Verdict verdict(boolean opens) {
        return opens ? Verdict.OPENS : Verdict.STAYS;
    }
}
