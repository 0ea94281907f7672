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
    final int successThreshold;
    final int probes;
    final long probeLeaseNanos;
    final long callLimitNanos; // or NO_CALL_LIMIT
    final Verdict verdict;
    final @Nullable EventListener listener;
    final Seam seam;
    private final @Nullable Timeout timeout;
    private final Chain limitedTask;

    /** Checks the options and fills in the defaults that depend on others. */
    Settings(CircuitBreaker.Builder options) {
        check(options);
        long timeoutNanos = options.callTimeout == null ? 0 : Nanos.of(options.callTimeout);
        long limitNanos = options.callLimit == null
                ? Math.max(DEFAULT_CALL_LIMIT_NANOS, timeoutNanos)
                : Nanos.of(options.callLimit);
        this.trip = options.trip;
        this.openForNanos = Nanos.of(options.openFor);
        this.successThreshold = options.successThreshold;
        this.probes = options.probes;
        this.probeLeaseNanos = options.probeLease == null ? limitNanos + GRACE_NANOS : Nanos.of(options.probeLease);
        this.callLimitNanos = options.callLimited ? limitNanos : NO_CALL_LIMIT;
        this.verdict = new Verdict(options, fairNanos(options, timeoutNanos));
        this.listener = options.listener;
        this.seam = Seam.of(options.time);
        this.timeout = options.callTimeout == null
                ? null
                : Timeout.builder(options.callTimeout)
                        .name(options.name)
                        .time(options.time)
                        .build();
        this.limitedTask = timeout == null ? Chain.TASK : (Chain) timeout.around(Chain.TASK);
    }

    private static long fairNanos(CircuitBreaker.Builder options, long timeoutNanos) {
        if (options.fairTime != null) {
            return Nanos.of(options.fairTime);
        }
        return timeoutNanos > 0 ? Math.min(DEFAULT_FAIR_NANOS, timeoutNanos) : DEFAULT_FAIR_NANOS;
    }

    private static void check(CircuitBreaker.Builder options) {
        Problems problems = options.trip
                .check(new Problems())
                .check(!options.openFor.isNegative(), "openFor", "zero or longer", options.openFor)
                .check(options.successThreshold >= 1, "successThreshold", "at least 1", options.successThreshold)
                .check(
                        options.probes >= 1 && options.probes <= MOST_PROBES,
                        "probes",
                        "from 1 to " + MOST_PROBES,
                        options.probes);
        positive(problems, "probeLease", options.probeLease);
        positive(problems, "callLimit", options.callLimit);
        positive(problems, "callTimeout", options.callTimeout);
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

    /** Whether each call has a limit of its own. */
    boolean limitsCalls() {
        return callLimitNanos > 0 || timeout != null;
    }

    /** What runs inside the breaker: within the call timeout, if there is one. A composition is always a chain. */
    Chain limited(Chain inner) {
        if (timeout == null) {
            return inner;
        }
        return inner == Chain.TASK ? limitedTask : (Chain) timeout.around(inner);
    }
}
