package dev.reliability.testkit.contract.breaker;

import dev.reliability.breaker.BreakerEvent;
import dev.reliability.breaker.BreakerFailure;
import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.CircuitBreakerBuilder;
import dev.reliability.breaker.CircuitOpenException;
import dev.reliability.breaker.KeyedCircuitBreaker;
import dev.reliability.breaker.TripCondition;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.BodyTask;
import dev.reliability.testkit.contract.World;
import dev.reliability.time.Deadline;
import java.time.Duration;
import java.util.function.Consumer;

/** The adapter of our own {@link CircuitBreaker}. */
final class CoreBreaker implements BreakerAdapter {
    private final World world;
    private final CircuitBreaker breaker;
    private final KeyedCircuitBreaker<String> keyed;

    CoreBreaker(BreakerSpec spec, World world) {
        this.world = world;
        CircuitBreakerBuilder builder =
                CircuitBreaker.builder(spec.name()).time(world.time()).counting();
        if (spec.trip() != null) {
            builder.tripCondition(trip(spec.trip()));
        }
        if (spec.openNanos() >= 0) {
            builder.openFor(Duration.ofNanos(spec.openNanos()));
        }
        if (spec.successThreshold() > 0) {
            builder.successThreshold(spec.successThreshold());
        }
        if (spec.probes() > 0) {
            builder.probes(spec.probes());
        }
        if (spec.growth() > 0) {
            builder.openTimeGrowth(spec.growth(), Duration.ofNanos(spec.openCapNanos()))
                    .openTimeJitter(spec.jitter());
        }
        limits(spec, builder);
        judges(spec, builder);
        breaker = builder.build();
        keyed = builder.buildKeyed();
    }

    private static void limits(BreakerSpec spec, CircuitBreakerBuilder builder) {
        if (spec.probeLeaseNanos() > 0) {
            builder.probeLease(Duration.ofNanos(spec.probeLeaseNanos()));
        }
        if (spec.callLimitNanos() > 0) {
            builder.callLimit(Duration.ofNanos(spec.callLimitNanos()));
        }
        if (spec.callTimeoutNanos() > 0) {
            builder.callTimeout(Duration.ofNanos(spec.callTimeoutNanos()));
        }
        if (spec.fairNanos() > 0) {
            builder.fairTime(Duration.ofNanos(spec.fairNanos()));
        }
    }

    private static void judges(BreakerSpec spec, CircuitBreakerBuilder builder) {
        if (spec.ignored() != null) {
            builder.ignore(spec.ignored());
        }
        if (spec.failureIf() != null) {
            builder.failureIf(spec.failureIf());
        }
        if (spec.failureResult() != null) {
            builder.failureResult(spec.failureResult());
        }
        Consumer<BreakerState> listener = spec.listener();
        if (listener != null) {
            builder.listener(event -> {
                if (event instanceof BreakerEvent.Opened) {
                    listener.accept(BreakerState.OPEN);
                } else if (event instanceof BreakerEvent.HalfOpened) {
                    listener.accept(BreakerState.HALF_OPEN);
                } else if (event instanceof BreakerEvent.Closed) {
                    listener.accept(BreakerState.CLOSED);
                }
            });
        }
    }

    private static TripCondition trip(BreakerTrip trip) {
        double rate = trip.percent() / 100.0;
        return switch (trip.kind()) {
            case CONSECUTIVE_FAILURES -> TripCondition.consecutiveFailures(trip.calls());
            case FAILURE_RATE ->
                TripCondition.failureRate(rate).overCalls(trip.calls()).minimumCalls(trip.minimumCalls());
            case TIMED_RATE ->
                TripCondition.failureRate(rate)
                        .overTime(Duration.ofNanos(trip.spanNanos()))
                        .minimumCalls(trip.minimumCalls());
            case SLOW_RATE ->
                TripCondition.slowCallRate(rate, Duration.ofNanos(trip.slowNanos()))
                        .overCalls(trip.calls())
                        .minimumCalls(trip.minimumCalls());
        };
    }

    private static BreakerState state(CircuitBreaker.State state) {
        return BreakerState.valueOf(state.name());
    }

    private static BreakerRefused refused(CircuitOpenException e) {
        Duration wait = e.retryAfter();
        return new BreakerRefused(
                e, e.name(), state(e.state()), wait == null ? BreakerRefused.UNKNOWN : wait.toNanos());
    }

    /** What its own refusal looks like inside a body, too. */
    private static Body unwrapped(Body body) {
        return () -> {
            try {
                return body.run();
            } catch (BreakerRefused refused) {
                throw refused.thrown();
            }
        };
    }

    @Override
    public Object call(Body body) throws Throwable {
        try {
            return breaker.callInterruptibly(BodyTask.of(unwrapped(body)));
        } catch (CircuitOpenException e) {
            throw refused(e);
        }
    }

    @Override
    public Object callWithin(long nanos, Body body) throws Throwable {
        return Deadline.after(Duration.ofNanos(nanos), world.time()).callInterruptibly(BodyTask.of(() -> call(body)));
    }

    @Override
    public BreakerState state() {
        return state(breaker.state());
    }

    @Override
    public BreakerOpening openedBy() {
        BreakerFailure failure = breaker.openedBy();
        return failure == null
                ? null
                : new BreakerOpening(
                        failure.type(),
                        failure.kind() == BreakerFailure.Kind.TIMEOUT,
                        world.time().nanoTime() - failure.atNanos());
    }

    @Override
    public BreakerPermit tryAcquire() {
        CircuitBreaker.Permit permit = breaker.tryAcquire();
        return permit == null ? null : new ByHand(permit);
    }

    /** A permit as the kit knows it. */
    private record ByHand(CircuitBreaker.Permit permit) implements BreakerPermit {
        @Override
        public void success() {
            permit.success();
        }

        @Override
        public void failure() {
            permit.failure();
        }

        @Override
        public void ignore() {
            permit.ignore();
        }

        @Override
        public void close() {
            permit.close();
        }
    }

    @Override
    public void reset() {
        breaker.reset();
    }

    @Override
    public void isolate() {
        breaker.isolate();
    }

    @Override
    public void disable() {
        breaker.disable();
    }

    @Override
    public void endOverride() {
        breaker.endOverride();
    }

    @Override
    public BreakerCounts counts() {
        CircuitBreaker.Snapshot now = breaker.snapshot();
        return new BreakerCounts(
                now.successes().orElseThrow(), now.failures(), now.ignored(), now.rejections(), now.transitions());
    }

    @Override
    public Object call(String key, Body body) throws Throwable {
        try {
            return keyed.policy(key).callInterruptibly(BodyTask.of(unwrapped(body)));
        } catch (CircuitOpenException e) {
            throw refused(e);
        }
    }

    @Override
    public int keptKeys() {
        return keyed.keptKeys();
    }
}
