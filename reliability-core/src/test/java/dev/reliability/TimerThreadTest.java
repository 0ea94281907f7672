package dev.reliability;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules TIME-5 and DEADLINE-6 on the machine's own time: an executor of a user's that blocks stops no timer. */
class TimerThreadTest {
    private static final Duration SHORT = Duration.ofMillis(5);

    /** All that the timer's thread ends or continues, with an executor of the user's. */
    enum Continued {
        A_TIMEOUT {
            @Override
            CompletableFuture<?> begin(Executor executor) {
                return Timeout.builder(SHORT).executor(executor).build().callAsync(CompletableFuture::new);
            }
        },
        A_RETRY {
            @Override
            CompletableFuture<?> begin(Executor executor) {
                return Retry.builder("test")
                        .maxAttempts(2)
                        .backoff(Backoff.constant(SHORT))
                        .executor(executor)
                        .build()
                        .callAsync(() -> CompletableFuture.failedFuture(new IOException("planted")));
            }
        },
        A_MUTEX_THAT_TIMES_OUT {
            @Override
            CompletableFuture<?> begin(Executor executor) {
                TimedMutex mutex =
                        TimedMutex.builder("test", SHORT).executor(executor).build();
                Hold held = mutex.tryAcquire();
                assertThat(held).isNotNull();
                return mutex.acquireAsync();
            }
        },
        A_LIMITER_THAT_REFUSES {
            @Override
            CompletableFuture<?> begin(Executor executor) {
                ConcurrencyLimiter limiter = ConcurrencyLimiter.builder("test", 1)
                        .maxWait(SHORT)
                        .executor(executor)
                        .build();
                assertThat(limiter.tryAcquire()).isNotNull();
                return limiter.acquireAsync();
            }
        },
        A_LIMITER_THAT_ADMITS {
            @Override
            CompletableFuture<?> begin(Executor executor) {
                RateLimiter limiter = RateLimiter.builder("test", 1, SHORT)
                        .maxWait(Duration.ofSeconds(10))
                        .executor(executor)
                        .build();
                CompletableFuture<?> acquire = limiter.acquireAsync();
                while (acquire.isDone()) {
                    acquire = limiter.acquireAsync(); // until one has to wait
                }
                return acquire;
            }
        };

        abstract CompletableFuture<?> begin(Executor executor);
    }

    @ParameterizedTest
    @EnumSource
    void time_5_anExecutorThatRunsAndBlocksOnTheCallingThread_stopsNoTimer(Continued continued) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<String> on = new AtomicReference<>();
        CompletableFuture<?> call = continued.begin(work -> {
            on.set(Thread.currentThread().getName());
            entered.countDown();
            awaitQuietly(release);
            work.run();
        });
        try {
            assertThat(entered.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(on.get())
                    .isNotIn("reliability-timer", Thread.currentThread().getName());
            assertThatThrownBy(() -> Timeout.of(SHORT)
                            .callInterruptibly(() -> release.await(SOON.toSeconds(), TimeUnit.SECONDS)))
                    .isInstanceOf(DeadlineExceededException.class);
        } finally {
            release.countDown();
        }
        CompletableFuture<Boolean> ended = call.handle((value, failure) -> true);
        assertThat(ended.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
