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
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.springframework.retry.RetryContext;
import org.springframework.retry.backoff.BackOffContext;
import org.springframework.retry.backoff.BackOffPolicy;
import org.springframework.retry.backoff.ExponentialBackOffPolicy;
import org.springframework.retry.backoff.ExponentialRandomBackOffPolicy;
import org.springframework.retry.backoff.FixedBackOffPolicy;
import org.springframework.retry.backoff.Sleeper;
import org.springframework.retry.backoff.StatelessBackOffPolicy;
import org.springframework.retry.support.RetryTemplate;
import org.springframework.retry.support.RetryTemplateBuilder;

/** Spring Retry 2, which sleeps by a sleeper that can be set: so time is virtual. */
class SpringRetry2 extends RetryContract {
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
        private static final int FURTHEST = 300; // it counts from attempt to attempt; by then the cap is reached

        private final RetrySpec spec;
        private final RetryTemplate template;

        Adapter(RetrySpec spec, World world) {
            Peers.refuseExtras(spec);
            this.spec = spec;
            Sleeper sleeper = millis -> world.time().sleep(Duration.ofMillis(millis));
            RetryTemplateBuilder builder = RetryTemplate.builder().customBackoff(backoff(spec.backoff(), sleeper));
            if (spec.maxAttempts() == RetrySpec.UNLIMITED) {
                builder.infiniteRetry();
            } else {
                builder.maxAttempts(Peers.attempts(spec));
            }
            if (spec.choice().retryIf() != null) {
                builder.retryOn(spec.choice().retryIf());
            } else if (!spec.choice().retryOn().isEmpty()) {
                builder.retryOn(Peers.with(Peers.with(spec.choice().retryOn(), Peers.Always.class), Rejecting.class));
            } else {
                builder.notRetryOn(Peers.with(spec.choice().abortOn(), Peers.Never.class));
            }
            template = builder.build();
        }

        private static BackOffPolicy backoff(BackoffSpec spec, Sleeper sleeper) {
            if (spec.function() != null) {
                return new Function(spec, sleeper);
            }
            FixedBackOffPolicy fixed = new FixedBackOffPolicy();
            fixed.setSleeper(sleeper);
            fixed.setBackOffPeriod(Math.max(1, Peers.millisUp(spec.baseNanos())));
            return fixed;
        }

        /** A backoff of the user's own. */
        private static final class Function extends StatelessBackOffPolicy {
            private final BackoffSpec spec;
            private final Sleeper sleeper;
            private int attempt;

            Function(BackoffSpec spec, Sleeper sleeper) {
                this.spec = spec;
                this.sleeper = sleeper;
            }

            @Override
            protected void doBackOff() {
                try {
                    sleeper.sleep(Peers.millisUp(spec.function().applyAsLong(++attempt)));
                } catch (InterruptedException e) {
                    throw new org.springframework.retry.backoff.BackOffInterruptedException("interrupted", e);
                }
            }
        }

        @Override
        public Object call(Body body) throws Throwable {
            try {
                return template.execute((RetryContext context) -> Rejecting.run(spec.choice(), body));
            } catch (Rejecting rejected) {
                return rejected.result();
            }
        }

        @Override
        public Throwable neverRetried(String message) {
            return new Peers.Never(message);
        }

        @Override
        public Throwable alwaysRetried(String message) {
            return new Peers.Always(message);
        }

        /** Its jitter is a share of the delay that is only added. */
        @Override
        public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
            BackoffSpec backoff = spec.backoff();
            Peers.assumeInDomain(backoff, Peers.MILLI);
            Peers.assumeVisibleJitter(backoff, attempt);
            if (backoff.factor() <= 1) {
                throw Peers.excluded();
            }
            ExponentialBackOffPolicy policy = backoff.jitter() == BackoffSpec.Jitter.NONE
                    ? new ExponentialBackOffPolicy()
                    : new ExponentialRandomBackOffPolicy();
            AtomicLong last = new AtomicLong();
            policy.setInitialInterval(Peers.millisDown(backoff.baseNanos()));
            policy.setMultiplier(backoff.factor());
            policy.setMaxInterval(Peers.millisDown(backoff.capNanos()));
            policy.setSleeper(last::set);
            BackOffContext context = policy.start(null);
            for (int i = 0; i < Math.min(attempt, FURTHEST); i++) {
                policy.backOff(context);
            }
            return Peers.nanos(last.get());
        }
    }
}
