package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.breaker.BreakerAdapter;
import dev.reliability.testkit.contract.breaker.BreakerCapability;
import dev.reliability.testkit.contract.breaker.BreakerRefused;
import dev.reliability.testkit.contract.breaker.BreakerSpec;
import dev.reliability.testkit.contract.breaker.BreakerState;
import dev.reliability.testkit.contract.breaker.BreakerTrip;
import dev.reliability.testkit.contract.breaker.CircuitBreakerContract;
import io.smallrye.faulttolerance.api.Guard;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/**
 * Circuit breaker of SmallRye Fault Tolerance by its programmatic interface: time is real. It opens on the share of failures
 * among a number of calls, all of which it has to have seen: failures in a row are all of as many.
 */
class SmallRyeBreaker extends CircuitBreakerContract {
    @Override
    protected BreakerAdapter create(BreakerSpec spec, World world) {
        return new Adapter(spec);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<BreakerCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(
                BreakerCapability.CONSECUTIVE_FAILURES, BreakerCapability.FAILURE_RATE, BreakerCapability.LISTENER));
    }

    private static final class Adapter implements BreakerAdapter {
        private final String name;
        private final Guard guard;
        private volatile BreakerState state = BreakerState.CLOSED;

        Adapter(BreakerSpec spec) {
            Peers.refuseExtras(spec);
            name = spec.name();
            BreakerTrip trip = Peers.trip(spec);
            boolean row = trip.kind() == BreakerTrip.Kind.CONSECUTIVE_FAILURES;
            if (trip.calls() > 10_000 || (!row && trip.minimumCalls() != trip.calls())) {
                throw Peers.excluded();
            }
            Guard.Builder.CircuitBreakerBuilder builder = Guard.create()
                    .withDescription(spec.name())
                    .withCircuitBreaker()
                    .requestVolumeThreshold(trip.calls())
                    .failureRatio(row ? 1 : trip.percent() / 100.0)
                    .successThreshold(Math.max(1, spec.successThreshold()))
                    .delay(spec.openNanos() < 0 ? 60_000_000_000L : spec.openNanos(), ChronoUnit.NANOS)
                    .onStateChange(changed -> {
                        state = BreakerState.valueOf(changed.name());
                        if (spec.listener() != null) {
                            spec.listener().accept(state);
                        }
                    });
            if (spec.failureIf() != null) {
                builder.when(spec.failureIf());
            } else if (spec.ignored() != null) {
                builder.skipOn(spec.ignored());
            }
            guard = builder.done().build();
        }

        @Override
        public Object call(Body body) throws Throwable {
            try {
                return guard.call(
                        () -> Peers.sneaking(() -> {
                            try {
                                return body.run();
                            } catch (BreakerRefused refused) {
                                throw Peers.cause(refused);
                            }
                        }),
                        Object.class);
            } catch (CircuitBreakerOpenException e) {
                throw new BreakerRefused(e, name, state, BreakerRefused.UNKNOWN);
            }
        }

        @Override
        public BreakerState state() {
            return state;
        }
    }
}
