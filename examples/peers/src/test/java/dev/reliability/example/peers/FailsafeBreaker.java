package dev.reliability.example.peers;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerBuilder;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
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
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Circuit breaker of Failsafe, which asks {@link System#nanoTime}: so time is real. Its success threshold is its probes. */
class FailsafeBreaker extends CircuitBreakerContract {
    @Override
    protected BreakerAdapter create(BreakerSpec spec, World world) {
        return new Adapter(spec, probes(spec));
    }

    /** How many successes close it, and so how many probes run at a time. */
    int probes(BreakerSpec spec) {
        return Math.max(1, spec.successThreshold());
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<BreakerCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(
                BreakerCapability.CONSECUTIVE_FAILURES,
                BreakerCapability.TIMED_RATE,
                BreakerCapability.PERMIT,
                BreakerCapability.LISTENER));
    }

    private static final class Adapter implements BreakerAdapter {
        private final String name;
        private final CircuitBreaker<Object> breaker;

        Adapter(BreakerSpec spec, int probes) {
            Peers.refuseExtras(spec);
            name = spec.name();
            CircuitBreakerBuilder<Object> builder = CircuitBreaker.builder()
                    .withDelay(spec.openNanos() < 0 ? Duration.ofSeconds(60) : Duration.ofNanos(spec.openNanos()))
                    .withSuccessThreshold(probes);
            BreakerTrip trip = Peers.trip(spec);
            if (trip.kind() == BreakerTrip.Kind.CONSECUTIVE_FAILURES) {
                if (trip.calls() > 10_000) { // it keeps a place for each call
                    throw Peers.excluded();
                }
                builder.withFailureThreshold(trip.calls());
            } else {
                builder.withFailureRateThreshold(
                        trip.percent(), trip.minimumCalls(), Duration.ofNanos(trip.spanNanos()));
            }
            judges(spec, builder);
            breaker = builder.build();
        }

        private static void judges(BreakerSpec spec, CircuitBreakerBuilder<Object> builder) {
            builder.handleIf(failure -> failure != null
                    && (spec.ignored() == null || !spec.ignored().isInstance(failure))
                    && (spec.failureIf() == null || spec.failureIf().test(failure)));
            if (spec.failureResult() != null) {
                builder.handleResultIf(spec.failureResult()::test);
            }
            if (spec.listener() != null) {
                builder.onOpen(event -> spec.listener().accept(BreakerState.OPEN))
                        .onHalfOpen(event -> spec.listener().accept(BreakerState.HALF_OPEN))
                        .onClose(event -> spec.listener().accept(BreakerState.CLOSED));
            }
        }

        @Override
        public Object call(Body body) throws Throwable {
            try {
                return Failsafe.with(breaker).get(() -> {
                    try {
                        return Peers.sneaking(body);
                    } catch (Throwable failure) {
                        throw failure instanceof BreakerRefused refused ? (Exception) Peers.cause(refused) : failure;
                    }
                });
            } catch (CircuitBreakerOpenException e) {
                throw new BreakerRefused(
                        e, name, state(), breaker.getRemainingDelay().toNanos());
            } catch (FailsafeException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        @Override
        public BreakerState state() {
            return BreakerState.valueOf(breaker.getState().name());
        }

        @Override
        public BreakerPermit tryAcquire() {
            return breaker.tryAcquirePermit() ? new Permit(breaker) : null;
        }

        private record Permit(CircuitBreaker<Object> breaker) implements BreakerPermit {
            @Override
            public void success() {
                breaker.recordSuccess();
            }

            @Override
            public void failure() {
                breaker.recordFailure();
            }

            @Override
            public void ignore() {
                breaker.recordSuccess(); // it has no neutral end
            }

            @Override
            public void close() {}
        }
    }
}
