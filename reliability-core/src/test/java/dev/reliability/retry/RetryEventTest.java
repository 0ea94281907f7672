package dev.reliability.retry;

import static dev.reliability.retry.Script.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.Event;
import dev.reliability.retry.RetryEvent.Scheduled;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the listener hears: RETRY-24, the part of RETRY-17 that is about listeners, and EVENT-1, 2. */
class RetryEventTest {
    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final List<Event> heard = new ArrayList<>();

    private Retry.Builder retry() {
        return Retry.builder("test")
                .time(time)
                .backoff(Backoff.exponential(Duration.ofSeconds(1), 2, Duration.ofSeconds(30)))
                .listener(heard::add);
    }

    private static Scheduled scheduled(long attempt, Class<? extends Throwable> failure, long seconds) {
        return new Scheduled("test", attempt, failure, Duration.ofSeconds(seconds));
    }

    @Test
    void retry_24_eachRetryIsHeardOnceWithAttemptFailureAndDelay() {
        fails(() -> retry().build().call(new Script().failing(100)));

        assertThat(heard)
                .containsExactly(
                        scheduled(1, IOException.class, 1),
                        scheduled(2, IOException.class, 2),
                        scheduled(3, IOException.class, 4));
    }

    @Test
    void retry_24_itIsHeardBeforeTheWait() throws IOException {
        List<Duration> when = new ArrayList<>();

        retry().listener(event -> when.add(Duration.ofNanos(time.nanoTime())))
                .build()
                .call(new Script().failing(3));

        assertThat(when).containsExactly(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3));
    }

    @Test
    void retry_24_aRejectedResultHasNoFailure() throws IOException {
        retry().retryOnResult("result 1"::equals).build().call(new Script());

        assertThat(heard).containsExactly(scheduled(1, null, 1));
    }

    @Test
    void retry_24_theDelayIsTheHintWhereThatIsLonger() {
        int[] runs = {0};

        retry().build().run(() -> {
            if (runs[0]++ == 0) {
                throw new RetryableException("busy", null, Duration.ofSeconds(20));
            }
        });

        assertThat(heard).containsExactly(scheduled(1, RetryableException.class, 20));
    }

    @Test
    void retry_24_nothingIsHeardWhereNothingIsRetried() throws IOException {
        retry().build().call(new Script());
        fails(() -> retry().build().run(() -> {
            throw new NonRetryableException();
        }));
        fails(() -> retry().maxAttempts(1).build().call(new Script().failing(1)));
        fails(() -> Deadline.after(Duration.ofMillis(1), time)
                .bind(() -> retry().build().call(new Script().failing(1))));
        fails(() -> retry().build().run(() -> {
            throw new RetryableException("too long", null, Duration.ofDays(1));
        }));

        assertThat(heard).isEmpty();
    }

    @Test
    void retry_17_aThrowingListenerChangesNothing() throws Exception {
        List<Throwable> uncaught = new ArrayList<>();
        Script script = new Script().failing(2);
        List<Object> results = new ArrayList<>();
        Thread thread = time.spawn("caller", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((where, failure) -> uncaught.add(failure));
            assertThat(catchThrowable(() -> results.add(retry().listener(event -> {
                                throw new AssertionError("listener");
                            })
                            .build()
                            .call(script))))
                    .isNull();
        });
        thread.join(10_000);

        assertThat(results).containsExactly("result 3");
        assertThat(uncaught).hasSize(2).allMatch(AssertionError.class::isInstance);
    }

    @Test
    void event_1_aThrowingListenerOfARefusalChangesNothing() throws Exception {
        List<Throwable> uncaught = new ArrayList<>();
        Script script = new Script().failing(9);
        List<Throwable> thrown = new ArrayList<>();
        RetryBudget empty =
                RetryBudget.builder().ratio(0).minPerSecond(0).max(1).build();
        empty.tryTake(time);
        Thread thread = time.spawn("caller", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((where, failure) -> uncaught.add(failure));
            thrown.add(catchThrowable(() -> retry().budget(empty)
                    .listener(event -> {
                        throw new AssertionError("listener");
                    })
                    .build()
                    .call(script)));
        });
        thread.join(10_000);

        assertThat(thrown).containsExactly(script.thrown.get(0));
        assertThat(uncaught).singleElement().isInstanceOf(AssertionError.class);
    }

    /** Values whose text comes from outside would show data of a call: there are none of such a type. */
    @Test
    void event_2_eventsCarryNamesNumbersTypesAndTimesOnly() {
        for (Class<?> event : RetryEvent.class.getPermittedSubclasses()) {
            assertThat(event.getRecordComponents())
                    .as("%s", event)
                    .allMatch(part -> part.getType() == long.class
                            || part.getType() == Class.class
                            || part.getType() == Duration.class
                            || (part.getType() == String.class && part.getName().equals("policy")));
        }
    }

    @Test
    void event_1_aListenerThatCallsBackWorks() throws IOException {
        Retry inner = Retry.builder("inner").time(time).build();
        List<Object> results = new ArrayList<>();
        Retry retry = retry().listener(event -> results.add(inner.call(() -> "inside")))
                .build();

        assertThat(retry.call(new Script().failing(1))).isEqualTo("result 2");
        assertThat(results).containsExactly("inside");
    }
}
