package dev.reliability.example.peers;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.BackoffSpec;
import dev.reliability.testkit.contract.retry.RetryAdapter;
import dev.reliability.testkit.contract.retry.RetryCapability;
import dev.reliability.testkit.contract.retry.RetryContract;
import dev.reliability.testkit.contract.retry.RetryHeard;
import dev.reliability.testkit.contract.retry.RetrySpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Retry of Failsafe, which sleeps by {@link Thread#sleep}: so time is real. */
class FailsafeRetry extends RetryContract {
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
        return EnumSet.complementOf(
                EnumSet.of(RetryCapability.DELAYS, RetryCapability.DEADLINE, RetryCapability.ASYNC));
    }

    private static final class Adapter implements RetryAdapter {
        private static final int FURTHEST = 300; // it counts from attempt to attempt; by then the cap is reached

        private final RetrySpec spec;

        Adapter(RetrySpec spec) {
            Peers.refuseExtras(spec);
            this.spec = spec;
        }

        private RetryPolicyBuilder<Object> policy() {
            RetryPolicyBuilder<Object> builder = RetryPolicy.builder()
                    .withMaxAttempts(spec.maxAttempts() == RetrySpec.UNLIMITED ? -1 : Peers.attempts(spec))
                    .abortOn(Peers.with(spec.choice().abortOn(), Peers.Never.class));
            delay(builder, spec.backoff());
            if (!spec.choice().retryOn().isEmpty()) {
                builder.handle(Peers.with(spec.choice().retryOn(), Peers.Always.class));
            }
            if (spec.choice().retryIf() != null) {
                builder.handleIf(
                        failure -> failure != null && spec.choice().retryIf().test(failure));
            }
            if (spec.choice().rejected() != null) {
                builder.handleResultIf(spec.choice().rejected()::test);
            }
            if (spec.listener() != null) {
                builder.onRetryScheduled(event -> spec.listener()
                        .accept(new RetryHeard(
                                RetryHeard.Kind.RETRY,
                                event.getAttemptCount(),
                                Peers.type(event.getLastException()),
                                event.getDelay().toNanos())));
            }
            return builder;
        }

        private static void delay(RetryPolicyBuilder<Object> builder, BackoffSpec backoff) {
            Duration base = Duration.ofNanos(backoff.baseNanos());
            if (backoff.function() != null) {
                builder.withDelayFn(
                        context -> Duration.ofNanos(backoff.function().applyAsLong(context.getAttemptCount())));
            } else if (backoff.capNanos() == backoff.baseNanos()) {
                if (backoff.baseNanos() > 0) { // none by default
                    builder.withDelay(base);
                }
            } else {
                if (backoff.factor() <= 1) { // which it refuses
                    throw Peers.excluded();
                }
                builder.withBackoff(base, Duration.ofNanos(backoff.capNanos()), backoff.factor());
            }
            if (backoff.jitter() == BackoffSpec.Jitter.PLUS_MINUS) {
                builder.withJitter(backoff.share());
            }
        }

        @Override
        public Object call(Body body) throws Throwable {
            return call(policy().build(), body);
        }

        @Override
        public Object callWithin(long nanos, Body body) throws Throwable {
            if (nanos > 0 && nanos <= spec.backoff().baseNanos()) { // which it refuses
                throw Peers.excluded();
            }
            return call(policy().withMaxDuration(Duration.ofNanos(nanos)).build(), body);
        }

        /** Checked exceptions come in an exception of its own, as it says: that is taken off. */
        private static Object call(RetryPolicy<Object> policy, Body body) throws Throwable {
            try {
                return Failsafe.with(policy).get(() -> Peers.sneaking(body));
            } catch (FailsafeException e) {
                throw e.getCause() == null ? e : e.getCause();
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

        @Override
        public CompletableFuture<Object> callAsync(Callable<? extends CompletionStage<Object>> task) {
            return Failsafe.with(policy().build()).getStageAsync(task::call);
        }

        /** After how many attempts the cap is reached, so that nothing changes any more. */
        private static double capped(BackoffSpec backoff) {
            return Math.log((double) backoff.capNanos() / backoff.baseNanos()) / Math.log(backoff.factor());
        }

        /** Runs a call that fails so often, on a scheduler that does not wait, and looks at its last delay. */
        @Override
        public long delayNanos(int attempt, long previousNanos, RandomGenerator random) {
            Peers.assumeInDomain(spec.backoff(), 1);
            Peers.assumeVisibleJitter(spec.backoff(), attempt);
            int furthest = (int) Math.min(attempt, Math.min(FURTHEST, 3 + capped(spec.backoff())));
            AtomicLong last = new AtomicLong();
            RetryPolicy<Object> observed = policy().withMaxAttempts(furthest + 1)
                    .onRetryScheduled(event -> last.set(event.getDelay().toNanos()))
                    .build();
            Queue<Callable<?>> due = new ArrayDeque<>();
            CompletableFuture<Object> ended = Failsafe.with(observed)
                    .with((callable, delay, unit) -> {
                        due.add(callable);
                        return new Peers.Scheduled(delay, unit);
                    })
                    .getAsync(() -> {
                        throw new IllegalStateException("again");
                    });
            while (!ended.isDone()) {
                try {
                    Object unused = due.remove().call();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return last.get();
        }
    }
}
