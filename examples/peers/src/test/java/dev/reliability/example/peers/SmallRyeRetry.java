package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.BackoffSpec;
import dev.reliability.testkit.contract.retry.RetryAdapter;
import dev.reliability.testkit.contract.retry.RetryCapability;
import dev.reliability.testkit.contract.retry.RetryContract;
import dev.reliability.testkit.contract.retry.RetrySpec;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.faulttolerance.core.retry.BackOff;
import io.smallrye.faulttolerance.core.retry.ExponentialBackOff;
import io.smallrye.faulttolerance.core.retry.Jitter;
import io.smallrye.faulttolerance.core.retry.RandomJitter;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Retry of SmallRye Fault Tolerance by its programmatic interface; it sleeps by {@link Thread#sleep}: so time is real. */
class SmallRyeRetry extends RetryContract {
    @Override
    protected RetryAdapter create(RetrySpec spec, World world) {
        return new Adapter(spec);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<RetryCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(RetryCapability.DELAYS, RetryCapability.DEADLINE));
    }

    private static final class Adapter implements RetryAdapter {
        private static final int FURTHEST = 300; // it counts from attempt to attempt; by then the cap is reached

        private final RetrySpec spec;
        private final Guard guard;

        Adapter(RetrySpec spec) {
            Peers.refuseExtras(spec);
            this.spec = spec;
            this.guard = guard(0);
        }

        private Guard guard(long maxDurationNanos) {
            BackoffSpec backoff = spec.backoff();
            Guard.Builder.RetryBuilder builder = Guard.create()
                    .withRetry()
                    .maxRetries(spec.maxAttempts() == RetrySpec.UNLIMITED ? -1 : Peers.attempts(spec) - 1)
                    .jitter(0, ChronoUnit.MILLIS)
                    .maxDuration(maxDurationNanos, ChronoUnit.NANOS);
            if (backoff.function() == null) {
                builder.delay(backoff.baseNanos(), ChronoUnit.NANOS);
            } else {
                builder.withCustomBackoff()
                        .strategy(() -> {
                            int[] attempt = new int[1];
                            return failure -> Peers.millisUp(backoff.function().applyAsLong(++attempt[0]));
                        })
                        .done();
            }
            if (spec.choice().retryIf() != null) {
                builder.whenException(spec.choice().retryIf());
            } else {
                builder.abortOn(Peers.with(spec.choice().abortOn(), Peers.Never.class));
                if (!spec.choice().retryOn().isEmpty()) {
                    builder.retryOn(Peers.with(spec.choice().retryOn(), Peers.Always.class));
                }
            }
            if (spec.choice().rejected() != null) {
                builder.whenResult(spec.choice().rejected());
            }
            return builder.done().build();
        }

        @Override
        public Object call(Body body) throws Throwable {
            return guard.call(() -> Peers.sneaking(body), Object.class);
        }

        @Override
        public Object callWithin(long nanos, Body body) throws Throwable {
            if (nanos > 0
                    && (nanos < Peers.MILLI || nanos <= spec.backoff().baseNanos())) { // no limit to it, or refused
                throw Peers.excluded();
            }
            return guard(nanos).call(() -> Peers.sneaking(body), Object.class);
        }

        @Override
        public boolean isDeadlineExceeded(Throwable failure) {
            return false;
        }

        @Override
        public Throwable neverRetried(String message) {
            return new Peers.Never(message);
        }

        @Override
        public Throwable alwaysRetried(String message) {
            return new Peers.Always(message);
        }

        @Override
        public boolean isExhaustion(Throwable failure) {
            return failure instanceof org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;
        }

        /** By the class that does it: nothing public tells a delay. Its factor is a whole number. */
        @Override
        public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
            BackoffSpec backoff = spec.backoff();
            Peers.assumeInDomain(backoff, Peers.MILLI);
            Peers.assumeVisibleJitter(backoff, attempt);
            if (backoff.factor() < 2) {
                throw Peers.excluded();
            }
            long jitter = Peers.millisDown(Peers.jitterNanos(backoff, attempt)); // its own is no share
            BackOff delays = new ExponentialBackOff(
                    Peers.millisDown(backoff.baseNanos()),
                    (int) backoff.factor(),
                    jitter == 0 ? Jitter.ZERO : new RandomJitter(jitter),
                    Peers.millisDown(backoff.capNanos()));
            long delay = 0;
            for (int i = 0; i < Math.min(attempt, FURTHEST); i++) {
                delay = delays.getInMillis(null);
            }
            return Peers.nanos(delay);
        }
    }
}
