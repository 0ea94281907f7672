package dev.reliability.image;

import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.CircuitOpenException;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.MutexTimeoutException;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.HttpRetry;
import dev.reliability.retry.Retry;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A program that uses every primitive once: {@link RuntimeImageIT} runs it where there is nothing but {@code java.base}. */
final class Tour {
    private Tour() {}

    private interface Stop {
        void visit() throws Exception;
    }

    private static void stop(String name, Stop stop) throws Exception {
        stop.visit();
        System.out.println(name);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    public static void main(String[] args) throws Exception {
        stop("retry", Tour::retry);
        stop("http", Tour::http);
        stop("breaker", Tour::breaker);
        stop("mutex", Tour::mutex);
        stop("limits", Tour::limits);
        stop("deadline", Tour::deadline);
        stop("timeout", Tour::timeout);
        stop("async", Tour::async);
        stop("cleanup", Tour::cleanup);
        Cleanup.builder().closeAtShutdown().scope().defer(() -> System.out.println("shutdown"));
    }

    private static Retry twice() {
        return Retry.builder("tour")
                .maxAttempts(2)
                .backoff(Backoff.constant(Duration.ofMillis(1)))
                .build();
    }

    private static void retry() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        int ended = twice().call(() -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IOException("planted");
            }
            return attempts.get();
        });
        check(ended == 2, "the second attempt succeeds");
    }

    private static void http() {
        HttpRetry get = HttpRetry.of("GET");
        check(get.isRetryable(503) && get.isRetryable(new ConnectException("planted")), "a GET is tried again");
        check(!HttpRetry.of("POST").isRetryable(500), "a POST is not");
        check(Duration.ofSeconds(7).equals(HttpRetry.retryAfter(header -> "7")), "the header is read");
    }

    private static void breaker() {
        CircuitBreaker breaker =
                CircuitBreaker.builder("tour").consecutiveFailures(1).build();
        try {
            breaker.run(() -> {
                throw new IOException("planted");
            });
            check(false, "the failure is thrown");
        } catch (IOException planted) {
            check(breaker.state() == CircuitBreaker.State.OPEN, "one failure opens");
        }
        try {
            breaker.run(() -> {});
            check(false, "an open breaker refuses");
        } catch (CircuitOpenException refused) {
            check(refused.getMessage().contains("tour"), "the refusal names the breaker");
        }
    }

    private static void mutex() throws InterruptedException {
        TimedMutex mutex = TimedMutex.of("tour", Duration.ofMillis(1));
        try (var hold = mutex.acquireAsync().join()) {
            check(mutex.isHeld(), "a hold holds: " + hold);
            mutex.acquire().close();
            check(false, "a mutex is not reentrant");
        } catch (MutexTimeoutException late) {
            check(!mutex.isHeld(), "the end of the block frees: " + late);
        }
    }

    private static void limits() throws InterruptedException {
        RateLimiter rate = RateLimiter.of("tour", 1, Duration.ofHours(1));
        check(rate.tryAcquire() && !rate.tryAcquire(), "one permit an hour");
        ConcurrencyLimiter calls = ConcurrencyLimiter.of("tour", 1);
        try (var permit = calls.acquire()) {
            check(calls.tryAcquire() == null, "one at a time: " + permit);
        }
        check(calls.tryAcquire() != null, "the end of the block frees");
    }

    private static void deadline() {
        Deadline.after(Duration.ofMinutes(1)).run(() -> check(Deadline.current() != null, "bound while it runs"));
    }

    private static void timeout() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try {
            Timeout.of(Duration.ofMillis(1)).callInterruptibly(() -> {
                never.await();
                return "never";
            });
            check(false, "the wait is ended");
        } catch (DeadlineExceededException late) {
            check(never.getCount() == 1, "by the time-out");
        }
    }

    private static void async() {
        AtomicInteger attempts = new AtomicInteger();
        int ended = twice().around(Timeout.of(Duration.ofMinutes(1)))
                .<Integer>callAsync(() -> attempts.incrementAndGet() == 1
                        ? CompletableFuture.failedFuture(new IOException("planted"))
                        : CompletableFuture.completedFuture(attempts.get()))
                .join();
        check(ended == 2, "the second attempt succeeds");
    }

    private static void cleanup() throws Exception {
        StringBuilder log = new StringBuilder();
        Cleanup.run(scope -> {
            scope.open(() -> "a", log::append);
            scope.defer(() -> log.append('b'));
        });
        check(log.toString().equals("ba"), "newest first");
    }
}
