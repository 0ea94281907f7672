package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import dev.reliability.base.Events;
import dev.reliability.base.Flight;
import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.Retry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What policies tell stands in a flight recording, also where nobody listens. */
class FlightRecordingTest {
    @TempDir
    Path directory;

    private List<RecordedEvent> recorded(String name, Duration threshold, Action<Exception> work) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(name).withThreshold(threshold);
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .toList();
        Files.delete(file);
        return events;
    }

    @Test
    void event_1_eventsOfPoliciesThatNobodyListensTo_areRecorded() throws Exception {
        IOException failure = new IOException("a secret");
        List<RecordedEvent> events = recorded("dev.reliability.Event", Duration.ZERO, () -> {
            Retry retry = Retry.builder("fetch")
                    .maxAttempts(2)
                    .backoff(Backoff.none())
                    .build();
            CircuitBreaker breaker =
                    CircuitBreaker.builder("provider").consecutiveFailures(2).build();
            assertThat(catchThrowable(() -> retry.around(breaker).run(() -> {
                        throw failure;
                    })))
                    .isSameAs(failure);
            breaker.reset();
            assertThat(catchThrowable(() -> {
                        try (var scope = Cleanup.scope()) {
                            scope.defer(() -> {
                                throw failure;
                            });
                        }
                    }))
                    .hasCause(failure);
        });
        assertThat(events)
                .extracting(event -> event.getString("policy") + " " + event.getString("kind"))
                .containsExactly("fetch Scheduled", "provider Opened", "provider WasReset", "cleanup ActionFailed");
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getString("text")).doesNotContain("secret");
            assertThat(event.getStackTrace()).isNull();
        });
    }

    @Test
    void event_1_aListenerAndARecording_bothHearEachEventOnce() throws Exception {
        List<Event> heard = new java.util.ArrayList<>();
        List<RecordedEvent> events = recorded("dev.reliability.Event", Duration.ZERO, () -> {
            CircuitBreaker breaker =
                    CircuitBreaker.builder("provider").listener(heard::add).build();
            breaker.isolate();
            breaker.endOverride();
        });
        assertThat(heard).hasSize(2);
        assertThat(events).extracting(event -> event.getString("kind")).containsExactly("Overridden", "OverrideEnded");
    }

    @Test
    void waitsAreRecorded_fromTheThresholdOn() throws Exception {
        TimedMutex mutex = TimedMutex.of("drain", Duration.ofMillis(20));
        Action<Exception> contended = () -> {
            Hold hold = mutex.acquire();
            assertThat(catchThrowable(() -> mutex.acquire())).isNotNull();
            hold.close();
            mutex.run(() -> {});
        };
        List<RecordedEvent> events = recorded("dev.reliability.Wait", Duration.ofMillis(10), contended);
        assertThat(events).hasSize(1);
        assertThat(events.get(0).getString("concept")).isEqualTo("mutex");
        assertThat(events.get(0).getString("policy")).isEqualTo("drain");
        assertThat(events.get(0).getBoolean("served")).isFalse();
        assertThat(events.get(0).getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
        assertThat(recorded("dev.reliability.Wait", Duration.ofMinutes(1), contended))
                .isEmpty();
    }

    private static void limitersThatRefuseAndMakeWait() throws Exception {
        Duration patience = Duration.ofMillis(20);
        ConcurrencyLimiter pool = ConcurrencyLimiter.of("pool", 1);
        ConcurrencyLimiter.Permit permit = pool.acquire();
        assertThat(catchThrowable(() -> pool.acquire(patience))).isNotNull();
        assertThat(pool.acquireAsync(patience)).failsWithin(Duration.ofSeconds(10));
        CompletableFuture<ConcurrencyLimiter.Permit> next = pool.acquireAsync(Duration.ofSeconds(10));
        permit.close();
        next.join().close();
        RateLimiter api = RateLimiter.of("api", 1, Duration.ofMillis(300));
        api.acquire();
        api.acquire();
    }

    @Test
    void event_1_whatLimitersTell_isRecordedWhereNobodyListens() throws Exception {
        List<RecordedEvent> events =
                recorded("dev.reliability.Event", Duration.ZERO, FlightRecordingTest::limitersThatRefuseAndMakeWait);
        assertThat(events)
                .extracting(event -> event.getString("policy") + " " + event.getString("kind"))
                .containsExactlyInAnyOrder("pool Refused", "pool Refused", "pool Waited", "api Waited");
    }

    @Test
    void waitsForLimiters_areRecorded_withAndWithoutAThread() throws Exception {
        List<RecordedEvent> events =
                recorded("dev.reliability.Wait", Duration.ZERO, FlightRecordingTest::limitersThatRefuseAndMakeWait);
        assertThat(events)
                .extracting(event ->
                        event.getString("concept") + " " + event.getString("policy") + " " + event.getBoolean("served"))
                .containsExactlyInAnyOrder(
                        "limiter pool false", "limiter pool false", "limiter pool true", "limiter api true");
    }

    @Test
    void waitsForAMutexWithoutAThread_areRecorded() throws Exception {
        TimedMutex mutex = TimedMutex.of("drain", Duration.ofMillis(20));
        List<RecordedEvent> events = recorded("dev.reliability.Wait", Duration.ofMillis(10), () -> {
            Hold hold = mutex.acquire();
            assertThat(mutex.acquireAsync()).failsWithin(Duration.ofSeconds(10));
            hold.close();
        });
        assertThat(events)
                .extracting(event -> event.getString("policy") + " " + event.getBoolean("served"))
                .containsExactly("drain false");
    }

    private static long allocatedBytes(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(me);
        for (int i = 0; i < 100_000; i++) {
            call.run();
        }
        return (threads.getThreadAllocatedBytes(me) - before) / 100_000;
    }

    @Test
    void event_3_nothingIsRecorded_nothingIsMade() throws Exception {
        assertThat(recorded("dev.reliability.Wait", Duration.ZERO, () -> {})).isEmpty();
        boolean[] heard = new boolean[1];
        Runnable ask = () -> heard[0] |= Events.isHeard(null) || Flight.beginWait() != null;
        assertThat(Events.isHeard(null)).isFalse();
        assertThat(Flight.beginWait()).isNull();
        allocatedBytes(ask);
        assertThat(allocatedBytes(ask)).as("bytes once there was a recording").isZero();
        assertThat(heard[0]).isFalse();
    }
}
