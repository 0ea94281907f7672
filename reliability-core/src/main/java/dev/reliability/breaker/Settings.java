package dev.reliability.breaker;

import dev.reliability.EventListener;
import dev.reliability.base.Chain;
import dev.reliability.base.Nanos;
import dev.reliability.base.Problems;
import dev.reliability.time.Timeout;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The options of a breaker as it uses them. Immutable; breakers of the same options may share one. */
final class Settings {
    static final long NO_CALL_LIMIT = -1;

    private static final long DEFAULT_CALL_LIMIT_NANOS = 30_000_000_000L;
    private static final long DEFAULT_FAIR_NANOS = 1_000_000_000L;
    private static final long GRACE_NANOS = 1_000_000_000L; // from the call limit to the end of the probe lease
    private static final int MOST_PROBES = 1_000;

    final TripCondition trip;
    final long openForNanos;
    final double openTimeJitter;
    final CircuitBreaker.State initialState;
    final boolean counting;
    final int successThreshold;
    final int probes;
    final long probeLeaseNanos;
    final long callLimitNanos; // or NO_CALL_LIMIT
    final boolean samples; // calls under the limit share a table and an alarm
    final long slowNanos; // 0: no call is slow
    final boolean timesCalls; // reads the clock for each call
    final Verdict verdict;
    final @Nullable EventListener listener;
    final Seam seam;
    private final double openTimeGrowth;
    private final long openTimeCapNanos;
    private final @Nullable Timeout timeout;
    private final Chain limitedTask;

    Settings(CircuitBreakerBuilder options) {
        this(options, false);
    }

    /**
     * Checks the options and fills in the defaults that depend on others.
     *
     * @param keyed for breakers that may live for one call: each call then has an alarm of its own, which goes with it
     */
    Settings(CircuitBreakerBuilder options, boolean keyed) {
        check(options, keyed);
        long timeoutNanos = options.callTimeout == null ? 0 : Nanos.of(options.callTimeout);
        long limitNanos = options.callLimit == null
                ? Math.max(DEFAULT_CALL_LIMIT_NANOS, Math.max(timeoutNanos, options.trip.slowNanos()))
                : Nanos.of(options.callLimit);
        this.trip = options.trip;
        this.openForNanos = Nanos.of(options.openFor);
        this.openTimeGrowth = options.openTimeGrowth;
        this.openTimeCapNanos = options.openTimeCap == null ? openForNanos : Nanos.of(options.openTimeCap);
        this.openTimeJitter = options.openTimeJitter;
        this.initialState = options.initialState;
        this.counting = options.counting;
        this.successThreshold = options.successThreshold;
        this.probes = options.probes;
        this.probeLeaseNanos = options.probeLease == null ? limitNanos + GRACE_NANOS : Nanos.of(options.probeLease);
        this.callLimitNanos = options.callLimited ? limitNanos : NO_CALL_LIMIT;
        this.samples = callLimitNanos > 0 && !keyed;
        this.slowNanos = options.trip.slowNanos();
        this.timesCalls = options.callTimeout != null || slowNanos > 0;
        this.verdict = new Verdict(options, fairNanos(options, timeoutNanos));
        this.listener = options.listener;
        this.seam = Seam.of(options.time);
        this.timeout = timeout(options);
        this.limitedTask = timeout == null ? Chain.TASK : (Chain) timeout.around(Chain.TASK);
    }

    private static @Nullable Timeout timeout(CircuitBreakerBuilder options) {
        if (options.callTimeout == null) {
            return null;
        }
        Timeout.Builder timeout = Timeout.builder(options.callTimeout);
        options.timeoutOptions.accept(timeout);
        return timeout.name(options.name).time(options.time).build();
    }

    private static long fairNanos(CircuitBreakerBuilder options, long timeoutNanos) {
        if (options.fairTime != null) {
            return Nanos.of(options.fairTime);
        }
        return timeoutNanos > 0 ? Math.min(DEFAULT_FAIR_NANOS, timeoutNanos) : DEFAULT_FAIR_NANOS;
    }

    private static void check(CircuitBreakerBuilder options, boolean keyed) {
        Problems problems = options.trip
                .check(new Problems())
                .check(!options.openFor.isNegative(), "openFor", "zero or longer", options.openFor)
                .check(
                        options.openTimeGrowth >= 1 && options.openTimeGrowth < Double.POSITIVE_INFINITY,
                        "openTimeGrowth",
                        "a finite factor of at least 1",
                        options.openTimeGrowth)
                .check(
                        options.openTimeJitter >= 0 && options.openTimeJitter <= 1,
                        "openTimeJitter",
                        "from 0 to 1",
                        options.openTimeJitter)
                .check(options.successThreshold >= 1, "successThreshold", "at least 1", options.successThreshold)
                .check(
                        options.probes >= 1 && options.probes <= MOST_PROBES,
                        "probes",
                        "from 1 to " + MOST_PROBES,
                        options.probes);
        Duration cap = options.openTimeCap;
        if (cap != null) {
            problems.check(
                    cap.compareTo(options.openFor) >= 0, "openTimeCap", "at least openFor, " + options.openFor, cap);
        }
        problems.check(
                !keyed || options.initialState == CircuitBreaker.State.CLOSED,
                "initialState",
                "CLOSED for breakers per key",
                options.initialState);
        positive(problems, "probeLease", options.probeLease);
        positive(problems, "callLimit", options.callLimit);
        positive(problems, "callTimeout", options.callTimeout);
        if (options.callLimit != null && options.callLimited) {
            problems.check(
                    options.trip.slowNanos() <= Nanos.of(options.callLimit),
                    "slow",
                    "at most the call limit, " + options.callLimit,
                    Duration.ofNanos(options.trip.slowNanos()));
        }
        Duration fairTime = options.fairTime;
        if (fairTime != null) {
            problems.check(!fairTime.isNegative(), "fairTime", "zero or longer", fairTime);
            problems.check(
                    options.callTimeout == null || fairTime.compareTo(options.callTimeout) <= 0,
                    "fairTime",
                    "at most the call timeout, " + options.callTimeout,
                    fairTime);
        }
        problems.throwIfAny();
    }

    private static void positive(Problems problems, String name, @Nullable Duration span) {
        if (span != null) {
            problems.check(!span.isNegative() && !span.isZero(), name, "positive", span);
        }
    }

    /** The open time, before jitter, after a probe has failed that came after an open time. */
    long grown(long openNanos) {
        if (openTimeGrowth == 1) {
            return openNanos;
        }
        double grown = openNanos * openTimeGrowth;
        return grown >= openTimeCapNanos ? openTimeCapNanos : (long) grown;
    }

    boolean isSlow(long ranNanos) {
        return slowNanos > 0 && ranNanos >= slowNanos;
    }

    /** What runs inside the breaker: within the call timeout, if there is one. A composition is always a chain. */
    Chain limited(Chain inner) {
        if (timeout == null) {
            return inner;
        }
        return inner == Chain.TASK ? limitedTask : (Chain) timeout.around(inner);
    }
}
