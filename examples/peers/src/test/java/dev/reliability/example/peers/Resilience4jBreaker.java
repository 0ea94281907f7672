package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.breaker.BreakerAdapter;
import dev.reliability.testkit.contract.breaker.BreakerCapability;
import dev.reliability.testkit.contract.breaker.BreakerPermit;
import dev.reliability.testkit.contract.breaker.BreakerRefused;
import dev.reliability.testkit.contract.breaker.BreakerSpec;
import dev.reliability.testkit.contract.breaker.BreakerState;
import dev.reliability.testkit.contract.breaker.BreakerTrip;
import dev.reliability.testkit.contract.breaker.CircuitBreakerContract;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Circuit breaker of Resilience4j, which takes a clock: so time is virtual. Failures in a row are its failure rate of 100 %
 * over as many calls. Its half-open state lets a number of calls through and judges by their rate, where the rules keep
 * apart how many run at a time and how many successes close it: here it is told the successes, in {@link
 * Resilience4jOneProbe} the probes.
 */
class Resilience4jBreaker extends CircuitBreakerContract {
    @Override
    protected BreakerAdapter create(BreakerSpec spec, World world) {
        return new Adapter(spec, permitted(spec), world);
    }

    /** How many calls its half-open state lets through. */
    int permitted(BreakerSpec spec) {
        return Math.max(1, spec.successThreshold());
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected Set<BreakerCapability> unsupported() {
        return EnumSet.of(
                BreakerCapability.OPENED_BY,
                BreakerCapability.DEADLINE,
                BreakerCapability.CALL_TIMEOUT,
                BreakerCapability.COUNTS,
                BreakerCapability.BACKOFF,
                BreakerCapability.KEYED);
    }

    /**
     * The wall clock of a try, from which it computes its open time: a millisecond of it is a nanosecond of the try. It
     * goes on by its own nanosecond whenever it is looked at, as clocks do: at the very instant at which the open time
     * ends the breaker would still refuse.
     */
    private static final class WorldClock extends Clock {
        private final World world;
        private final AtomicLong looks = new AtomicLong();

        WorldClock(World world) {
            this.world = world;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusMillis(world.nanos()).plusNanos(looks.incrementAndGet());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static final class Adapter implements BreakerAdapter {
        private final CircuitBreaker breaker;

        Adapter(BreakerSpec spec, int permitted, World world) {
            Peers.refuseExtras(spec);
            CircuitBreakerConfig.Builder builder = CircuitBreakerConfig.custom()
                    .clock(new WorldClock(world))
                    .currentTimestampFunction(clock -> world.time().nanoTime(), TimeUnit.NANOSECONDS)
                    .permittedNumberOfCallsInHalfOpenState(permitted)
                    .waitIntervalFunctionInOpenState(attempt -> spec.openNanos() < 0 ? Peers.MINUTE : spec.openNanos());
            trip(Peers.trip(spec), builder);
            judges(spec, builder);
            breaker = CircuitBreaker.of(spec.name(), builder.build());
            if (spec.listener() != null) {
                breaker.getEventPublisher().onStateTransition(event -> {
                    switch (event.getStateTransition().getToState()) {
                        case OPEN -> spec.listener().accept(BreakerState.OPEN);
                        case HALF_OPEN -> spec.listener().accept(BreakerState.HALF_OPEN);
                        case CLOSED -> spec.listener().accept(BreakerState.CLOSED);
                        default -> {}
                    }
                });
            }
        }

        private static void trip(BreakerTrip trip, CircuitBreakerConfig.Builder builder) {
            switch (trip.kind()) {
                case CONSECUTIVE_FAILURES -> {
                    if (trip.calls() > 10_000) { // it keeps a place for each call
                        throw Peers.excluded();
                    }
                    builder.failureRateThreshold(100)
                            .slidingWindow(trip.calls(), trip.calls(), SlidingWindowType.COUNT_BASED);
                }
                case FAILURE_RATE ->
                    builder.failureRateThreshold(trip.percent())
                            .slidingWindow(trip.calls(), trip.minimumCalls(), SlidingWindowType.COUNT_BASED);
                case TIMED_RATE ->
                    builder.failureRateThreshold(trip.percent())
                            .slidingWindow(
                                    (int) TimeUnit.NANOSECONDS.toSeconds(trip.spanNanos()),
                                    trip.minimumCalls(),
                                    SlidingWindowType.TIME_BASED);
                case SLOW_RATE ->
                    builder.slowCallRateThreshold(trip.percent())
                            .slowCallDurationThreshold(Duration.ofNanos(trip.slowNanos() - 1)) // slower than
                            .recordException(failure -> false)
                            .slidingWindow(trip.calls(), trip.minimumCalls(), SlidingWindowType.COUNT_BASED);
            }
        }

        private static void judges(BreakerSpec spec, CircuitBreakerConfig.Builder builder) {
            // InterruptedException and the like are failures to it unless it is told otherwise.
            builder.ignoreException(
                    failure -> spec.ignored() != null && spec.ignored().isInstance(failure));
            if (spec.failureIf() != null) {
                builder.recordException(spec.failureIf());
            }
            if (spec.failureResult() != null) {
                builder.recordResult(spec.failureResult());
            }
        }

        @Override
        public Object call(Body body) throws Throwable {
            try {
                return breaker.executeCheckedSupplier(() -> {
                    try {
                        return body.run();
                    } catch (BreakerRefused refused) {
                        throw Peers.cause(refused);
                    }
                });
            } catch (CallNotPermittedException e) {
                throw new BreakerRefused(e, e.getCausingCircuitBreakerName(), state(), BreakerRefused.UNKNOWN);
            }
        }

        @Override
        public BreakerState state() {
            return switch (breaker.getState()) {
                case OPEN, FORCED_OPEN -> BreakerState.OPEN;
                case HALF_OPEN -> BreakerState.HALF_OPEN;
                default -> BreakerState.CLOSED;
            };
        }

        @Override
        public BreakerPermit tryAcquire() {
            return breaker.tryAcquirePermission() ? new Permit(breaker) : null;
        }

        private record Permit(CircuitBreaker breaker) implements BreakerPermit {
            @Override
            public void success() {
                breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            }

            @Override
            public void failure() {
                breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("by hand"));
            }

            @Override
            public void ignore() {
                breaker.releasePermission();
            }

            @Override
            public void close() {
                breaker.releasePermission();
            }
        }

        @Override
        public void reset() {
            breaker.reset();
        }

        @Override
        public void isolate() {
            breaker.transitionToForcedOpenState();
        }

        @Override
        public void disable() {
            breaker.transitionToDisabledState();
        }

        @Override
        public void endOverride() {
            breaker.transitionToClosedState();
        }
    }
}
