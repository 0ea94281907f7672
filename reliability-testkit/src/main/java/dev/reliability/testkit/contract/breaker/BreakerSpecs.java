package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.World;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Builds {@link BreakerSpec}s: at first all defaults. Not thread-safe. */
final class BreakerSpecs {
    static final long DEFAULT_OPEN = -1;

    private @Nullable BreakerTrip trip;
    private long openNanos = DEFAULT_OPEN;
    private int successThreshold;
    private int probes;
    private long probeLeaseNanos;
    private long callLimitNanos;
    private long callTimeoutNanos;
    private long fairNanos;
    private double growth;
    private long openCapNanos;
    private double jitter;
    private @Nullable Class<? extends Throwable> ignored;
    private @Nullable Predicate<Throwable> failureIf;
    private @Nullable Predicate<@Nullable Object> failureResult;
    private @Nullable Consumer<BreakerState> listener;

    BreakerSpecs trip(BreakerTrip when) {
        trip = when;
        return this;
    }

    BreakerSpecs open(long nanos) {
        openNanos = nanos;
        return this;
    }

    BreakerSpecs closeAfter(int successes) {
        successThreshold = successes;
        return this;
    }

    BreakerSpecs probes(int most) {
        probes = most;
        return this;
    }

    BreakerSpecs lease(long nanos) {
        probeLeaseNanos = nanos;
        return this;
    }

    BreakerSpecs callLimit(long nanos) {
        callLimitNanos = nanos;
        return this;
    }

    BreakerSpecs callTimeout(long nanos) {
        callTimeoutNanos = nanos;
        return this;
    }

    BreakerSpecs fair(long nanos) {
        fairNanos = nanos;
        return this;
    }

    BreakerSpecs growing(double factor, long capNanos) {
        growth = factor;
        openCapNanos = capNanos;
        return this;
    }

    BreakerSpecs jitter(double fraction) {
        jitter = fraction;
        return this;
    }

    BreakerSpecs ignoring(Class<? extends Throwable> type) {
        ignored = type;
        return this;
    }

    BreakerSpecs failureIf(Predicate<Throwable> predicate) {
        failureIf = predicate;
        return this;
    }

    BreakerSpecs failureResult(Predicate<@Nullable Object> predicate) {
        failureResult = predicate;
        return this;
    }

    BreakerSpecs listener(Consumer<BreakerState> told) {
        listener = told;
        return this;
    }

    /** The spec, in the time of a world. */
    BreakerSpec in(World world) {
        BreakerTrip when = trip;
        return new BreakerSpec(
                BreakerTry.NAME,
                when == null
                        ? null
                        : new BreakerTrip(
                                when.kind(),
                                when.percent(),
                                when.calls(),
                                when.minimumCalls(),
                                world.scaled(when.spanNanos()),
                                world.scaled(when.slowNanos())),
                world.scaled(openNanos),
                successThreshold,
                probes,
                world.scaled(probeLeaseNanos),
                world.scaled(callLimitNanos),
                world.scaled(callTimeoutNanos),
                world.scaled(fairNanos),
                growth,
                world.scaled(openCapNanos),
                jitter,
                ignored,
                failureIf,
                failureResult,
                listener);
    }
}
