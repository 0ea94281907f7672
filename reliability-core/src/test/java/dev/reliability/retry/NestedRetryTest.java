package dev.reliability.retry;

import static dev.reliability.RealTime.SOON;
import static dev.reliability.retry.Script.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.Policy;
import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.retry.RetryReport.Reason;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A retry around a retry: RETRY-22. */
class NestedRetryTest {
    private final VirtualTime time = VirtualTime.autoAdvancing();

    private Retry.Builder retry(String name) {
        return Retry.builder(name).time(time).maxAttempts(3).backoff(Backoff.constant(Duration.ofSeconds(1)));
    }

    @Test
    void retry_22_attemptsDoNotMultiply() {
        Policy nested = retry("outer")
                .build()
                .around(retry("middle").build())
                .around(retry("inner").build());
        Script script = new Script().failing(100);

        Throwable thrown = catchThrowable(() -> nested.call(script));

        assertThat(script.runs).isEqualTo(3);
        assertThat(thrown).isSameAs(script.thrown.get(2));
        assertThat(RetryReport.of(thrown).policy()).isEqualTo("inner");
        assertThat(RetryReport.of(thrown).reason()).isEqualTo(Reason.EXHAUSTED);
    }

    /** The inner one runs on other threads than the outer one. */
    @Test
    void retry_22_acrossTheThreadThatRunsTheTaskForTheCaller() {
        Policy nested = retry("outer")
                .build()
                .around(Timeout.builder(Duration.ofHours(1))
                        .time(time)
                        .abandonOn(task -> time.spawn("body", task), 16)
                        .build())
                .around(retry("inner").build());
        Script script = new Script().failing(100);

        fails(() -> nested.call(script));

        assertThat(script.runs).isEqualTo(3);
    }

    @Test
    void retry_22_insideItselfToo() {
        Retry retry = retry("self").build();
        Script script = new Script().failing(100);

        fails(() -> retry.call(() -> retry.call(script)));

        assertThat(script.runs).isEqualTo(3);
    }

    @Test
    void retry_22_aLaterAttemptOfTheOuterOneToo() {
        Retry inner = retry("inner").build();
        Script script = new Script().failing(100);
        int[] outerRuns = {0};

        fails(() -> retry("outer").build().call(() -> {
            if (outerRuns[0]++ == 0) {
                throw new IOException("not from the inner one");
            }
            return inner.call(script);
        }));

        assertThat(outerRuns[0]).isEqualTo(2);
        assertThat(script.runs).isEqualTo(3);
    }

    @Test
    void retry_22_notEvenARetryableException() {
        int[] runs = {0};

        fails(() -> retry("outer").build().around(retry("inner").build()).run(() -> {
            runs[0]++;
            throw new RetryableException("always");
        }));

        assertThat(runs[0]).isEqualTo(3);
    }

    @Test
    void retry_22_whoWantsItNeverthelessThrowsAnotherFailure() {
        Retry inner = retry("inner").build();
        Script script = new Script().failing(100);

        fails(() -> retry("outer").build().call(() -> {
            try {
                return inner.call(script);
            } catch (IOException exhausted) {
                throw new RetryableException(exhausted);
            }
        }));

        assertThat(script.runs).isEqualTo(9);
    }

    @Test
    void retry_22_whatTheInnerOneGaveUpForAnotherReasonIsRetried() {
        Script script = new Script().failing(100);

        fails(() -> retry("outer")
                .build()
                .around(retry("inner").abortOn(IOException.class).build())
                .call(script));

        assertThat(script.runs).isEqualTo(3);
        assertThat(RetryReport.of(script.thrown.get(2)).policy()).isEqualTo("outer");
    }

    /** One instance that everybody throws carries the report of the first call that gave it up, for ever. */
    @Test
    void retry_22_aReportOfAnEarlierCallStopsNobody() {
        IllegalStateException shared = new IllegalStateException("shared");
        int[] runs = {0};
        for (String name : new String[] {"first", "first", "second"}) {
            runs[0] = 0;

            fails(() -> retry(name).build().run(() -> {
                runs[0]++;
                throw shared;
            }));

            assertThat(runs[0]).as(name).isEqualTo(3);
        }

        runs[0] = 0;
        fails(() -> retry("outer").build().around(retry("inner").build()).run(() -> {
            runs[0]++;
            throw shared;
        }));
        assertThat(runs[0]).as("nested").isEqualTo(3);
    }

    @Test
    void retry_22_aReportOfAnotherThreadStopsNobody() {
        IllegalStateException shared = new IllegalStateException("shared");
        int[] runs = {0};

        fails(() -> retry("outer").build().run(() -> {
            runs[0]++;
            Thread other = new Thread(() -> fails(
                    () -> Retry.builder("other").backoff(Backoff.none()).build().run(() -> {
                        throw shared;
                    })));
            other.start();
            join(other);
            throw shared;
        }));

        assertThat(runs[0]).isEqualTo(3);
    }

    @Test
    void retry_22_asyncAttemptsThatEndOnOtherThreadsDoNotMultiply() {
        AtomicInteger runs = new AtomicInteger();
        Policy nested = asyncRetry("outer").around(asyncRetry("middle")).around(asyncRetry("inner"));

        Throwable thrown = catchThrowable(() -> nested.callAsync(() -> onAnotherThread(() -> {
                    throw new UncheckedIOException(new IOException("run " + runs.incrementAndGet()));
                }))
                .get(SOON.toSeconds(), TimeUnit.SECONDS));

        assertThat(runs).hasValue(3);
        assertThat(RetryReport.of(thrown.getCause()).policy()).isEqualTo("inner");
    }

    @Test
    void retry_22_asyncAReportOfAnotherCallStopsNobody() {
        IllegalStateException shared = new IllegalStateException("shared");
        Retry other = asyncRetry("other");
        AtomicInteger runs = new AtomicInteger();

        fails(() -> asyncRetry("outer")
                .callAsync(() -> onAnotherThread(() -> {
                    fails(() -> other.run(() -> {
                        throw shared;
                    }));
                    runs.incrementAndGet();
                    throw shared;
                }))
                .get(SOON.toSeconds(), TimeUnit.SECONDS));

        assertThat(runs).hasValue(3);
    }

    @Test
    void retry_22_asyncBehindOtherPoliciesToo() {
        AtomicInteger runs = new AtomicInteger();
        Policy nested = asyncRetry("outer")
                .around(CircuitBreaker.of("breaker"))
                .around(Timeout.of(Duration.ofMinutes(1)))
                .around(asyncRetry("inner"));

        fails(() -> nested.callAsync(() -> onAnotherThread(() -> {
                    throw new UncheckedIOException(new IOException("run " + runs.incrementAndGet()));
                }))
                .get(SOON.toSeconds(), TimeUnit.SECONDS));

        assertThat(runs).hasValue(3);
    }

    @Test
    void retry_22_asyncAroundOneThatBlocks() {
        AtomicInteger runs = new AtomicInteger();
        Retry inner = asyncRetry("inner");

        fails(() -> asyncRetry("outer")
                .callAsync(() -> inner.call(() -> {
                    throw new UncheckedIOException(new IOException("run " + runs.incrementAndGet()));
                }))
                .get(SOON.toSeconds(), TimeUnit.SECONDS));

        assertThat(runs).hasValue(3);
    }

    private static Retry asyncRetry(String name) {
        return Retry.builder(name).maxAttempts(3).backoff(Backoff.none()).build();
    }

    private static CompletableFuture<String> onAnotherThread(Supplier<String> work) {
        CompletableFuture<String> result = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        result.complete(work.get());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                })
                .start();
        return result;
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
