package dev.reliability.retry;

import static dev.reliability.RealTime.SOON;
import static dev.reliability.retry.Script.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.retry.RetryReport.Reason;
import dev.reliability.testkit.time.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a failure carries: RETRY-3, 17. */
class RetryReportTest {
    private final VirtualTime time = VirtualTime.autoAdvancing();

    private Retry.Builder retry() {
        return Retry.builder("test").time(time).backoff(Backoff.constant(Duration.ofSeconds(1)));
    }

    private static final class Bare extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Bare() {
            super("suppression is disabled", null, false, false);
        }
    }

    @Test
    void retry_3_theReportTellsReasonAttemptsElapsedAndFailures() {
        Script script = new Script().failing(100);

        Throwable thrown = catchThrowable(() -> retry().build().call(script));

        RetryReport report = RetryReport.of(thrown);
        assertThat(report.policy()).isEqualTo("test");
        assertThat(report.reason()).isEqualTo(Reason.EXHAUSTED);
        assertThat(report.attempts()).isEqualTo(4);
        assertThat(report.elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(report.failures()).isEqualTo(script.thrown);
        assertThat(report.decisionFailure()).isNull();
        assertThat(report).hasMessage("retry \"test\" ended after 4 attempts, 3 s from the first failure: EXHAUSTED");
        assertThat(report.getStackTrace()).isEmpty();
    }

    @Test
    void retry_3_theReportKeepsTheFirstAndTheLastEightFailures() {
        for (int attempts : new int[] {8, 9, 10, 30}) {
            Script script = new Script().failing(100);

            Throwable thrown =
                    catchThrowable(() -> retry().maxAttempts(attempts).build().call(script));

            List<Throwable> expected = new ArrayList<>(script.thrown.subList(Math.max(0, attempts - 8), attempts));
            if (attempts > 8) {
                expected.add(0, script.thrown.get(0));
            }
            assertThat(RetryReport.of(thrown).failures()).isEqualTo(expected);
            assertThat(RetryReport.of(thrown).attempts()).isEqualTo(attempts);
        }
    }

    @Test
    void retry_3_oneInstanceThrownByManyCallsCarriesOneReport() {
        Retry retry = retry().backoff(Backoff.none()).maxAttempts(2).build();
        IllegalStateException shared = new IllegalStateException("shared");

        for (int i = 0; i < 100_000; i++) {
            try {
                retry.call(() -> {
                    throw shared;
                });
            } catch (IllegalStateException expected) {
                assertSame(expected, shared);
            }
        }

        assertThat(shared.getSuppressed()).singleElement().isInstanceOf(RetryReport.class);
    }

    /** Without the cost of an assertion object, 100,000 times. */
    private static void assertSame(Object actual, Object expected) {
        if (actual != expected) {
            throw new AssertionError(actual + " is not " + expected);
        }
    }

    @Test
    void retry_3_oneInstanceThrownByManyThreadsCarriesOneReport() throws Exception {
        int threads = 8;
        Retry retry =
                Retry.builder("race").backoff(Backoff.none()).maxAttempts(2).build();
        for (int round = 0; round < 2_000 / threads; round++) {
            IllegalStateException shared = new IllegalStateException("shared");
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread caller = new Thread(() -> fails(() -> {
                    start.await(SOON.toSeconds(), TimeUnit.SECONDS);
                    retry.call(() -> {
                        throw shared;
                    });
                }));
                callers.add(caller);
                caller.start();
            }
            for (Thread caller : callers) {
                caller.join(10_000);
            }

            assertThat(shared.getSuppressed()).singleElement().isInstanceOf(RetryReport.class);
        }
    }

    @Test
    void retry_3_nestedRetriesAttachOneReport() {
        Script script = new Script().failing(100);

        Throwable thrown =
                catchThrowable(() -> retry().build().around(retry().build()).call(script));

        assertThat(thrown.getSuppressed()).hasSize(1);
    }

    @Test
    void retry_3_whatTheTaskSuppressedStays() {
        IOException failure = new IOException("with a suppressed one");
        IOException other = new IOException("on close");
        failure.addSuppressed(other);

        fails(() -> retry().build().call(() -> {
            throw failure;
        }));

        assertThat(failure.getSuppressed()).hasSize(2).startsWith(other);
        assertThat(RetryReport.of(failure)).isNotNull();
    }

    @Test
    void retry_3_aFailureThatDisablesSuppressionIsThrownWithoutReport() {
        Bare bare = new Bare();

        Throwable thrown = catchThrowable(() -> retry().build().call(() -> {
            throw bare;
        }));

        assertThat(thrown).isSameAs(bare);
        assertThat(RetryReport.of(bare)).isNull();
    }

    @Test
    void notRetryableAtOnce_getsNoReport() {
        NonRetryableException failure = new NonRetryableException("no");

        fails(() -> retry().build().call(() -> {
            throw failure;
        }));

        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void notRetryableLater_isReported() {
        Script script = new Script().failing(100);

        Throwable thrown = catchThrowable(() -> retry().retryIf(failure -> !"failure 2".equals(failure.getMessage()))
                .build()
                .call(script));

        assertThat(thrown).isSameAs(script.thrown.get(1));
        assertThat(RetryReport.of(thrown).reason()).isEqualTo(Reason.NOT_RETRYABLE);
        assertThat(RetryReport.of(thrown).attempts()).isEqualTo(2);
    }

    @Test
    void rejectedResults_countAsAttemptsButNotAsFailures() {
        Script script = new Script();
        IOException last = new IOException("last");

        fails(() -> retry().retryOnResult(result -> true).build().call(() -> {
            String result = script.call();
            if (script.runs == 4) {
                throw last;
            }
            return result;
        }));

        assertThat(RetryReport.of(last).attempts()).isEqualTo(4);
        assertThat(RetryReport.of(last).failures()).containsExactly(last);
    }

    @Test
    void retry_17_aThrowingPredicateEndsWithTheTasksFailureAndIsNamed() {
        IllegalStateException broken = new IllegalStateException("predicate");
        Script script = new Script().failing(100);
        List<Throwable> told = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> told.add(failure));

        Throwable thrown = catchThrowable(() -> retry().retryIf(failure -> {
                    throw broken;
                })
                .build()
                .call(script));
        Thread.currentThread().setUncaughtExceptionHandler(null);

        assertThat(thrown).isSameAs(script.thrown.get(0));
        assertThat(script.runs).isEqualTo(1);
        assertThat(RetryReport.of(thrown).reason()).isEqualTo(Reason.NOT_RETRYABLE);
        assertThat(RetryReport.of(thrown).decisionFailure()).isSameAs(broken);
        assertThat(told).as("the report names it: nobody else is told").isEmpty();
        assertThat(RetryReport.of(thrown))
                .hasMessage("retry \"test\" ended after 1 attempt, 0 ns from the first failure: NOT_RETRYABLE"
                        + " since the decision failed with java.lang.IllegalStateException");
    }

    @Test
    void retry_17_aThrowingBackoffFunctionEndsWithTheTasksFailureAndIsNamed() {
        StackOverflowError broken = new StackOverflowError("backoff");
        Script script = new Script().failing(100);
        Backoff backoff = Backoff.custom(
                attempt -> {
                    if (attempt == 3) {
                        throw broken;
                    }
                    return Duration.ZERO;
                },
                Duration.ZERO);

        Throwable thrown = catchThrowable(() -> retry().backoff(backoff).build().call(script));

        assertThat(thrown).isSameAs(script.thrown.get(2));
        assertThat(RetryReport.of(thrown).decisionFailure()).isSameAs(broken);
    }

    @Test
    void retry_17_aMalformedDelayEndsWithTheTasksFailureAndIsNamed() {
        for (Duration malformed : new Duration[] {null, Duration.ofSeconds(-1)}) {
            Script script = new Script().failing(100);
            Backoff backoff = Backoff.custom(attempt -> malformed, Duration.ofSeconds(1));

            Throwable thrown =
                    catchThrowable(() -> retry().backoff(backoff).build().call(script));

            assertThat(thrown).isSameAs(script.thrown.get(0));
            assertThat(RetryReport.of(thrown).decisionFailure()).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void retry_17_aThrowingResultPredicateEndsWithTheResultAndGoesToTheUncaughtHandler() throws Exception {
        IllegalStateException broken = new IllegalStateException("predicate");
        List<Object> seen = caughtByHandlerWhile(() -> assertThat(retry().retryOnResult(result -> {
                            throw broken;
                        })
                        .build()
                        .<Integer, RuntimeException>call(() -> 5))
                .isEqualTo(5));

        assertThat(seen).containsExactly(broken);
    }

    @Test
    void retry_17_aThrowingBackoffFunctionAfterAResultGoesToTheUncaughtHandler() throws Exception {
        IllegalStateException broken = new IllegalStateException("backoff");
        Backoff backoff = Backoff.custom(
                attempt -> {
                    throw broken;
                },
                Duration.ZERO);
        List<Object> seen = caughtByHandlerWhile(() -> assertThat(retry().backoff(backoff)
                        .retryOnResult(result -> true)
                        .build()
                        .<Integer, RuntimeException>call(() -> 5))
                .isEqualTo(5));

        assertThat(seen).containsExactly(broken);
    }

    @Test
    void retry_17_whatNoReportCanNameGoesToTheUncaughtHandler() throws Exception {
        IllegalStateException broken = new IllegalStateException("predicate");
        List<Object> seen = caughtByHandlerWhile(() -> fails(() -> retry().retryIf(failure -> {
                    throw broken;
                })
                .build()
                .call(() -> {
                    throw new Bare();
                })));

        assertThat(seen).containsExactly(broken);
    }

    private List<Object> caughtByHandlerWhile(Runnable work) throws InterruptedException {
        List<Object> seen = new ArrayList<>();
        Thread thread = new Thread(work, "caller");
        thread.setUncaughtExceptionHandler((where, failure) -> seen.add(failure));
        thread.start();
        thread.join(10_000);
        return seen;
    }

    @Test
    void serialized_theFailureIsAsSerializableAsBefore() throws Exception {
        class Unserializable extends IOException {
            private static final long serialVersionUID = 1L;

            @SuppressWarnings({"serial", "unused"}) // that it cannot be serialized is the point
            private final Object field = new Object();
        }
        IOException last = new IOException("last");
        int[] runs = {0};
        fails(() -> retry().maxAttempts(2).build().call(() -> {
            throw runs[0]++ == 0 ? new Unserializable() : last;
        }));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(last);
        }

        Throwable copy;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            copy = (Throwable) in.readObject();
        }

        assertThat(RetryReport.of(last).failures()).hasSize(2);
        assertThat(RetryReport.of(copy).failures()).isEmpty();
        assertThat(RetryReport.of(copy).reason()).isEqualTo(Reason.EXHAUSTED);
    }
}
