package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Timeout;
import dev.reliability.time.spi.ForwardingSeam;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** A value that comes after the limit reaches who disposes of it, through whatever policy lies in between. */
class LateValueTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.manual();
    private final List<Policy> between = List.of(
            Retry.builder("retry").time(time).build(),
            CircuitBreaker.builder("breaker").time(time).build(),
            TimedMutex.builder("mutex", SECOND).time(time).build(),
            ConcurrencyLimiter.builder("concurrency", 1).time(time).build(),
            RateLimiter.builder("rate", 1_000, SECOND).time(time).build(),
            Timeout.builder(SECOND.multipliedBy(2))
                    .time(time)
                    .executor(Runnable::run)
                    .build());

    /** A stage that shows no future: it cannot be cancelled from outside. */
    private static CompletionStage<AutoCloseable> stubborn(CompletableFuture<AutoCloseable> work) {
        return work.minimalCompletionStage();
    }

    private Timeout.Builder limit() {
        return Timeout.builder(SECOND).time(time).executor(Runnable::run);
    }

    @Test
    void deadline_2_aLateValue_isClosedBehindEveryPolicy() {
        SoftAssertions all = new SoftAssertions();
        for (Policy policy : between) {
            AtomicBoolean closed = new AtomicBoolean();
            CompletableFuture<AutoCloseable> work = new CompletableFuture<>();
            CompletableFuture<AutoCloseable> call =
                    limit().build().around(policy).callAsync(() -> stubborn(work));
            time.advance(SECOND);
            assertThat(call).isCompletedExceptionally();
            work.complete(() -> closed.set(true));
            all.assertThat(closed).as(policy.toString()).isTrue();
        }
        all.assertAll();
    }

    @Test
    void deadline_2_aLateValueBehindTwoPolicies_goesToOnLateOnce() {
        List<Object> late = new ArrayList<>();
        Policy nested = limit().onLate(late::add).build();
        for (Policy policy : between.subList(0, 4)) {
            nested = nested.around(policy);
        }
        AutoCloseable value = () -> {};
        CompletableFuture<AutoCloseable> work = new CompletableFuture<>();
        CompletableFuture<AutoCloseable> call = nested.callAsync(() -> stubborn(work));
        time.advance(SECOND);
        work.complete(value);
        assertThat(call).isCompletedExceptionally();
        assertThat(late).containsExactly(value);
    }

    @Test
    void deadline_2_aValueInTime_isNotLate() {
        List<Object> late = new ArrayList<>();
        Policy nested = limit().onLate(late::add).build().around(between.get(0));
        CompletableFuture<AutoCloseable> work = new CompletableFuture<>();
        CompletableFuture<AutoCloseable> call = nested.callAsync(() -> stubborn(work));
        work.complete(() -> {});
        time.advance(SECOND);
        assertThat(call).isCompleted();
        assertThat(late).isEmpty();
    }

    @Test
    void deadline_2_aLateFailure_isNoValue() {
        List<Object> late = new ArrayList<>();
        CompletableFuture<AutoCloseable> work = new CompletableFuture<>();
        CompletableFuture<AutoCloseable> call =
                limit().onLate(late::add).build().around(between.get(1)).callAsync(() -> stubborn(work));
        time.advance(SECOND);
        work.completeExceptionally(new CompletionException(new IllegalStateException("planted")));
        assertThat(call).isCompletedExceptionally();
        assertThat(late).isEmpty();
    }

    @Test
    void deadline_2_aRejectedResultOfAnEarlierAttempt_isNotLate() {
        List<Object> late = new ArrayList<>();
        List<CompletableFuture<Object>> attempts = new ArrayList<>();
        Retry retry = Retry.builder("retry")
                .time(time)
                .backoff(Backoff.none())
                .retryOnResult(result -> true)
                .build();
        CompletableFuture<Object> call = limit().onLate(late::add)
                .build()
                .around(retry)
                .callAsync(() -> {
                    attempts.add(new CompletableFuture<>());
                    return attempts.get(attempts.size() - 1);
                });
        attempts.get(0).complete("rejected");
        assertThat(attempts).hasSize(2);
        time.advance(SECOND);
        assertThat(call).isCompletedExceptionally();
        assertThat(late).isEmpty();
    }

    @Test
    void deadline_2_aValueThatComesWhileALimitInsideIsCancelled_goesToOneOfTheTwo() {
        CompletableFuture<Object> work = new CompletableFuture<>();
        List<Object> late = new ArrayList<>();
        Seam completing = new ForwardingSeam(time) {
            @Override
            public void checkpoint() {
                work.complete("value"); // the limit inside is being told that its call has been cancelled
            }
        };
        Policy nested = limit().time(completing)
                .onLate(late::add)
                .build()
                .around(Timeout.builder(SECOND.multipliedBy(2))
                        .time(completing)
                        .executor(Runnable::run)
                        .onLate(late::add)
                        .build());
        CompletableFuture<Object> call = nested.callAsync(() -> work);
        time.advance(SECOND);
        assertThat(call).isCompletedExceptionally();
        assertThat(late).containsExactly("value");
    }
}
