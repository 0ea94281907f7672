package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Rule COMPOSE-3: in every pair and triple of policies, each one does what it does alone. */
class CompositionTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final VirtualTime time = VirtualTime.manual();

    /** A policy, and what has to hold of it when nothing runs. */
    private record Subject(String name, Policy policy, Runnable isAtRest) {}

    private Subject retry() {
        Retry retry = Retry.builder("retry")
                .time(time)
                .maxAttempts(2)
                .backoff(Backoff.none())
                .executor(Runnable::run)
                .build();
        return new Subject("retry", retry, () -> {});
    }

    private Subject breaker() {
        CircuitBreaker breaker =
                CircuitBreaker.builder("breaker").time(time).counting().build();
        return new Subject(
                "breaker", breaker, () -> assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED));
    }

    private Subject timeout() {
        return new Subject(
                "timeout",
                Timeout.builder(LONG).time(time).build(),
                () -> assertThat(Deadline.current()).isNull());
    }

    private Subject mutex() {
        TimedMutex mutex = TimedMutex.builder("mutex", LONG).time(time).build();
        return new Subject("mutex", mutex, () -> assertThat(mutex.isHeld()).isFalse());
    }

    private Subject concurrency() {
        ConcurrencyLimiter limiter =
                ConcurrencyLimiter.builder("concurrency", 1).time(time).build();
        return new Subject("concurrency", limiter, () -> {
            ConcurrencyLimiter.Permit permit = limiter.tryAcquire();
            assertThat(permit).as("the one permit").isNotNull();
            permit.close();
        });
    }

    private Subject rate() {
        RateLimiter limiter = RateLimiter.builder("rate", 1_000_000, Duration.ofSeconds(1))
                .time(time)
                .burst(1_000)
                .build();
        return new Subject("rate", limiter, () -> {});
    }

    private List<List<Subject>> pairsAndTriples() {
        List<Supplier<Subject>> kinds =
                List.of(this::retry, this::breaker, this::timeout, this::mutex, this::concurrency, this::rate);
        List<List<Subject>> all = new ArrayList<>();
        for (Supplier<Subject> first : kinds) {
            for (Supplier<Subject> second : kinds) {
                all.add(List.of(first.get(), second.get()));
                for (Supplier<Subject> third : kinds) {
                    all.add(List.of(first.get(), second.get(), third.get()));
                }
            }
        }
        return all;
    }

    private static Policy composed(List<Subject> subjects) {
        Policy all = subjects.get(0).policy;
        for (Subject inner : subjects.subList(1, subjects.size())) {
            all = all.around(inner.policy);
        }
        return all;
    }

    /** Retries do not multiply (RETRY-22), so one of them is as good as three. */
    private static int attempts(List<Subject> subjects) {
        return subjects.stream().anyMatch(subject -> subject.name.equals("retry")) ? 2 : 1;
    }

    private void assertAtRest(List<Subject> subjects) {
        time.advance(Duration.ofSeconds(10)); // a breaker's sampler takes a look after the last call
        subjects.forEach(subject -> subject.isAtRest.run());
        assertThat(Deadline.current()).isNull();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void compose_3_aValuePassesEveryPairAndTriple_andNothingIsLeft() {
        for (List<Subject> subjects : pairsAndTriples()) {
            AtomicInteger runs = new AtomicInteger();
            assertThat(composed(subjects).<Integer, RuntimeException>call(runs::incrementAndGet))
                    .as(subjects.toString())
                    .isEqualTo(1);
            assertThat(composed(subjects).<Integer, RuntimeException>call(() -> null))
                    .isNull();
            assertAtRest(subjects);
        }
    }

    @Test
    void compose_3_aFailureIsTheSameInstance_andIsRetriedWhereARetryIs() {
        for (List<Subject> subjects : pairsAndTriples()) {
            AtomicInteger runs = new AtomicInteger();
            IOException failure = new IOException("planted");
            assertThat(catchThrowable(() -> composed(subjects).run(() -> {
                        runs.incrementAndGet();
                        throw failure;
                    })))
                    .as(subjects.toString())
                    .isSameAs(failure);
            assertThat(runs).as(subjects.toString()).hasValue(attempts(subjects));
            assertAtRest(subjects);
        }
    }

    @Test
    void compose_3_anErrorIsNotRetried_andLosesNothing() {
        for (List<Subject> subjects : pairsAndTriples()) {
            AtomicInteger runs = new AtomicInteger();
            Error error = new AssertionError("planted");
            assertThat(catchThrowable(() -> composed(subjects).run(() -> {
                        runs.incrementAndGet();
                        throw error;
                    })))
                    .isSameAs(error);
            assertThat(runs).as(subjects.toString()).hasValue(1);
            assertAtRest(subjects);
        }
    }

    @Test
    void compose_3_asynchronously_theSame() throws Exception {
        for (List<Subject> subjects : pairsAndTriples()) {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> call = composed(subjects).callAsync(() -> work);
            assertThat(call).as(subjects.toString()).isNotDone();
            work.complete("value");
            assertThat(call).as(subjects.toString()).isCompletedWithValue("value");
            assertAtRest(subjects);

            AtomicInteger runs = new AtomicInteger();
            IOException failure = new IOException("planted");
            CompletableFuture<String> failing = composed(subjects).callAsync(() -> {
                runs.incrementAndGet();
                return CompletableFuture.failedFuture(failure);
            });
            assertThat(catchThrowable(failing::get))
                    .as(subjects.toString())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isSameAs(failure);
            assertThat(runs).as(subjects.toString()).hasValue(attempts(subjects));
            assertAtRest(subjects);
        }
    }

    @Test
    void compose_3_cancelled_theWorkIsCancelledThroughEveryPairAndTriple_andNothingIsLeft() {
        for (List<Subject> subjects : pairsAndTriples()) {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> call = composed(subjects).callAsync(() -> work);
            assertThat(call.cancel(true)).isTrue();
            assertThat(work).as(subjects.toString()).isCancelled();
            assertAtRest(subjects);
        }
    }

    /** As frameworks do; the class that declares the methods must be accessible too. */
    @Test
    void call_byReflection_isAccessible() throws Exception {
        Task<String, RuntimeException> task = () -> "value";
        for (Policy policy : List.of(Retry.of("test"), Retry.of("test").around(CircuitBreaker.of("test")))) {
            assertThat(policy.getClass().getMethod("call", Task.class).invoke(policy, task))
                    .isEqualTo("value");
            assertThat(policy.getClass().getMethod("around", Policy.class).invoke(policy, policy))
                    .isInstanceOf(Policy.class);
        }
    }
}
