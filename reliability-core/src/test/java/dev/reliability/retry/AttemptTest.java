package dev.reliability.retry;

import static dev.reliability.RealTime.SOON;
import static dev.reliability.retry.Script.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.reliability.Policy;
import dev.reliability.Task;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Timeout;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a task sees of the retry around it: RETRY-21. */
class AttemptTest {
    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final List<Long> seen = new ArrayList<>();

    private Retry.Builder retry() {
        return Retry.builder("test").time(time).backoff(Backoff.constant(Duration.ofSeconds(1)));
    }

    /** Notes the number of each attempt, and fails as it says. */
    private Task<Long, IOException> noting(IntPredicate failing) {
        return () -> {
            seen.add(Attempt.current().number());
            if (failing.test(seen.size())) {
                throw new IOException("failure " + seen.size());
            }
            return Attempt.current().number();
        };
    }

    private static void isOutside() {
        assertThat(Attempt.bound()).isNull();
        assertThat(Attempt.current().number()).isEqualTo(1);
        assertThat(Attempt.current().failures()).isEmpty();
    }

    @AfterEach
    void nothingStaysOnTheThread() {
        isOutside();
    }

    @Test
    void retry_21_eachAttemptHasItsNumber() throws IOException {
        assertThat(retry().build().call(noting(run -> run < 4))).isEqualTo(4);

        assertThat(seen).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void retry_21_theTaskSeesWhatFailedBefore() throws IOException {
        Script script = new Script().failing(3);
        List<List<Throwable>> failures = new ArrayList<>();

        retry().build().call(() -> {
            failures.add(Attempt.current().failures());
            return script.call();
        });

        assertThat(failures).hasSize(4);
        for (int before = 0; before < 4; before++) {
            assertThat(failures.get(before)).isEqualTo(script.thrown.subList(0, before));
        }
    }

    @Test
    void retry_21_itKeepsTheFirstAndTheLastEightFailures() throws IOException {
        Script script = new Script().failing(20);
        List<Throwable> last = new ArrayList<>();

        retry().unlimitedAttempts().build().call(() -> {
            last.clear();
            last.addAll(Attempt.current().failures());
            return script.call();
        });

        List<Throwable> expected = new ArrayList<>(script.thrown.subList(12, 20));
        expected.add(0, script.thrown.get(0));
        assertThat(last).isEqualTo(expected);
    }

    @Test
    void retry_21_rejectedResultsCountAsAttemptsButNotAsFailures() throws IOException {
        retry().retryOnResult(result -> seen.size() < 3).build().call(noting(run -> {
            assertThat(Attempt.current().failures()).isEmpty();
            return false;
        }));

        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void retry_21_insideAComposition() throws IOException {
        Policy composed = Timeout.of(Duration.ofHours(1))
                .around(retry().build())
                .around(Timeout.of(Duration.ofMinutes(1)))
                .around(Timeout.of(Duration.ofMinutes(2)));

        composed.call(noting(run -> run < 3));

        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    /** The task runs on other threads than the retry. */
    @Test
    void retry_21_onTheThreadThatRunsTheTaskForTheCaller() throws IOException {
        Policy composed = retry().build()
                .around(Timeout.builder(Duration.ofHours(1))
                        .time(time)
                        .abandonOn(task -> time.spawn("body", task), 16)
                        .build());

        composed.call(noting(run -> run < 3));

        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void retry_21_anInnerRetryCountsForItself() throws IOException {
        List<String> numbers = new ArrayList<>();
        Retry inner = retry().maxAttempts(2).build();
        int[] runs = {0};

        retry().build().call(() -> {
            long outer = Attempt.current().number();
            try {
                inner.call(() -> {
                    numbers.add(outer + "." + Attempt.current().number() + " after "
                            + Attempt.current().failures().size());
                    if (++runs[0] < 6) {
                        throw new IOException();
                    }
                    return null;
                });
            } catch (IOException exhausted) {
                throw new IOException("another one", exhausted);
            } finally {
                assertThat(Attempt.current().number()).isEqualTo(outer);
                assertThat(Attempt.current().failures()).hasSize((int) outer - 1);
            }
            return null;
        });

        assertThat(numbers)
                .containsExactly(
                        "1.1 after 0", "1.2 after 1", "2.1 after 0", "2.2 after 1", "3.1 after 0", "3.2 after 1");
    }

    @Test
    void retry_21_aRetryInsideItselfCountsForItself() throws IOException {
        Retry retry = retry().build();
        int[] outerRuns = {0};

        retry.call(() -> {
            if (outerRuns[0]++ == 0) {
                throw new IOException();
            }
            assertThat(Attempt.current().number()).isEqualTo(2);
            retry.call(noting(run -> run < 3));
            assertThat(Attempt.current().number()).isEqualTo(2);
            return null;
        });

        assertThat(seen).containsExactly(1L, 2L, 3L);
    }

    @Test
    void retry_21_anInnerCallOfALaterAttempt_givesItsValue_asItsFirstAttempt() throws IOException {
        Retry inner = retry().build();
        List<Object> values = new ArrayList<>();

        retry().build().run(() -> {
            if (Attempt.current().number() == 1) {
                throw new IOException("failure 1");
            }
            values.add(inner.call(() -> Attempt.current().number()));
            values.add(inner.callAsync(() ->
                            CompletableFuture.completedFuture(Attempt.current().number()))
                    .join());
            values.add(Attempt.current().number());
        });

        assertThat(values).containsExactly(1L, 1L, 2L);
    }

    @Test
    void retry_21_betweenAttemptsNoneIsCurrent() throws IOException {
        Retry retry = retry().retryIf(failure -> {
                    isOutside();
                    return true;
                })
                .listener(event -> isOutside())
                .backoff(Backoff.custom(
                        attempt -> {
                            isOutside();
                            return Duration.ofSeconds(1);
                        },
                        Duration.ofMinutes(1)))
                .build();

        assertThat(retry.call(noting(run -> run < 3))).isEqualTo(3);
    }

    @Test
    void retry_21_nothingIsBoundAfterAnyEnd() {
        fails(() -> retry().build().call(new Script().failing(100)));
        isOutside();
        int[] runs = {0};
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> retry().build().run(() -> {
                    if (runs[0]++ > 0) {
                        throw new AssertionError();
                    }
                    throw new IllegalStateException();
                }));
    }

    /** A value that stays on a pooled thread would keep the classes of an application that is gone. */
    @Test
    void retry_21_theThreadKeepsNothingOfTheCall() throws IOException {
        WeakReference<Throwable> failure = callOnce();

        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return failure.get() == null;
        });
    }

    private WeakReference<Throwable> callOnce() throws IOException {
        Script script = new Script().failing(2);
        retry().build().call(script);
        return new WeakReference<>(script.thrown.get(0));
    }

    @Test
    void retry_21_threadsSeeTheirOwnAttempts() throws Exception {
        int threads = 8;
        Retry retry =
                Retry.builder("race").backoff(Backoff.none()).maxAttempts(3).build();
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Throwable> broken = new ArrayList<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            boolean failing = i % 2 == 0;
            Thread caller = new Thread(() -> {
                try {
                    start.await(SOON.toSeconds(), TimeUnit.SECONDS);
                    for (int round = 0; round < 5_000; round++) {
                        callAndCheck(retry, failing ? 2 : 0);
                    }
                } catch (Throwable failure) {
                    synchronized (broken) {
                        broken.add(failure);
                    }
                }
            });
            callers.add(caller);
            caller.start();
        }
        for (Thread caller : callers) {
            caller.join(60_000);
            assertThat(caller.isAlive()).isFalse();
        }

        assertThat(broken).isEmpty();
    }

    private static void callAndCheck(Retry retry, int failures) {
        int[] runs = {0};
        retry.run(() -> {
            if (Attempt.current().number() != ++runs[0]) {
                throw new AssertionError(Attempt.current() + " is not " + runs[0]);
            }
            if (runs[0] <= failures) {
                throw new IllegalStateException();
            }
        });
    }

    @Test
    void toString_tellsTheNumberAndHowManyFailuresItKnows() throws IOException {
        List<String> texts = new ArrayList<>();
        Script script = new Script().failing(2);

        retry().build().call(() -> {
            texts.add(Attempt.current().toString());
            return script.call();
        });

        assertThat(texts).containsExactly("Attempt[1, 0 failures]", "Attempt[2, 1 failure]", "Attempt[3, 2 failures]");
    }
}
