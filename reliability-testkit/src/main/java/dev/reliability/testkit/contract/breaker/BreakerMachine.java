package dev.reliability.testkit.contract.breaker;

import org.jspecify.annotations.Nullable;

/** A breaker as the rules describe it, for one caller at a time: what a breaker under test is compared with. */
final class BreakerMachine {
    private final BreakerTrip trip;
    private final long openNanos;
    private final int successThreshold;

    private BreakerState state = BreakerState.CLOSED;
    private BreakerStep.@Nullable Kind override; // ISOLATE, DISABLE, or null
    private BreakerWindow window = BreakerWindow.EMPTY;
    private long openUntilNanos;
    private int probesSucceeded;
    private boolean undecided;
    private long successes;
    private long failures;
    private long ignored;
    private long rejected;
    private long transitions;

    BreakerMachine(BreakerTrip trip, long openNanos, int successThreshold) {
        this.trip = trip;
        this.openNanos = openNanos;
        this.successThreshold = successThreshold;
    }

    BreakerState state() {
        return state;
    }

    /** Whether nothing can be said any more about what a breaker has to do. */
    boolean isUndecided() {
        return undecided;
    }

    /** Whether the open time is over, so that a breaker may say what it likes about its state until a call comes. */
    boolean isDue(long nowNanos) {
        return state == BreakerState.OPEN && nowNanos >= openUntilNanos;
    }

    BreakerCounts counts() {
        return new BreakerCounts(successes, failures, ignored, rejected, transitions);
    }

    /** A call comes; whether it is admitted. */
    boolean admits(long nowNanos) {
        if (override != null) {
            return override == BreakerStep.Kind.DISABLE;
        }
        if (isDue(nowNanos)) {
            move(BreakerState.HALF_OPEN);
        }
        if (state == BreakerState.OPEN) {
            rejected++;
        }
        return state != BreakerState.OPEN;
    }

    /** A call that was admitted ends. */
    void ended(BreakerEnding ending, boolean slow, long nowNanos) {
        if (override != null) {
            return;
        }
        if (ending.isNeutral()) {
            ignored++;
            return;
        }
        successes += ending.isFailure() ? 0 : 1;
        failures += ending.isFailure() ? 1 : 0;
        if (state == BreakerState.HALF_OPEN) {
            probeEnded(ending, nowNanos);
        } else {
            boolean hit = trip.kind() == BreakerTrip.Kind.SLOW_RATE ? slow : ending.isFailure();
            window = window.with(new BreakerWindow.Outcome(nowNanos, hit));
            BreakerWindow.Verdict verdict = window.judge(trip);
            undecided |= verdict == BreakerWindow.Verdict.EITHER;
            if (verdict == BreakerWindow.Verdict.OPENS) {
                open(nowNanos);
            }
        }
    }

    private void probeEnded(BreakerEnding ending, long nowNanos) {
        if (ending.isFailure()) {
            open(nowNanos);
        } else if (++probesSucceeded == successThreshold) {
            move(BreakerState.CLOSED);
        }
    }

    private void open(long nowNanos) {
        openUntilNanos = nowNanos + openNanos;
        move(BreakerState.OPEN);
    }

    private void move(BreakerState to) {
        state = to;
        transitions++;
        begin();
    }

    private void begin() {
        window = BreakerWindow.EMPTY;
        probesSucceeded = 0;
    }

    /** Somebody operates it by hand. */
    void operated(BreakerStep.Kind how) {
        switch (how) {
            case RESET -> {
                override = null;
                move(BreakerState.CLOSED);
            }
            case ISOLATE, DISABLE -> override = how;
            case END_OVERRIDE -> {
                if (override != null) {
                    override = null;
                    begin();
                }
            }
            default -> throw new IllegalArgumentException("not by hand: " + how);
        }
    }
}
