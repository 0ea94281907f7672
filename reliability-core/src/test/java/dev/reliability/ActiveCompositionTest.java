package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.CircuitOpenException;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.LimitExceededException;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.MutexTimeoutException;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Attempt;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.retry.RetryReport;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Rule COMPOSE-3, with one policy at work: whatever lies around it, inside it or on both sides and has nothing to do, it
 * does what it does alone.
 */
class ActiveCompositionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    private final VirtualTime time = VirtualTime.autoAdvancing();

    /** Policies that have nothing to do. */
    private List<Policy> idle() {
        return List.of(
                Retry.builder("idle").time(time).retryIf(failure -> false).build(),
                CircuitBreaker.builder("idle")
                        .time(time)
                        .consecutiveFailures(1_000)
                        .callLimit(LONG)
                        .build(),
                Timeout.builder(LONG).time(time).build(),
                TimedMutex.builder("idle", LONG).time(time).build(),
                ConcurrencyLimiter.builder("idle", 10).time(time).build(),
                RateLimiter.builder("idle", 1_000_000, SECOND)
                        .time(time)
                        .burst(1_000)
                        .build());
    }

    /** The policy alone, and in each place beside one or two idle ones. */
    private List<UnaryOperator<Policy>> places() {
        List<UnaryOperator<Policy>> places = new ArrayList<>(List.of(UnaryOperator.identity()));
        for (int outer = 0; outer < idle().size(); outer++) {
            int first = outer;
            places.add(policy -> idle().get(first).around(policy));
            places.add(policy -> policy.around(idle().get(first)));
            for (int inner = 0; inner < idle().size(); inner++) {
                int second = inner;
                places.add(policy -> idle().get(first).around(policy).around(idle().get(second)));
                places.add(
                        policy -> idle().get(first).around(idle().get(second)).around(policy));
                places.add(policy -> policy.around(idle().get(first)).around(idle().get(second)));
            }
        }
        return places;
    }

    @Test
    void compose_3_aRetryRepeats_andItsTaskSeesTheAttempt() {
        for (UnaryOperator<Policy> place : places()) {
            Policy policy = place.apply(Retry.builder("active")
                    .time(time)
                    .maxAttempts(3)
                    .backoff(Backoff.constant(SECOND))
                    .build());
            List<Long> seen = new ArrayList<>();
            long start = time.nanoTime();
            IllegalStateException failure = new IllegalStateException("planted");
            Throwable thrown = catchThrowable(() -> policy.run(() -> {
                seen.add(Attempt.current().number());
                throw failure;
            }));
            assertThat(thrown).as(policy.toString()).isSameAs(failure);
            // A retry inside counts for itself: its attempt is always the first.
            boolean retryInside = policy.toString().matches(".*active.*Retry\\[idle.*");
            assertThat(seen).as(policy.toString()).isEqualTo(retryInside ? List.of(1L, 1L, 1L) : List.of(1L, 2L, 3L));
            assertThat(time.nanoTime() - start).as(policy.toString()).isEqualTo(2 * SECOND.toNanos());
            assertThat(RetryReport.of(failure).policy()).isEqualTo("active");
        }
    }

    @Test
    void compose_3_aBreakerOpens_refuses_andRecovers() {
        for (UnaryOperator<Policy> place : places()) {
            CircuitBreaker breaker = CircuitBreaker.builder("active")
                    .time(time)
                    .consecutiveFailures(2)
                    .openFor(SECOND)
                    .callLimit(LONG)
                    .build();
            Policy policy = place.apply(breaker);
            AtomicInteger runs = new AtomicInteger();
            for (int i = 0; i < 4; i++) {
                boolean refused = i >= 2;
                assertThat(catchThrowable(() -> policy.run(() -> {
                            runs.incrementAndGet();
                            throw new IllegalStateException("planted");
                        })))
                        .as(policy.toString())
                        .isInstanceOf(refused ? CircuitOpenException.class : IllegalStateException.class);
            }
            assertThat(runs).as(policy.toString()).hasValue(2);
            sleep(SECOND);
            for (int i = 0; i < 2; i++) {
                policy.run(runs::incrementAndGet);
            }
            assertThat(breaker.state()).as(policy.toString()).isEqualTo(CircuitBreaker.State.CLOSED);
        }
    }

    @Test
    void compose_3_aLimitEndsWhatTakesTooLong() {
        for (UnaryOperator<Policy> place : places()) {
            Policy policy = place.apply(Timeout.builder(SECOND).time(time).build());
            long start = time.nanoTime();
            Throwable thrown = catchThrowable(() -> policy.callInterruptibly(() -> {
                time.sleep(LONG.dividedBy(2));
                return null;
            }));
            assertThat(thrown).as(policy.toString()).isInstanceOf(DeadlineExceededException.class);
            assertThat(time.nanoTime() - start).as(policy.toString()).isEqualTo(SECOND.toNanos());
            assertThat(Thread.interrupted()).as(policy.toString()).isFalse();
        }
    }

    @Test
    void compose_3_aMutexThatIsHeldIsWaitedFor() throws Exception {
        for (UnaryOperator<Policy> place : places()) {
            TimedMutex mutex = TimedMutex.builder("active", SECOND).time(time).build();
            Policy policy = place.apply(mutex);
            try (Hold hold = mutex.acquire()) {
                assertThat(hold).isNotNull();
                refused(policy, MutexTimeoutException.class, SECOND);
            }
            policy.run(() -> assertThat(mutex.isHeld()).isTrue());
            assertThat(mutex.isHeld()).as(policy.toString()).isFalse();
        }
    }

    @Test
    void compose_3_aConcurrencyLimitThatIsReachedRefuses() {
        for (UnaryOperator<Policy> place : places()) {
            ConcurrencyLimiter limiter =
                    ConcurrencyLimiter.builder("active", 1).time(time).build();
            Policy policy = place.apply(limiter);
            try (ConcurrencyLimiter.Permit permit = limiter.tryAcquire()) {
                assertThat(permit).isNotNull();
                refused(policy, LimitExceededException.class, Duration.ZERO);
            }
            policy.run(() -> assertThat(limiter.tryAcquire()).isNull());
        }
    }

    @Test
    void compose_3_aRateThatIsReachedRefuses_untilTimeHasPassed() {
        for (UnaryOperator<Policy> place : places()) {
            RateLimiter limiter = RateLimiter.builder("active", 1, SECOND)
                    .time(time)
                    .maxWait(Duration.ZERO)
                    .build();
            Policy policy = place.apply(limiter);
            policy.run(() -> {});
            refused(policy, LimitExceededException.class, Duration.ZERO);
            sleep(SECOND);
            policy.run(() -> {});
        }
    }

    private void refused(Policy policy, Class<? extends Throwable> by, Duration after) {
        long start = time.nanoTime();
        assertThat(catchThrowable(() -> policy.run(() -> {
                    throw new AssertionError("not to be run");
                })))
                .as(policy.toString())
                .isInstanceOf(by);
        assertThat(time.nanoTime() - start).as(policy.toString()).isEqualTo(after.toNanos());
    }

    private void sleep(Duration span) {
        try {
            time.sleep(span);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
