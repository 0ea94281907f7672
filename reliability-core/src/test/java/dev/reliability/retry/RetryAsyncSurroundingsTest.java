package dev.reliability.retry;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An asynchronous retry lives among strangers: what they do, throw and have bound is none of its business. */
class RetryAsyncSurroundingsTest {
    private final VirtualTime time = VirtualTime.manual();
    private final List<CompletableFuture<String>> attempts = new ArrayList<>();
    private final List<Deadline> seen = new ArrayList<>();

    private Retry.Builder builder() {
        return Retry.builder("async").time(time).executor(Runnable::run).backoff(Backoff.none());
    }

    private CompletableFuture<String> attempt() {
        seen.add(Deadline.current());
        CompletableFuture<String> attempt = new CompletableFuture<>();
        attempts.add(attempt);
        return attempt;
    }

    private void fail(int attempt) {
        attempts.get(attempt).completeExceptionally(new IOException("planted"));
    }

    private Deadline within(long seconds) {
        return Deadline.after(Duration.ofSeconds(seconds), time);
    }

    @Test
    void retry_8_aStrangersExpiredDeadline_endsNothing() {
        CompletableFuture<String> call = builder().build().callAsync(this::attempt);
        Deadline stranger = within(1);
        time.advance(Duration.ofSeconds(2));
        Void unused = stranger.<Void, RuntimeException>bind(() -> {
            fail(0);
            return null;
        });
        assertThat(attempts).hasSize(2);
        assertThat(seen).as("what the attempts saw").containsExactly(null, null);
        attempts.get(1).complete("value");
        assertThat(call).isCompletedWithValue("value");
    }

    @Test
    void retry_8_theCallsOwnDeadline_isNotShortenedByAStranger() {
        Deadline own = within(3_600);
        CompletableFuture<String> call = own.bind(() -> builder().build().callAsync(this::attempt));
        Deadline stranger = within(1);
        Void unused = stranger.<Void, RuntimeException>bind(() -> {
            fail(0);
            return null;
        });
        assertThat(seen).containsExactly(own, own);
        attempts.get(1).complete("value");
        assertThat(call).isCompletedWithValue("value");
    }

    @Test
    void retry_21_aStrangersAttempt_isNotCurrentInPredicates() {
        List<Long> current = new ArrayList<>();
        CompletableFuture<String> call = builder()
                .retryIf(failure -> {
                    current.add(Attempt.current().number());
                    return true;
                })
                .build()
                .callAsync(this::attempt);
        int[] runs = {0};
        builder().build().run(() -> {
            if (runs[0]++ < 2) {
                throw new RetryableException("planted");
            }
            fail(0);
            assertThat(Attempt.current().number()).as("of the stranger").isEqualTo(3);
        });
        assertThat(current).containsExactly(1L);
        assertThat(call).isNotDone();
    }

    @Test
    void retry_16_aRetryThatTookPlace_isNotPaidBackByACancellation() {
        RetryBudget budget =
                RetryBudget.builder().max(1).ratio(0).minPerSecond(0).build();
        Retry retry = builder().budget(budget).build();
        CompletableFuture<String> first = retry.callAsync(this::attempt);
        fail(0);
        assertThat(attempts).hasSize(2);
        assertThat(first.cancel(true)).isTrue();
        CompletableFuture<String> second = retry.callAsync(this::attempt);
        fail(2);
        assertThat(attempts).as("attempts of both calls").hasSize(3);
        assertThat(second).isCompletedExceptionally();
    }

    @Test
    void retry_18_whoKeepsTheFuture_keepsNeitherTheTaskNorItsFailures() {
        Object[] payload = {new Object()};
        WeakReference<Object> watched = new WeakReference<>(payload[0]);
        CompletableFuture<String> ended = builder().build().callAsync(task(payload[0]));
        fail(0);
        attempts.get(1).complete("value");
        CompletableFuture<String> cancelled = builder().build().callAsync(task(payload[0]));
        fail(2);
        cancelled.cancel(true);
        attempts.clear();
        payload[0] = null;
        await().atMost(SOON).until(() -> {
            System.gc();
            return watched.refersTo(null);
        });
        assertThat(ended).isCompletedWithValue("value");
        assertThat(cancelled).isCancelled();
    }

    private dev.reliability.Task<CompletableFuture<String>, RuntimeException> task(Object payload) {
        return () -> {
            assertThat(payload).isNotNull();
            return attempt();
        };
    }
}
