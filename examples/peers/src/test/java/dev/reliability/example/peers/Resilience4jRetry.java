package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.BackoffSpec;
import dev.reliability.testkit.contract.retry.RetryAdapter;
import dev.reliability.testkit.contract.retry.RetryCapability;
import dev.reliability.testkit.contract.retry.RetryContract;
import dev.reliability.testkit.contract.retry.RetryHeard;
import dev.reliability.testkit.contract.retry.RetrySpec;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.MaxRetriesExceededException;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.internal.RetryImpl;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Retry of Resilience4j, which sleeps by a function that can be set: so time is virtual. */
class Resilience4jRetry extends RetryContract {
    @Override
    protected RetryAdapter create(RetrySpec spec, World world) {
        return new Adapter(spec, world);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected Set<RetryCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(RetryCapability.DELAYS));
    }

    private static final class Adapter implements RetryAdapter {
        private final BackoffSpec backoff;
        private final Retry retry;

        Adapter(RetrySpec spec, World world) {
            Peers.refuseExtras(spec);
            backoff = spec.backoff();
            RetryImpl.setSleepFunction(millis -> world.time().sleep(Duration.ofMillis(millis)));
            retry = Retry.of("subject", config(spec));
            if (spec.listener() != null) {
                retry.getEventPublisher()
                        .onRetry(event -> spec.listener()
                                .accept(new RetryHeard(
                                        RetryHeard.Kind.RETRY,
                                        event.getNumberOfRetryAttempts(),
                                        Peers.type(event.getLastThrowable()),
                                        event.getWaitInterval().toNanos())));
            }
        }

        @SuppressWarnings({"rawtypes", "unchecked"}) // an array of class objects cannot be made otherwise
        private RetryConfig config(RetrySpec spec) {
            RetryConfig.Builder<Object> builder = RetryConfig.<Object>custom()
                    .maxAttempts(Peers.attempts(spec))
                    .ignoreExceptions(Peers.with(spec.choice().abortOn(), Peers.Never.class)
                            .toArray(new Class[0]));
            if (backoff.function() != null) {
                builder.intervalFunction(delays(backoff));
            } else {
                builder.waitDuration(Duration.ofNanos(backoff.baseNanos())); // all but RETRY-4 to -6 ask for no other
            }
            if (!spec.choice().retryOn().isEmpty()) {
                builder.retryExceptions(
                        Peers.with(spec.choice().retryOn(), Peers.Always.class).toArray(new Class[0]));
            }
            if (spec.choice().retryIf() != null) {
                builder.retryOnException(spec.choice().retryIf());
            }
            if (spec.choice().rejected() != null) {
                builder.retryOnResult(spec.choice().rejected());
            }
            return builder.build();
        }

        private static IntervalFunction delays(BackoffSpec spec) {
            if (spec.function() != null) {
                return attempt -> Peers.millisUp(spec.function().applyAsLong(attempt));
            }
            Peers.assumeInDomain(spec, Peers.MILLI);
            long base = Peers.millisDown(spec.baseNanos());
            long cap = Peers.millisDown(spec.capNanos());
            return spec.jitter() == BackoffSpec.Jitter.NONE
                    ? IntervalFunction.ofExponentialBackoff(base, spec.factor(), cap)
                    : IntervalFunction.ofExponentialRandomBackoff(base, spec.factor(), spec.share(), cap);
        }

        @Override
        public Object call(Body body) throws Throwable {
            return retry.executeCheckedSupplier(body::run);
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
            return failure instanceof MaxRetriesExceededException;
        }

        @Override
        public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
            if (attempt > 1_000_000) { // it multiplies once for each attempt before
                throw Peers.excluded();
            }
            Peers.assumeVisibleJitter(backoff, attempt);
            return Peers.nanos(delays(backoff).apply(attempt));
        }
    }
}
