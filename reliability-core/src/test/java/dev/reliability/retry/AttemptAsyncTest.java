package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Policy;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.testkit.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Rule RETRY-21 where a policy between the retry and its task waits, and another thread begins the attempt. */
class AttemptAsyncTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTime time = VirtualTime.manual();
    private final List<Long> seen = new ArrayList<>();

    private CompletableFuture<String> failingTwice(Policy between) {
        return Retry.builder("retry")
                .time(time)
                .executor(Runnable::run)
                .backoff(Backoff.constant(Duration.ofSeconds(1)))
                .build()
                .around(between)
                .callAsync(() -> {
                    seen.add(Attempt.current().number());
                    return seen.size() < 3
                            ? CompletableFuture.failedFuture(new IOException("planted"))
                            : CompletableFuture.completedFuture("value");
                });
    }

    @Test
    void retry_21_behindARateLimiterThatWaits() {
        RateLimiter limiter = RateLimiter.builder("rate", 1, Duration.ofSeconds(5))
                .time(time)
                .maxWait(MINUTE)
                .executor(Runnable::run)
                .build();
        CompletableFuture<String> call = failingTwice(limiter);
        time.advance(MINUTE);
        assertThat(call).isCompletedWithValue("value");
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void retry_21_behindAMutexThatIsHeld() {
        TimedMutex mutex = TimedMutex.builder("mutex", MINUTE)
                .time(time)
                .executor(Runnable::run)
                .build();
        CompletableFuture<String> call = failingTwice(mutex);
        for (int attempt = 2; attempt <= 3; attempt++) {
            try (Hold hold = mutex.tryAcquire()) { // while the retry pauses
                time.advance(Duration.ofSeconds(1));
                assertThat(hold).isNotNull();
                assertThat(seen).hasSize(attempt - 1);
            }
        }
        assertThat(call).isCompletedWithValue("value");
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void retry_21_behindAConcurrencyLimitThatIsReached() {
        ConcurrencyLimiter limiter = ConcurrencyLimiter.builder("limiter", 1)
                .time(time)
                .maxWait(MINUTE)
                .executor(Runnable::run)
                .build();
        CompletableFuture<String> call = failingTwice(limiter);
        for (int attempt = 2; attempt <= 3; attempt++) {
            try (ConcurrencyLimiter.Permit permit = limiter.tryAcquire()) { // while the retry pauses
                time.advance(Duration.ofSeconds(1));
                assertThat(permit).isNotNull();
                assertThat(seen).hasSize(attempt - 1);
            }
        }
        assertThat(call).isCompletedWithValue("value");
        assertThat(seen).containsExactly(1L, 2L, 3L);
    }
}
