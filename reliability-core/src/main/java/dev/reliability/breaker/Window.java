package dev.reliability.breaker;

/**
 * The calls of late, each of which is a hit or not: a failure, or a slow call, whichever the condition counts. Keeps sums,
 * so that recording costs the same for any size.
 */
abstract sealed class Window permits CallWindow, TimeWindow {
    /**
     * Records a call.
     *
     * @param now the time; not looked at by a window over calls
     * @return whether the condition holds; false if this record is not one at which it is looked at
     */
    abstract boolean record(boolean hit, long now);

    /** The calls in the window and the hits among them, of one instant. */
    abstract Figures figures(long now);

    /** What a window holds. */
    record Figures(long calls, long hits) {
        static final Figures NONE = new Figures(0, 0);
    }
}
