package dev.reliability.retry;

import static dev.reliability.retry.Script.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.Task;
import dev.reliability.testkit.time.VirtualTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** How often the task runs, what is returned, and how long is waited: RETRY-1, 2, 3, 7, 14. */
class RetryTest {
    private final VirtualTime time = VirtualTime.autoAdvancing();

    private Retry.Builder retry() {
        return Retry.builder("test").time(time).backoff(Backoff.constant(Duration.ofSeconds(1)));
    }

    @Property
    void retry_1_runsAtLeastOnceAndAtMostMaxAttemptsTimes(
            @ForAll @IntRange(min = 1, max = 20) int maxAttempts, @ForAll @IntRange(min = 0, max = 25) int failures) {
        Retry retry = retry().maxAttempts(maxAttempts).build();
        Script script = new Script().failing(failures);

        Throwable thrown = catchThrowable(() -> retry.call(script));

        assertThat(script.runs).isEqualTo(Math.min(maxAttempts, failures + 1));
        assertThat(thrown == null).isEqualTo(failures < maxAttempts);
    }

    @Test
    void retry_1_defaultIsFourAttempts() {
        Script script = new Script().failing(100);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Retry.builder("default").time(time).build().call(script));

        assertThat(script.runs).isEqualTo(4);
    }

    @Test
    void retry_1_mayBeUnlimited() throws IOException {
        Script script = new Script().failing(10_000);

        assertThat(retry().unlimitedAttempts().build().call(script)).isEqualTo("result 10001");
    }

    @Test
    void retry_2_theFirstResultIsReturnedAndNothingRunsAfterIt() throws IOException {
        Script script = new Script().failing(2);

        assertThat(retry().build().call(script)).isEqualTo("result 3");

        time.advance(Duration.ofDays(1));
        assertThat(script.runs).isEqualTo(3);
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void retry_2_rejectedResultsAreRetriedAndTheFirstAcceptedOneIsReturned() throws IOException {
        Script script = new Script();
        Retry retry =
                retry().retryOnResult(result -> !"result 3".equals(result)).build();

        assertThat(retry.call(script)).isEqualTo("result 3");
    }

    @Test
    void resultsExhausted_theLastOneIsReturned() throws IOException {
        Script script = new Script();

        assertThat(retry().retryOnResult(result -> true).build().call(script)).isEqualTo("result 4");
    }

    @Test
    void resultsAndFailures_shareTheAttempts() {
        Script script = new Script();
        Task<String, IOException> mixed = () -> {
            String result = script.call();
            if (script.runs % 2 == 0) {
                throw new IOException("even");
            }
            return result;
        };

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> retry().retryOnResult(result -> true).build().call(mixed));

        assertThat(script.runs).isEqualTo(4);
    }

    @Test
    void retry_3_theLastFailureItselfIsThrown() {
        Script script = new Script().failing(100);

        Throwable thrown = catchThrowable(() -> retry().build().call(script));

        assertThat(thrown).isSameAs(script.thrown.get(3)).hasNoCause();
        assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(RetryReport.class);
    }

    @Test
    void retry_3_onlyTheLastFailureIsTouched() {
        Script script = new Script().failing(100);

        fails(() -> retry().build().call(script));

        assertThat(script.thrown.subList(0, 3))
                .allSatisfy(failure -> assertThat(failure.getSuppressed()).isEmpty());
    }

    @Test
    void retry_7_aDelayBelowAMillisecondIsWaitedForInFull() throws IOException {
        Duration delay = Duration.ofNanos(999_999);
        Retry retry = retry().backoff(Backoff.constant(delay)).maxAttempts(201).build();

        retry.call(new Script().failing(200));

        assertThat(time.nanoTime()).isEqualTo(200 * delay.toNanos());
    }

    @Test
    void retry_7_onTheMachinesTimeTooItIsNotCutShort() throws IOException {
        Retry retry = Retry.builder("real")
                .backoff(Backoff.constant(Duration.ofNanos(500_000)))
                .maxAttempts(21)
                .build();
        long start = System.nanoTime();

        retry.call(new Script().failing(20));

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
    }

    @Test
    void retry_14_nullIsAResult() {
        assertThat(retry().build().<Object, RuntimeException>call(() -> null)).isNull();
    }

    @Test
    void retry_14_resultPredicatesAreAskedAboutNull() {
        List<Object> results = new ArrayList<>();
        results.add(null);
        results.add(null);
        results.add("value");
        Retry retry = retry().retryOnResult(Objects::isNull).build();

        assertThat(retry.<Object, RuntimeException>call(() -> results.remove(0)))
                .isEqualTo("value");
    }

    @Test
    void retryOnResult_calledTwice_eachMayReject() throws IOException {
        Retry retry = retry().retryOnResult("result 1"::equals)
                .retryOnResult("result 2"::equals)
                .build();

        assertThat(retry.call(new Script())).isEqualTo("result 3");
    }

    @Test
    void backoff_isAskedOncePerRetryWithTheNumberOfFailedAttempts() throws IOException {
        List<Long> asked = new ArrayList<>();
        Backoff counting = Backoff.custom(
                attempt -> {
                    asked.add(attempt);
                    return Duration.ofSeconds(attempt);
                },
                Duration.ofMinutes(1));

        retry().backoff(counting).build().call(new Script().failing(3));

        assertThat(asked).containsExactly(1L, 2L, 3L);
        assertThat(time.nanoTime()).isEqualTo(Duration.ofSeconds(1 + 2 + 3).toNanos());
    }

    @Test
    void decorrelatedBackoff_goesOnFromTheDelayBefore() throws IOException {
        List<Duration> delays = new ArrayList<>();
        Backoff backoff = Backoff.decorrelated(Duration.ofMillis(1), Duration.ofHours(1));
        Retry retry = retry().backoff(backoff)
                .unlimitedAttempts()
                .listener(event -> delays.add(((RetryEvent.Scheduled) event).delay()))
                .build();

        retry.call(new Script().failing(50));

        assertThat(delays).anyMatch(delay -> delay.compareTo(Duration.ofMillis(10)) > 0);
        for (int i = 1; i < delays.size(); i++) {
            assertThat(delays.get(i)).isLessThanOrEqualTo(delays.get(i - 1).multipliedBy(3));
        }
    }

    @Test
    void builder_optionsOutOfRange_areRefusedTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retry.builder("bad")
                        .maxAttempts(0)
                        .longestHint(Duration.ofSeconds(-1))
                        .minAttempt(Duration.ofSeconds(-2))
                        .build())
                .withMessage("maxAttempts must be at least 1, but was 0; "
                        + "longestHint must be zero or more, but was PT-1S; "
                        + "minAttempt must be zero or more, but was PT-2S");
    }

    @Test
    void builder_null_isRefusedByName() {
        Retry.Builder builder = Retry.builder("null");

        assertThatNullPointerException().isThrownBy(() -> Retry.of(null)).withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> builder.backoff(null)).withMessage("backoff");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.retryOn(IOException.class, null))
                .withMessage("types");
        assertThatNullPointerException().isThrownBy(() -> builder.retryIf(null)).withMessage("predicate");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.longestHint(null))
                .withMessage("span");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.listener(null))
                .withMessage("listener");
        assertThatNullPointerException().isThrownBy(() -> builder.time(null)).withMessage("time");
        assertThatNullPointerException()
                .isThrownBy(() -> builder.build().call(null))
                .withMessage("task");
    }

    @Test
    void builder_usedAgain_doesNotChangeWhatItMade() {
        Retry.Builder builder = retry();
        Retry first = builder.build();
        builder.abortOn(IOException.class);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> first.call(new Script().failing(9)))
                .satisfies(failure ->
                        assertThat(RetryReport.of(failure).attempts()).isEqualTo(4));
    }

    @Test
    void toString_tellsNameAttemptsAndBackoff() {
        assertThat(Retry.of("orders"))
                .hasToString("Retry[orders, 4 attempts, exponential 1 s x2.0 up to 30 s, full jitter]");
        assertThat(Retry.builder("orders").unlimitedAttempts().build().toString())
                .contains("unlimited attempts");
    }

    @Test
    void toString_tellsWhatDiffersFromTheDefaults() {
        Retry retry = Retry.builder("orders")
                .maxAttempts(1)
                .backoff(Backoff.none())
                .retryOn(IOException.class, IllegalStateException.class)
                .retryIf(failure -> true)
                .abortOn(FileNotFoundException.class)
                .retryOnResult(Objects::isNull)
                .longestHint(Duration.ofMinutes(5))
                .minAttempt(Duration.ofMillis(200))
                .budget(RetryBudget.of(0.1))
                .build();

        assertThat(retry)
                .hasToString("Retry[orders, 1 attempt, none up to 0 ns, retry on IOException and IllegalStateException,"
                        + " retry by predicate, abort on FileNotFoundException, results by predicate,"
                        + " hints up to 5 min, attempts of at least 200 ms,"
                        + " RetryBudget[0.1 a success, 1 a second, 100.0 of 100 tokens]]");
    }
}
