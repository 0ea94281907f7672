package dev.reliability.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reliability.Policy;
import dev.reliability.limit.ConcurrencyLimiter.Permit;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LimiterCompositionTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final RateLimiter rate = RateLimiter.builder("rate", 1, SECOND)
            .maxWait(Duration.ZERO)
            .time(time)
            .build();

    /** RETRY-15: the refusal is a failure of the layer inside, and the retry waits for as long as it says. */
    @Test
    void limit_3_aRetryWaitsForTheHintOfARefusal() {
        Policy policy = Retry.builder("retry")
                .backoff(Backoff.constant(Duration.ofMillis(1)))
                .maxAttempts(2)
                .longestHint(SECOND)
                .time(time)
                .build()
                .around(rate);
        assertThat(policy.<String, RuntimeException>call(() -> "first")).isEqualTo("first");
        long start = time.nanoTime();

        assertThat(policy.<String, RuntimeException>call(() -> "second")).isEqualTo("second");

        assertThat(time.nanoTime() - start).isEqualTo(SECOND.toNanos());
    }

    /** Who waits for its turn inside the concurrency limiter holds a place meanwhile; the refused one gives it back. */
    @Test
    void limit_2_aRefusalInsideReturnsThePermitOutside() {
        ConcurrencyLimiter slots = ConcurrencyLimiter.of("slots", 1);
        Policy policy = slots.around(rate);
        AtomicInteger runs = new AtomicInteger();
        policy.run(runs::incrementAndGet);

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> policy.run(runs::incrementAndGet))
                .satisfies(refusal -> assertThat(refusal.name()).isEqualTo("rate"));

        assertThat(slots.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
        assertThat(runs).hasValue(1);
        try (Permit permit = slots.tryAcquire()) {
            assertThat(permit).isNotNull();
        }
        assertThat(policy).hasToString(slots + " around " + rate);
    }
}
