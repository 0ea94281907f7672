package dev.reliability.breaker;

/**
 * The calls of the last time, in {@value #STEPS} steps: each step has its sums, and the window has the sum of them. When
 * the time passes into a new step, the oldest one is taken out.
 *
 * <p>The steps are counted from the first record on. A thread that read the clock in an earlier step than the present one
 * and comes late records in the present one: the two overlapped.
 *
 * <p>Thread-safe by its monitor, in which nothing waits. Moving the window takes at most {@value #STEPS} turns, however
 * long it stood still. A verdict is of one instant, so the verdicts are those of the order of the records.
 */
final class TimeWindow extends Window {
    static final int STEPS = 10;

    private final TripCondition.Rate condition;
    private final long stepNanos;

    // All guarded by this.
    private final long[] stepCalls = new long[STEPS];
    private final long[] stepHits = new long[STEPS];
    private int step;
    private long stepBegan;
    private boolean begun;
    private long calls;
    private long hits;

    TimeWindow(TripCondition.Rate condition, long stepNanos) {
        this.condition = condition;
        this.stepNanos = stepNanos;
    }

    @Override
    synchronized boolean record(boolean hit, long now) {
        move(now);
        int minimum = condition.minimumCalls();
        boolean reaches = calls == minimum - 1;
        stepCalls[step]++;
        calls++;
        if (hit) {
            stepHits[step]++;
            hits++;
        }
        return (hit || reaches) && condition.holds(calls, hits);
    }

    private void move(long now) {
        if (!begun) {
            begun = true;
            stepBegan = now;
        }
        long since = now - stepBegan; // negative for a thread that comes late
        if (since < stepNanos) {
            return;
        }
        long passed = since / stepNanos;
        for (long i = Math.min(passed, STEPS); i > 0; i--) {
            step = (step + 1) % STEPS;
            calls -= stepCalls[step];
            hits -= stepHits[step];
            stepCalls[step] = 0;
            stepHits[step] = 0;
        }
        stepBegan += passed * stepNanos;
    }

    @Override
    synchronized Figures figures(long now) {
        if (begun) {
            move(now);
        }
        return new Figures(calls, hits);
    }
}
