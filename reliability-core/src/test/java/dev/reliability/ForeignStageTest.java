package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.KeyedCircuitBreaker;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.KeyedMutex;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Retry;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Timeout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Stages of foreign make that refuse to show a future, as the contract of a completion stage allows. */
class ForeignStageTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.manual();

    private static final class Showless extends CompletableFuture<String> {
        @Override
        public CompletableFuture<String> toCompletableFuture() {
            throw new UnsupportedOperationException("planted");
        }
    }

    /** Twice, so that what the first call has kept is missed by the second. */
    private static void follows(Policy policy) {
        for (int i = 0; i < 2; i++) {
            Showless stage = new Showless();
            CompletableFuture<String> call = policy.callAsync(() -> stage);
            assertThat(call).isNotDone();
            stage.complete("value");
            assertThat(call).isCompletedWithValue("value");
        }
        Showless ended = new Showless();
        ended.complete("ended");
        assertThat(policy.callAsync(() -> ended)).isCompletedWithValue("ended");
    }

    @Test
    void limit_2_aStageThatShowsNoFutureKeepsNoPermit() {
        ConcurrencyLimiter limiter =
                ConcurrencyLimiter.builder("slots", 1).time(time).build();
        follows(limiter);
        assertThat(limiter.snapshot().inFlight()).isZero();
        follows(RateLimiter.builder("rate", 1_000, SECOND).burst(3).time(time).build());
    }

    @Test
    void mutex_16_aStageThatShowsNoFutureKeepsNoHold() {
        TimedMutex mutex = TimedMutex.builder("mutex", Duration.ZERO).time(time).build();
        follows(mutex);
        assertThat(mutex.isHeld()).isFalse();
        KeyedMutex<String> keyed =
                TimedMutex.builder("keyed", Duration.ZERO).time(time).buildKeyed();
        follows(keyed.policy("key"));
        assertThat(keyed.keptKeys()).isZero();
    }

    @Test
    void breaker_8_aStageThatShowsNoFutureKeepsNoProbe() {
        CircuitBreaker breaker = CircuitBreaker.builder("breaker")
                .initialState(CircuitBreaker.State.HALF_OPEN)
                .time(time)
                .build();
        follows(breaker);
        assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
        KeyedCircuitBreaker<String> keyed =
                CircuitBreaker.builder("keyed").time(time).buildKeyed();
        follows(keyed.policy("key"));
        assertThat(keyed.keptKeys()).isZero();
    }

    @Test
    void retryAndTimeout_followAStageThatShowsNoFuture() {
        follows(Retry.builder("retry").time(time).build());
        follows(Timeout.builder(SECOND).time(time).build());
        assertThat(time.pendingAlarms()).isZero();
    }
}
