package dev.reliability.retry;

import static dev.reliability.retry.Script.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.Event;
import dev.reliability.retry.RetryReport.Reason;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a shared budget allows, by itself and through a retry: RETRY-16. */
class RetryBudgetTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final List<Event> heard = new ArrayList<>();

    private Retry.Builder retry(RetryBudget budget) {
        return Retry.builder("test")
                .time(time)
                .backoff(Backoff.none())
                .budget(budget)
                .listener(heard::add);
    }

    private static RetryBudget budget(double ratio, int max) {
        return RetryBudget.builder().ratio(ratio).minPerSecond(0).max(max).build();
    }

    private int takeAll(RetryBudget budget) {
        int taken = 0;
        while (budget.tryTake(time)) {
            taken++;
        }
        return taken;
    }

    @Test
    void retry_16_eachRetryIsPaidForAndTheFirstAttemptIsFree() {
        RetryBudget budget = budget(0, 10);

        fails(() -> retry(budget).build().call(new Script().failing(100)));

        assertThat(budget.tokens()).isEqualTo(7);
    }

    @Test
    void retry_16_aRefusalEndsWithTheLastFailureAndIsTheReasonOfTheReport() {
        Script script = new Script().failing(100);

        Throwable thrown = catchThrowable(() -> retry(budget(0, 2)).build().call(script));

        assertThat(thrown).isSameAs(script.thrown.get(2));
        assertThat(RetryReport.of(thrown).reason()).isEqualTo(Reason.BUDGET);
        assertThat(RetryReport.of(thrown).attempts()).isEqualTo(3);
    }

    @Test
    void retry_16_aRefusalIsAnEvent() {
        fails(() -> retry(budget(0, 1)).build().call(new Script().failing(100)));

        assertThat(heard)
                .containsExactly(
                        new RetryEvent.Scheduled("test", 1, IOException.class, Duration.ZERO),
                        new RetryEvent.BudgetRefused("test", 2, IOException.class));
    }

    @Test
    void retry_16_aRefusalOfARejectedResultReturnsIt() throws IOException {
        RetryBudget budget = budget(0, 1);

        assertThat(retry(budget).retryOnResult(result -> true).build().call(new Script()))
                .isEqualTo("result 2");
        assertThat(heard).last().isEqualTo(new RetryEvent.BudgetRefused("test", 2, null));
    }

    @Test
    void retry_16_isSharedAmongRetries() {
        RetryBudget budget = budget(0, 4);
        Script other = new Script().failing(100);

        fails(() -> retry(budget).build().call(new Script().failing(100)));
        fails(() -> Retry.builder("other")
                .time(time)
                .backoff(Backoff.none())
                .budget(budget)
                .build()
                .call(other));

        assertThat(other.runs).isEqualTo(2);
        assertThat(budget.tokens()).isZero();
    }

    @Test
    void retry_16_recoversThroughFirstTrySuccesses() throws IOException {
        RetryBudget budget = budget(0.5, 2);
        takeAll(budget);
        Retry retry = retry(budget).maxAttempts(2).build();

        retry.call(new Script());
        Script tooEarly = new Script().failing(1);
        fails(() -> retry.call(tooEarly));
        retry.call(new Script());

        assertThat(tooEarly.runs).isEqualTo(1);
        assertThat(retry.call(new Script().failing(1))).isEqualTo("result 2");
        assertThat(budget.tokens()).isZero();
    }

    @Test
    void retry_16_anAsynchronousFirstTrySuccessEarnsToo_atOnceOrLater() {
        RetryBudget budget = budget(1, 10);
        takeAll(budget);
        Retry retry = retry(budget).executor(Runnable::run).build();

        CompletableFuture<String> atOnce = retry.callAsync(() -> CompletableFuture.completedFuture("value"));
        assertThat(atOnce).isCompletedWithValue("value");
        assertThat(budget.tokens()).isEqualTo(1);
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> later = retry.callAsync(() -> stage);
        assertThat(budget.tokens()).isEqualTo(1);
        stage.complete("value");
        assertThat(later).isCompletedWithValue("value");
        assertThat(budget.tokens()).isEqualTo(2);
        List<CompletableFuture<String>> answers = List.of(
                CompletableFuture.failedFuture(new IOException("planted")), CompletableFuture.completedFuture("v"));
        Iterator<CompletableFuture<String>> next = answers.iterator();
        assertThat(retry.callAsync(next::next)).isCompletedWithValue("v");
        assertThat(budget.tokens())
                .as("a second attempt costs one and earns none")
                .isEqualTo(1);
    }

    @Test
    void retry_16_neitherLaterSuccessesNorFailuresNorRejectedResultsEarn() throws IOException {
        RetryBudget budget = budget(1, 10);
        takeAll(budget);
        budget.earn(time);

        retry(budget).build().call(new Script().failing(1));
        fails(() -> retry(budget).build().run(() -> {
            throw new NonRetryableException();
        }));
        retry(budget).retryOnResult(result -> true).maxAttempts(1).build().call(new Script());

        assertThat(budget.tokens()).isZero();
    }

    @Test
    void retry_16_aFirstResultThatThePredicateAcceptsEarns() throws IOException {
        RetryBudget budget = budget(1, 10);
        takeAll(budget);

        retry(budget).retryOnResult(result -> false).build().call(new Script());

        assertThat(budget.tokens()).isEqualTo(1);
    }

    @Test
    void retry_16_isNeverAboveItsMaximum() {
        RetryBudget budget = budget(1.5, 4);

        assertThat(takeAll(budget)).isEqualTo(4);
        for (int i = 0; i < 10; i++) {
            budget.earn(time);
            assertThat(budget.tokens()).isEqualTo(Math.min(4, (i + 1) * 1.5));
        }
        assertThat(takeAll(budget)).isEqualTo(4);
    }

    @Test
    void retry_16_theFloorAddsTokensBySecondUpToTheMaximum() {
        RetryBudget budget =
                RetryBudget.builder().ratio(0).minPerSecond(2).max(6).build();

        assertThat(takeAll(budget)).isEqualTo(6);
        time.advance(Duration.ofMillis(499));
        assertThat(takeAll(budget)).isZero();
        time.advance(Duration.ofMillis(1));
        assertThat(takeAll(budget)).isEqualTo(1);
        time.advance(SECOND);
        assertThat(takeAll(budget)).isEqualTo(2);
        time.advance(Duration.ofDays(36_500));
        assertThat(takeAll(budget)).isEqualTo(6);
    }

    @Test
    void retry_16_aFullBudgetGathersNothingForLater() {
        RetryBudget budget =
                RetryBudget.builder().ratio(1).minPerSecond(1).max(3).build();
        takeAll(budget);
        budget.earn(time);
        budget.earn(time);
        budget.earn(time);
        time.advance(Duration.ofMinutes(1));

        assertThat(takeAll(budget)).isEqualTo(3);
    }

    @Test
    void retry_16_theFloorCountsWhereTheClockWraps() {
        VirtualTime wrapping = VirtualTime.manual().startingAt(Long.MAX_VALUE - 500_000_000);
        RetryBudget budget =
                RetryBudget.builder().ratio(0).minPerSecond(1).max(1).build();

        assertThat(budget.tryTake(wrapping)).isTrue();
        wrapping.advance(SECOND);

        assertThat(budget.tryTake(wrapping)).isTrue();
        assertThat(budget.tryTake(wrapping)).isFalse();
    }

    @Test
    void retry_16_aRetryThatDoesNotTakePlaceIsPaidBack() {
        RetryBudget budget = budget(0, 5);
        Retry slow = retry(budget)
                .listener(event -> time.advance(Duration.ofMinutes(1)))
                .build();

        Throwable late =
                catchThrowable(() -> Deadline.after(SECOND, time).bind(() -> slow.call(new Script().failing(9))));
        Thread.currentThread().interrupt();
        Throwable interrupted = catchThrowable(() -> retry(budget).build().call(new Script().failing(9)));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(RetryReport.of(late).reason()).isEqualTo(Reason.DEADLINE);
        assertThat(RetryReport.of(interrupted).reason()).isEqualTo(Reason.INTERRUPTED);
        assertThat(budget.tokens()).isEqualTo(5);
    }

    @Test
    void retry_16_whatIsNotRetriedAnywayIsNotPaidFor() {
        RetryBudget budget = budget(0, 5);

        fails(() -> retry(budget).maxAttempts(1).build().call(new Script().failing(1)));
        fails(() -> retry(budget).build().run(() -> {
            throw new RetryableException("too long", null, Duration.ofDays(1));
        }));
        fails(() -> Deadline.after(SECOND, time)
                .bind(() ->
                        retry(budget).backoff(Backoff.constant(SECOND)).build().call(new Script().failing(1))));

        assertThat(budget.tokens()).isEqualTo(5);
        assertThat(heard).isEmpty();
    }

    @Test
    void retry_16_retryableExceptionsAreRetriedWithinTheBudgetOnly() {
        RetryableException failure = new RetryableException("always");
        RetryBudget budget = budget(0, 1);

        fails(() -> retry(budget).build().run(() -> {
            throw failure;
        }));

        assertThat(RetryReport.of(failure).reason()).isEqualTo(Reason.BUDGET);
        assertThat(RetryReport.of(failure).attempts()).isEqualTo(2);
    }

    @Test
    void retry_16_oneTimeSourceForAllRetriesOfABudget() {
        RetryBudget budget = RetryBudget.of(0.2);
        Retry.Builder builder = retry(budget);
        builder.build();
        builder.build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.time(TimeSource.system()).build())
                .withMessageStartingWith("time must be that of the other retries of the budget, but was ");
    }

    @Test
    void builder_optionsOutOfRange_areRefusedTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.builder()
                        .ratio(-0.1)
                        .minPerSecond(-1)
                        .max(0)
                        .build())
                .withMessage("ratio must be from 0 to 1000, but was -0.1; "
                        + "minPerSecond must be zero or more, but was -1; "
                        + "max must be from 1 to 1000000000, but was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> RetryBudget.of(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetryBudget.builder().max(1_000_000_001).build());
        assertThatNullPointerException()
                .isThrownBy(() -> Retry.builder("null").budget(null))
                .withMessage("budget");
    }

    @Test
    void builder_widestOptions_countWithoutOverflow() {
        RetryBudget budget = RetryBudget.builder()
                .ratio(1_000)
                .minPerSecond(Integer.MAX_VALUE)
                .max(1_000_000_000)
                .build();

        assertThat(budget.tryTake(time)).isTrue();
        time.advance(Duration.ofDays(36_500));
        budget.earn(time);

        assertThat(budget.tryTake(time)).isTrue();
        assertThat(budget.tokens()).isEqualTo(999_999_999);
    }

    @Test
    void toString_tellsTheOptionsAndWhatIsLeft() {
        RetryBudget budget = RetryBudget.of(0.1);
        budget.tryTake(time);

        assertThat(budget).hasToString("RetryBudget[0.1 a success, 1 a second, 99.0 of 100 tokens]");
        assertThat(RetryBudget.builder().build())
                .hasToString("RetryBudget[0.2 a success, 1 a second, 100.0 of 100 tokens]");
    }
}
