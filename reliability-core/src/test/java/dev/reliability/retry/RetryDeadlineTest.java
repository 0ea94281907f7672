package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.Policy;
import dev.reliability.RetryAfter;
import dev.reliability.retry.RetryReport.Reason;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Deadlines and wait hints: RETRY-8, 9, 15. */
class RetryDeadlineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final Script script = new Script().failing(1_000);

    private Retry.Builder retry() {
        return Retry.builder("test")
                .time(time)
                .backoff(Backoff.constant(SECOND))
                .longestHint(Duration.ofMinutes(1))
                .unlimitedAttempts();
    }

    private Throwable callUntil(Duration deadline, Retry retry) {
        return catchThrowable(() -> Deadline.after(deadline, time).bind(() -> retry.call(script)));
    }

    private Duration elapsed() {
        return Duration.ofNanos(time.nanoTime());
    }

    private static Reason reason(Throwable failure) {
        return RetryReport.of(failure).reason();
    }

    @Test
    void retry_8_noSleepPastTheDeadline() {
        Throwable thrown = callUntil(Duration.ofMillis(3_500), retry().build());

        assertThat(thrown).isSameAs(script.thrown.get(3));
        assertThat(reason(thrown)).isEqualTo(Reason.DEADLINE);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void retry_8_noAttemptAtTheDeadlineItself() {
        callUntil(Duration.ofSeconds(3), retry().build());

        assertThat(script.runs).isEqualTo(3);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void retry_8_aNanosecondBeforeTheDeadlineIsInTime() {
        callUntil(Duration.ofSeconds(3).plusNanos(1), retry().build());

        assertThat(script.runs).isEqualTo(4);
    }

    @Test
    void retry_8_aFailureAfterTheDeadlineIsNotRetriedEvenWithoutAWait() {
        Retry retry = retry().backoff(Backoff.none()).build();

        Throwable thrown = catchThrowable(() -> Deadline.after(SECOND, time)
                .bind(() -> retry.call(() -> {
                    time.advance(SECOND);
                    return script.call();
                })));

        assertThat(script.runs).isEqualTo(1);
        assertThat(reason(thrown)).isEqualTo(Reason.DEADLINE);
    }

    @Test
    void retry_8_noAttemptWithLessThanMinAttemptLeft() {
        Throwable thrown = callUntil(
                Duration.ofSeconds(10),
                retry().minAttempt(Duration.ofSeconds(7)).build());

        assertThat(script.runs).isEqualTo(4);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(reason(thrown)).isEqualTo(Reason.DEADLINE);
    }

    @Test
    void retry_8_noAttemptAfterAWaitThatEndedTooLate() {
        Retry retry =
                retry().listener(event -> time.advance(Duration.ofSeconds(5))).build();

        Throwable thrown = callUntil(Duration.ofSeconds(4), retry);

        assertThat(script.runs).isEqualTo(1);
        assertThat(reason(thrown)).isEqualTo(Reason.DEADLINE);
    }

    @Test
    void retry_8_noSleepPastTheDeadlineThatASlowListenerHasBroughtNear() {
        Retry retry =
                retry().listener(event -> time.advance(Duration.ofMillis(800))).build();

        Throwable thrown = callUntil(Duration.ofMillis(1_500), retry);

        assertThat(reason(thrown)).isEqualTo(Reason.DEADLINE);
        assertThat(script.runs).isEqualTo(1);
        assertThat(elapsed()).isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void retry_8_aDeadlineOfAnotherTimeSourceCountsByWhatItHasLeft() {
        VirtualTime other = VirtualTime.manual().startingAt(Long.MAX_VALUE - 1_000);
        Deadline deadline = Deadline.after(Duration.ofMillis(1_500), other);

        Throwable thrown =
                catchThrowable(() -> deadline.bind(() -> retry().build().call(() -> {
                    other.advance(Duration.ofMillis(400));
                    return script.call();
                })));

        assertThat(script.runs).isEqualTo(2);
        assertThat(reason(thrown)).isEqualTo(Reason.DEADLINE);
    }

    @Test
    void retry_8_counterThatWraps() {
        time.startingAt(Long.MAX_VALUE - Duration.ofMillis(1_500).toNanos());

        Throwable thrown = callUntil(Duration.ofMillis(3_500), retry().build());

        assertThat(script.runs).isEqualTo(4);
        assertThat(RetryReport.of(thrown).elapsed()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void retry_8_aRejectedResultIsReturnedWhenTheDeadlineLeavesNoWait() {
        Retry retry = retry().retryOnResult(result -> true).build();

        assertThat(Deadline.after(Duration.ofMillis(1_500), time)
                        .<Integer, RuntimeException>bind(() -> retry.call(() -> 7)))
                .isEqualTo(7);
        assertThat(elapsed()).isEqualTo(SECOND);
    }

    @Test
    void retry_9_anExpiredDeadlineRunsNoAttempt() {
        for (Duration span : new Duration[] {Duration.ZERO, SECOND.negated()}) {
            assertThat(callUntil(span, retry().build())).isExactlyInstanceOf(DeadlineExceededException.class);
        }
        assertThat(script.runs).isZero();
    }

    @Test
    void retry_8_theFirstAttemptRunsWhileAnyTimeIsLeft_whateverMinAttempt() {
        Throwable thrown =
                callUntil(Duration.ofNanos(1), retry().minAttempt(SECOND).build());

        assertThat(script.runs).isEqualTo(1);
        assertThat(reason(thrown)).isEqualTo(Reason.DEADLINE);
    }

    @Test
    void retry_8_theFirstAttemptRunsWhileAnyTimeIsLeft_whateverMinAttempt_async() {
        Retry retry = retry().minAttempt(SECOND).build();

        assertThat(Deadline.after(Duration.ofNanos(1), time)
                        .<CompletableFuture<Integer>, RuntimeException>bind(
                                () -> retry.callAsync(() -> CompletableFuture.completedFuture(7))))
                .isCompletedWithValue(7);
    }

    @Test
    void retry_9_aDeadlineThatIsNoLongerBoundDoesNotCount() throws IOException {
        callUntil(Duration.ZERO, retry().build());

        assertThat(retry().build().call(new Script())).isEqualTo("result 1");
    }

    @Test
    void insideATimeout_theLastFailureIsThrownBeforeTheLimit() {
        Policy policy =
                Timeout.builder(Duration.ofMillis(2_500)).time(time).build().around(retry().build());

        Throwable thrown = catchThrowable(() -> policy.call(script));

        assertThat(thrown).isSameAs(script.thrown.get(2));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aroundATimeout_eachAttemptHasItsOwnLimit() {
        Timeout timeout = Timeout.builder(SECOND).time(time).build();
        Policy policy = retry().maxAttempts(3).build().around(timeout);

        Throwable thrown = catchThrowable(() -> policy.callInterruptibly(() -> {
            script.runs++;
            time.sleep(Duration.ofMinutes(1));
            return null;
        }));

        assertThat(thrown).isExactlyInstanceOf(DeadlineExceededException.class);
        assertThat(reason(thrown)).isEqualTo(Reason.EXHAUSTED);
        assertThat(script.runs).isEqualTo(3);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    private static final class Busy extends IOException implements RetryAfter {
        private static final long serialVersionUID = 1L;
        private final transient Duration hint;

        Busy(Duration hint) {
            this.hint = hint;
        }

        @Override
        public Duration retryAfter() {
            return hint;
        }
    }

    /** One busy answer, then success. */
    private Object busyOnce(Retry retry, RuntimeException broken, Duration hint) throws IOException {
        int[] runs = {0};
        return retry.call(() -> {
            if (runs[0]++ > 0) {
                return "done";
            }
            if (broken != null) {
                throw broken;
            }
            throw new Busy(hint);
        });
    }

    @Test
    void retry_15_aHintLongerThanTheBackoffIsWaitedFor() throws IOException {
        busyOnce(retry().build(), null, Duration.ofSeconds(40));

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void retry_15_aHintShorterThanTheBackoffDoesNotShortenIt() throws IOException {
        busyOnce(retry().build(), null, Duration.ofMillis(3));

        assertThat(elapsed()).isEqualTo(SECOND);
    }

    @Test
    void retry_15_aHintLongerThanTheLongestStopsAtOnce() throws IOException {
        Retry retry = retry().longestHint(Duration.ofSeconds(40)).build();
        busyOnce(retry, null, Duration.ofSeconds(40));

        Throwable thrown = catchThrowable(
                () -> busyOnce(retry, null, Duration.ofSeconds(40).plusNanos(1)));

        assertThat(thrown).isExactlyInstanceOf(Busy.class);
        assertThat(reason(thrown)).isEqualTo(Reason.HINT);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void retry_15_theLongestHintIsTheCapOfTheBackoffByDefault() throws IOException {
        Retry retry = Retry.builder("default").time(time).build();

        busyOnce(retry, null, Duration.ofSeconds(30));
        Throwable thrown = catchThrowable(() -> busyOnce(retry, null, Duration.ofSeconds(31)));

        assertThat(reason(thrown)).isEqualTo(Reason.HINT);
    }

    @Test
    void retry_15_aHintLongerThanTheDeadlineLeavesStopsAtOnce() {
        Throwable thrown = catchThrowable(() -> Deadline.after(Duration.ofSeconds(20), time)
                .bind(() -> busyOnce(retry().build(), null, Duration.ofSeconds(21))));

        assertThat(reason(thrown)).isEqualTo(Reason.HINT);
        assertThat(elapsed()).isZero();
    }

    @Test
    void retry_15_malformedHintsAreIgnored() throws IOException {
        busyOnce(retry().build(), null, Duration.ofSeconds(-5));
        busyOnce(retry().build(), null, Duration.ofSeconds(Long.MIN_VALUE));
        busyOnce(retry().build(), null, null);
        busyOnce(
                retry().build(),
                new RetryableException("broken hint") {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public Duration retryAfter() {
                        throw new IllegalStateException("no hint today");
                    }
                },
                null);

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void retry_15_aHugeHintStopsAtOnce() {
        Throwable thrown = catchThrowable(() -> busyOnce(retry().build(), null, Duration.ofSeconds(Long.MAX_VALUE)));

        assertThat(reason(thrown)).isEqualTo(Reason.HINT);
    }

    @Test
    void retry_15_retryableExceptionCarriesAHint() throws IOException {
        RetryableException failure = new RetryableException("busy", null, Duration.ofSeconds(9));

        busyOnce(retry().build(), failure, null);

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void retry_15_theLastAttemptIsExhaustedWhateverItsHint() {
        Throwable thrown = catchThrowable(() -> busyOnce(retry().maxAttempts(1).build(), null, Duration.ofDays(1)));

        assertThat(reason(thrown)).isEqualTo(Reason.EXHAUSTED);
    }

    @Test
    void retry_9_deadlineExceededOnEntryIsUnchecked() {
        assertThatExceptionOfType(DeadlineExceededException.class)
                .isThrownBy(() -> Deadline.after(Duration.ZERO, time)
                        .bind(() -> retry().build().call(() -> "never")));
    }
}
