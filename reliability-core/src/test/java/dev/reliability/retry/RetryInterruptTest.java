package dev.reliability.retry;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.InterruptibleTask;
import dev.reliability.base.InterruptedWait;
import dev.reliability.retry.RetryReport.Reason;
import dev.reliability.testkit.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an interrupt does: RETRY-10, 11, 12. */
class RetryInterruptTest {
    private final VirtualTime time = VirtualTime.manual();
    private final Retry retry = retry(time);
    private final Retry unwatched = retry(VirtualTime.autoAdvancing()); // waits for nobody
    private final AtomicInteger runs = new AtomicInteger();

    private static Retry retry(VirtualTime time) {
        return Retry.builder("test")
                .time(time)
                .backoff(Backoff.constant(Duration.ofHours(1)))
                .retryOnResult("rejected"::equals)
                .retryOn(Exception.class, InterruptedException.class, CancellationException.class)
                .build();
    }

    @AfterEach
    void clearFlag() {
        Thread.interrupted();
    }

    /** What a call ended with on its thread, and whether that thread's flag was set. */
    private record End(Object value, Throwable failure, boolean flag) {}

    /** Runs the call on a thread that is interrupted in its backoff. */
    private End interruptedInBackoff(InterruptibleTask<Object, IOException> task) throws Exception {
        CompletableFuture<End> end = new CompletableFuture<>();
        Thread thread = time.spawn("caller", () -> {
            Object[] value = {null};
            Throwable failure = catchThrowable(() -> value[0] = retry.callInterruptibly(task));
            end.complete(new End(value[0], failure, Thread.currentThread().isInterrupted()));
        });
        time.awaitParked(1, SOON);
        thread.interrupt();
        return end.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void retry_10_interruptInBackoffThrowsTheLastFailureWithTheFlagSet() throws Exception {
        IOException last = new IOException("last");

        End end = interruptedInBackoff(() -> {
            runs.incrementAndGet();
            throw last;
        });

        assertThat(end.failure()).isSameAs(last);
        assertThat(end.flag()).isTrue();
        assertThat(runs).hasValue(1);
        assertThat(time.nanoTime()).isZero();
        assertThat(RetryReport.of(last).reason()).isEqualTo(Reason.INTERRUPTED);
    }

    @Test
    void retry_10_interruptInBackoffAfterARejectedResultReturnsItWithTheFlagSet() throws Exception {
        End end = interruptedInBackoff(() -> {
            runs.incrementAndGet();
            return "rejected";
        });

        assertThat(end.value()).isEqualTo("rejected");
        assertThat(end.failure()).isNull();
        assertThat(end.flag()).isTrue();
        assertThat(runs).hasValue(1);
    }

    @Test
    void retry_10_aFlagSetBeforeTheBackoffStopsItEvenIfThereIsNothingToWait() {
        Retry eager = Retry.builder("eager").time(time).backoff(Backoff.none()).build();
        IOException last = new IOException("last");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> eager.call(() -> {
                    runs.incrementAndGet();
                    Thread.currentThread().interrupt();
                    throw last;
                }))
                .isSameAs(last);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(runs).hasValue(1);
    }

    @Test
    void retry_11_interruptedExceptionIsNeverRetriedAndTheFlagStaysAsTheTaskLeftIt() {
        for (boolean flag : new boolean[] {false, true}) {
            InterruptedException interrupt = new InterruptedException("task");

            Throwable thrown = catchThrowable(() -> unwatched.callInterruptibly(() -> {
                runs.incrementAndGet();
                if (flag) {
                    Thread.currentThread().interrupt();
                }
                throw interrupt;
            }));

            assertThat(thrown).isSameAs(interrupt);
            assertThat(Thread.interrupted()).isEqualTo(flag);
        }
        assertThat(runs).hasValue(2);
    }

    @Test
    void retry_11_cancellationIsNeverRetried() {
        CancellationException cancellation = new CancellationException("task");

        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> unwatched.call(() -> {
                    runs.incrementAndGet();
                    throw cancellation;
                }))
                .isSameAs(cancellation);

        assertThat(runs).hasValue(1);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void retry_11_anInterruptedWaitOfTheLibraryIsNotRetried() {
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> unwatched.callInterruptibly(() -> {
                    runs.incrementAndGet();
                    throw new InterruptedWait("mutex");
                }))
                .withMessage("mutex");

        assertThat(runs).hasValue(1);
    }

    @Test
    void retry_12_flagSetAndSuccess_theValueIsReturnedAndTheFlagStays() throws IOException {
        Thread.currentThread().interrupt();

        assertThat(unwatched.call(new Script())).isEqualTo("result 1");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void retry_12_flagSetByTheTaskItself() {
        Object value = unwatched.call(() -> {
            Thread.currentThread().interrupt();
            return "value";
        });

        assertThat(value).isEqualTo("value");
        assertThat(Thread.interrupted()).isTrue();
    }
}
