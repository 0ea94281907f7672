package dev.reliability.limit;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reliability.Event;
import dev.reliability.EventListener;
import dev.reliability.limit.ConcurrencyLimiter.Permit;
import dev.reliability.mutex.ScriptedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LimitEventTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ScriptedTime time = new ScriptedTime();
    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

    private RateLimiter rate(EventListener listener) {
        return RateLimiter.builder("rate", 1, SECOND)
                .time(time)
                .listener(listener)
                .build();
    }

    private ConcurrencyLimiter concurrency(EventListener listener) {
        return ConcurrencyLimiter.builder("slots", 1)
                .maxWait(SECOND)
                .time(time)
                .listener(listener)
                .build();
    }

    @Test
    void event_2_aRateLimiterTellsRefusalsAndWaits() throws Exception {
        RateLimiter limiter = rate(events::add);
        limiter.acquire();
        assertThat(events).isEmpty();

        assertThat(limiter.tryAcquire()).isFalse();
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> limiter.acquire(Duration.ZERO));
        CompletableFuture<?> waiter = time.fork("waiter", () -> limiter.call(() -> "value"));
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(SECOND);
        assertThat(waiter).succeedsWithin(SOON);

        assertThat(events)
                .containsExactly(
                        new LimitEvent.Refused("rate", Duration.ZERO, SECOND),
                        new LimitEvent.Refused("rate", Duration.ZERO, SECOND),
                        new LimitEvent.Waited("rate", SECOND));
    }

    @Test
    void event_2_aConcurrencyLimiterTellsRefusalsAndWaits() throws Exception {
        ConcurrencyLimiter limiter = concurrency(events::add);
        Permit permit = limiter.acquire();
        assertThat(limiter.tryAcquire()).isNull();
        CompletableFuture<Permit> refused = time.fork("refused", limiter::acquire);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(SECOND);
        assertThat(refused).failsWithin(SOON);
        CompletableFuture<Permit> waiter = time.fork("waiter", limiter::acquire);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(SECOND.dividedBy(2));
        permit.close();
        assertThat(waiter).succeedsWithin(SOON).satisfies(Permit::close);

        assertThat(events)
                .containsExactly(
                        new LimitEvent.Refused("slots", Duration.ZERO, null),
                        new LimitEvent.Refused("slots", SECOND, null),
                        new LimitEvent.Waited("slots", SECOND.dividedBy(2)));
    }

    @Test
    void event_1_aListenerThatThrowsOrCallsBackChangesNothing() throws Exception {
        List<Throwable> reported = Collections.synchronizedList(new ArrayList<>());
        List<ConcurrencyLimiter> self = new ArrayList<>();
        ConcurrencyLimiter limiter = concurrency(event -> {
            events.add(event);
            if (events.size() < 3) {
                assertThat(self.get(0).tryAcquire()).isNull();
            }
            throw new AssertionError("listener");
        });
        self.add(limiter);
        Permit permit = limiter.acquire();
        CompletableFuture<Boolean> waiter = time.fork("waiter", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> reported.add(failure));
            try (Permit held = limiter.acquire()) {
                return held != null;
            }
        });
        time.virtual.awaitParked(1, SOON);
        permit.close();

        assertThat(waiter).succeedsWithin(SOON).isEqualTo(true);
        assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
        assertThat(events).hasSize(3);
        assertThat(reported).hasSize(3);
    }
}
