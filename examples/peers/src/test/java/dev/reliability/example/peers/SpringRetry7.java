package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.BackoffSpec;
import dev.reliability.testkit.contract.retry.RetryAdapter;
import dev.reliability.testkit.contract.retry.RetryCapability;
import dev.reliability.testkit.contract.retry.RetryContract;
import dev.reliability.testkit.contract.retry.RetrySpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.util.backoff.BackOffExecution;

/** The retry in the core of Spring Framework 7, which sleeps by {@link Thread#sleep}: so time is real. */
class SpringRetry7 extends RetryContract {
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

        Adapter(RetrySpec spec) {
            Peers.refuseExtras(spec);
            this.spec = spec;
        }

        private RetryPolicy.Builder policy() {
            RetryPolicy.Builder builder =
                    RetryPolicy.builder().excludes(Peers.with(spec.choice().abortOn(), Peers.Never.class));
            BackoffSpec backoff = spec.backoff();
            if (backoff.function() == null) {
                builder.maxRetries(
                                spec.maxAttempts() == RetrySpec.UNLIMITED ? Long.MAX_VALUE : Peers.attempts(spec) - 1)
                        .delay(Duration.ofNanos(backoff.baseNanos()));
            } else {
                int[] attempt = new int[1];
                builder.backOff(() -> () -> Peers.millisUp(backoff.function().applyAsLong(++attempt[0])));
            }
            if (!spec.choice().retryOn().isEmpty()) {
                builder.includes(Peers.with(spec.choice().retryOn(), Peers.Always.class));
            }
            if (spec.choice().retryIf() != null) {
                builder.predicate(spec.choice().retryIf());
            }
            return builder;
        }

        @Override
        public Object call(Body body) throws Throwable {
            return call(policy().build(), body);
        }

        @Override
        public Object callWithin(long nanos, Body body) throws Throwable {
            if (nanos > 0 && nanos < Peers.MILLI) { // no limit to it
                throw Peers.excluded();
            }
            return call(policy().timeout(Duration.ofNanos(nanos)).build(), body);
        }

        /** Every failure comes in an exception of its own, as it says: that is taken off. */
        private Object call(RetryPolicy policy, Body body) throws Throwable {
            try {
                return new RetryTemplate(policy).execute(() -> {
                    try {
                        return Rejecting.run(spec.choice(), body);
                    } catch (Throwable failure) {
                        return Peers.sneaking(() -> {
                            throw failure;
                        });
                    }
                });
            } catch (RetryException e) {
                return Rejecting.ended(e.getLastException());
            }
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

        /** It adds the same jitter at every attempt, scaled by the multiplier, as ours is a share of the delay. */
        @Override
        public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
            BackoffSpec backoff = spec.backoff();
            Peers.assumeInDomain(backoff, Peers.MILLI);
            Peers.assumeVisibleJitter(backoff, attempt);
            BackOffExecution delays = RetryPolicy.builder()
                    .maxRetries(Long.MAX_VALUE)
                    .delay(Duration.ofNanos(backoff.baseNanos()))
                    .multiplier(backoff.factor())
                    .maxDelay(Duration.ofNanos(backoff.capNanos()))
                    .jitter(Duration.ofNanos((long) (backoff.share() * backoff.baseNanos())))
                    .build()
                    .getBackOff()
                    .start();
            long delay = 0;
            for (int i = 0; i < Math.min(attempt, FURTHEST); i++) {
                delay = delays.nextBackOff();
            }
            return Peers.nanos(delay);
        }
    }
}
