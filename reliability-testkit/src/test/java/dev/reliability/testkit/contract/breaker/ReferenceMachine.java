package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Linger;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The states of {@link ReferenceBreaker}: all that is decided is decided under its monitor. It has one defect, or none. */
final class ReferenceMachine {
    /** How an outcome counts. */
    enum Outcome {
        SUCCESS,
        FAILURE,
        TIME_OUT,
        NEUTRAL
    }

    /** The right to make one call. */
    static final class Permit {
        final int period;
        final long beganNanos;
        final Thread thread = Thread.currentThread();
        boolean ended;
        Alarm limit;

        Permit(int period, long beganNanos) {
            this.period = period;
            this.beganNanos = beganNanos;
        }
    }

    private static final int UNCOUNTED = -1;

    private final BreakerSpec spec;
    private final BreakerTrip trip;
    private final BreakerDefect defect;
    private final Seam seam;

    private final AtomicInteger counting = new AtomicInteger(); // only for a defect

    // Guarded by this.
    private BreakerState state = BreakerState.CLOSED;
    private BreakerStep.Kind override;
    private int period;
    private BreakerWindow window = BreakerWindow.EMPTY;
    private int row; // only for a defect
    private long openUntilNanos;
    private long openNanos;
    private int succeeded;
    private final List<Permit> probes = new ArrayList<>();
    private final List<Permit> running = new ArrayList<>();
    private BreakerOpening openedBy;
    private long openedAtNanos;
    private Throwable openedByFailure;
    private int openings;
    private long successes;
    private long failures;
    private long ignored;
    private long rejected;
    private long transitions;
    private final Deque<BreakerState> untold = new ArrayDeque<>();
    private boolean telling;

    ReferenceMachine(BreakerSpec spec, BreakerDefect defect, Seam seam) {
        this.spec = spec;
        this.defect = defect;
        this.seam = seam;
        this.trip = spec.trip() == null ? BreakerTrip.row(has(BreakerDefect.OPENS_AFTER_SIX) ? 6 : 5) : spec.trip();
        this.openNanos = firstOpenNanos();
        if (has(BreakerDefect.TIMER_GOES_ON)) {
            tick();
        }
    }

    private void tick() {
        seam.schedule(
                new Alarm() {
                    @Override
                    protected void ring() {}
                },
                seam.nanoTime() + 1_000_000_000_000L);
    }

    boolean has(BreakerDefect other) {
        return defect == other;
    }

    private long firstOpenNanos() {
        return spec.openNanos() < 0 ? 60_000_000_000L : spec.openNanos();
    }

    private int threshold() {
        return spec.successThreshold() > 0
                ? spec.successThreshold()
                        + (has(BreakerDefect.CLOSES_A_SUCCESS_TOO_LATE) && spec.successThreshold() > 2 ? 1 : 0)
                : has(BreakerDefect.ONE_SUCCESS_IS_ENOUGH) ? 1 : 2;
    }

    private long callLimitNanos() {
        return spec.callLimitNanos() > 0 ? spec.callLimitNanos() : 30_000_000_000L;
    }

    private long leaseNanos() {
        return spec.probeLeaseNanos() > 0 ? spec.probeLeaseNanos() : callLimitNanos() + 1_000_000_000L;
    }

    /** A permit, or null if the call is refused. */
    Permit admit() {
        if (has(BreakerDefect.STALE_VIEW_HALF_OPENS) && isDue()) {
            Linger.aWhile();
            halfOpen();
        }
        if (has(BreakerDefect.PROBES_RACE) && probesOut() >= Math.max(1, spec.probes())) {
            synchronized (this) {
                rejected++;
                return null;
            }
        }
        if (has(BreakerDefect.PROBES_RACE)) {
            Linger.aWhile();
        }
        Permit permit = tryAdmit();
        if (permit != null && permit.period != UNCOUNTED) {
            watch(permit);
        }
        return permit;
    }

    private synchronized boolean isDue() {
        return state == BreakerState.OPEN && override == null && seam.nanoTime() - openUntilNanos >= 0;
    }

    private synchronized int probesOut() {
        return state == BreakerState.HALF_OPEN ? probes.size() : 0;
    }

    private synchronized void halfOpen() {
        move(BreakerState.HALF_OPEN);
    }

    private synchronized Permit tryAdmit() {
        long now = seam.nanoTime();
        lapse(now);
        if (override == BreakerStep.Kind.DISABLE) {
            return new Permit(UNCOUNTED, now);
        }
        if (override == null && isDue()) {
            move(BreakerState.HALF_OPEN);
        }
        boolean full = probes.size() >= Math.max(1, spec.probes()) && !has(BreakerDefect.PROBES_RACE);
        if (override != null || state == BreakerState.OPEN || (state == BreakerState.HALF_OPEN && full)) {
            rejected++;
            failures += has(BreakerDefect.REFUSALS_ARE_FAILURES) ? 1 : 0;
            return null;
        }
        Permit permit = new Permit(period, now);
        running.add(permit);
        if (state == BreakerState.HALF_OPEN) {
            probes.add(permit);
        }
        return permit;
    }

    private void watch(Permit permit) {
        if (has(BreakerDefect.HANGING_CALLS_DO_NOT_COUNT)) {
            return;
        }
        permit.limit = new Alarm() {
            @Override
            protected void ring() {
                if (has(BreakerDefect.CALL_LIMIT_INTERRUPTS)) {
                    permit.thread.interrupt();
                }
                record(permit, Outcome.TIME_OUT, null, false);
            }
        };
        seam.schedule(permit.limit, permit.beganNanos + callLimitNanos());
    }

    /** Ends the period if a probe has lapsed. */
    private void lapse(long now) {
        if (state != BreakerState.HALF_OPEN || has(BreakerDefect.PROBES_NEVER_LAPSE)) {
            return;
        }
        for (Permit probe : List.copyOf(probes)) {
            long lapses = probe.beganNanos + leaseNanos();
            if (now - lapses >= 0 && state == BreakerState.HALF_OPEN) {
                if (has(BreakerDefect.LAPSE_IS_NEUTRAL)) {
                    probes.remove(probe);
                } else {
                    failures++;
                    open(lapses, null, true);
                }
            }
        }
    }

    /** The first one counts. */
    void record(Permit permit, Outcome outcome, Throwable failure, boolean slow) {
        int before;
        synchronized (this) {
            if (permit.limit != null) {
                seam.cancel(permit.limit);
            }
            if (permit.ended && !has(BreakerDefect.PERMIT_COUNTS_EACH_TIME)) {
                return;
            }
            permit.ended = true;
            running.remove(permit);
            long now = seam.nanoTime();
            lapse(now);
            if (has(BreakerDefect.LATE_RESULT_FREES_A_PROBE) && !probes.isEmpty() && !probes.contains(permit)) {
                probes.remove(0);
            }
            if (isStale(permit, outcome)) {
                return;
            }
            probes.remove(permit);
            count(outcome);
            if (outcome == Outcome.NEUTRAL) {
                return;
            }
            if (state == BreakerState.HALF_OPEN) {
                probeEnded(outcome, failure, now);
                return;
            }
            if (!has(BreakerDefect.LOSES_A_FAILURE_IN_A_RACE) || trip.kind() != BreakerTrip.Kind.CONSECUTIVE_FAILURES) {
                callEnded(outcome, failure, slow, now);
                return;
            }
            before = row;
        }
        Linger.forAnother(counting);
        finishRow(before, permit, outcome);
    }

    private boolean isStale(Permit permit, Outcome outcome) {
        if (permit.period == period && override == null) {
            return false;
        }
        boolean counts = switch (defect) {
            case LATE_SUCCESS_COUNTS -> outcome == Outcome.SUCCESS && state == BreakerState.HALF_OPEN;
            case LATE_FAILURE_COUNTS -> outcome == Outcome.FAILURE;
            case RESET_KEEPS_PERMITS -> state == BreakerState.CLOSED && openings == 0;
            default -> false;
        };
        return !counts || permit.period == UNCOUNTED || override != null;
    }

    private void count(Outcome outcome) {
        switch (outcome) {
            case SUCCESS -> successes++;
            case NEUTRAL -> ignored++;
            default -> failures++;
        }
    }

    /** For a defect: the second of two steps. */
    private synchronized void finishRow(int before, Permit permit, Outcome outcome) {
        if (permit.period == period && state == BreakerState.CLOSED) {
            row = outcome == Outcome.SUCCESS ? 0 : before + 1;
            if (row >= trip.calls()) {
                open(seam.nanoTime(), null, outcome == Outcome.TIME_OUT);
            }
        }
    }

    private void callEnded(Outcome outcome, Throwable failure, boolean slow, long now) {
        boolean failed = outcome != Outcome.SUCCESS;
        boolean hit = trip.kind() == BreakerTrip.Kind.SLOW_RATE ? slow : failed;
        if (has(BreakerDefect.COUNTS_ALL_FAILURES) && trip.kind() == BreakerTrip.Kind.CONSECUTIVE_FAILURES && !hit) {
            return;
        }
        window = window.with(new BreakerWindow.Outcome(now, hit));
        BreakerWindow.Verdict verdict = window.judge(rounded());
        if (verdict == BreakerWindow.Verdict.OPENS && !(has(BreakerDefect.LOOKS_AT_FAILURES_ONLY) && !hit)) {
            open(now, failure, outcome == Outcome.TIME_OUT);
        }
    }

    private BreakerTrip rounded() {
        return has(BreakerDefect.ROUNDS_THE_RATE) && trip.percent() > 1
                ? new BreakerTrip(
                        trip.kind(),
                        trip.percent() - 1,
                        trip.calls(),
                        trip.minimumCalls(),
                        trip.spanNanos(),
                        trip.slowNanos())
                : trip;
    }

    private void probeEnded(Outcome outcome, Throwable failure, long now) {
        if (outcome == Outcome.SUCCESS) {
            if (++succeeded >= threshold()) {
                openNanos = has(BreakerDefect.STAYS_GROWN) ? openNanos : firstOpenNanos();
                move(BreakerState.CLOSED);
                openedBy = null;
            }
        } else if (!has(BreakerDefect.A_FAILED_PROBE_IS_FORGIVEN) || succeeded == 0) {
            grow();
            open(now, failure, outcome == Outcome.TIME_OUT);
        }
    }

    private void grow() {
        if (spec.growth() > 1) {
            long grown = (long) (openNanos * spec.growth());
            openNanos = has(BreakerDefect.NO_CAP) ? grown : Math.min(grown, spec.openCapNanos());
        }
    }

    private void open(long now, Throwable failure, boolean timeOut) {
        double part = spec.jitter() * seam.random().nextDouble();
        long most = (long) (openNanos * part);
        long jitter = most * (has(BreakerDefect.JITTER_SHORTENS) ? -1 : 1);
        long until = now + openNanos + jitter;
        openUntilNanos = until;
        openedBy =
                new BreakerOpening(failure == null ? null : failure.getClass().getName(), timeOut, 0);
        openedAtNanos = now;
        openedByFailure = failure;
        openings++;
        if (has(BreakerDefect.OPENING_INTERRUPTS_CALLS)) {
            running.stream()
                    .filter(permit -> permit.thread != Thread.currentThread())
                    .forEach(permit -> permit.thread.interrupt());
        }
        move(BreakerState.OPEN);
        if (has(BreakerDefect.OLD_TIMER_FIRES)) {
            seam.schedule(
                    new Alarm() {
                        @Override
                        protected void ring() {
                            forceHalfOpen();
                        }
                    },
                    until);
        }
    }

    private synchronized void forceHalfOpen() {
        if (state == BreakerState.OPEN) {
            override = null;
            move(BreakerState.HALF_OPEN);
        }
    }

    private void move(BreakerState to) {
        state = to;
        transitions++;
        begin();
        if (spec.listener() != null) {
            if (has(BreakerDefect.LISTENER_IN_THE_LOCK)) {
                spec.listener().accept(to);
            } else if (has(BreakerDefect.HEARD_LATE) && to == BreakerState.HALF_OPEN) {
                untold.addFirst(to);
            } else {
                untold.addLast(to);
            }
        }
    }

    private void begin() {
        period++;
        window = BreakerWindow.EMPTY;
        row = 0;
        succeeded = 0;
        probes.clear();
    }

    /** Tells what is untold, one thread at a time, outside the monitor. */
    void tell() {
        for (BreakerState next = next(); next != null; next = next()) {
            try {
                spec.listener().accept(next);
            } catch (RuntimeException e) {
                if (has(BreakerDefect.LISTENER_THROWS_INTO_THE_CALL)) {
                    told();
                    throw e;
                }
            }
            told();
        }
    }

    private synchronized BreakerState next() {
        int least = has(BreakerDefect.HEARD_LATE) ? 2 : 1;
        if (telling || untold.size() < least) {
            return null;
        }
        telling = true;
        return untold.pollFirst();
    }

    private synchronized void told() {
        telling = false;
    }

    void operate(BreakerStep.Kind how) {
        synchronized (this) {
            switch (how) {
                case RESET -> {
                    override = null;
                    openedBy = null;
                    openNanos = firstOpenNanos();
                    move(BreakerState.CLOSED);
                }
                case END_OVERRIDE -> {
                    if (override != null) {
                        override = null;
                        begin();
                    }
                }
                default -> {
                    override = how;
                    period++;
                }
            }
        }
        tell();
    }

    synchronized BreakerState state() {
        return state;
    }

    synchronized long remainingNanos() {
        return has(BreakerDefect.HINTS_THE_WHOLE_OPEN_TIME)
                ? openNanos
                : state == BreakerState.OPEN ? openUntilNanos - seam.nanoTime() : BreakerRefused.UNKNOWN;
    }

    synchronized BreakerOpening openedBy() {
        return openedBy == null
                ? null
                : new BreakerOpening(openedBy.type(), openedBy.isTimeOut(), seam.nanoTime() - openedAtNanos);
    }

    synchronized Throwable openedByFailure() {
        return openedByFailure;
    }

    synchronized int openings() {
        return openings;
    }

    synchronized boolean isHealthy() {
        return state == BreakerState.CLOSED
                && window.outcomes().stream().noneMatch(BreakerWindow.Outcome::isHit)
                && running.isEmpty();
    }

    /** All of one instant; one defect loses a success in a race with those who count. */
    BreakerCounts counts() {
        synchronized (this) {
            return new BreakerCounts(successes, failures, ignored, rejected, transitions);
        }
    }

    /** For a defect: counts a success in two steps. */
    void countInARace() {
        long before = counts().successes();
        Linger.aWhile();
        synchronized (this) {
            successes = before;
        }
    }
}
