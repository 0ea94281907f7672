package dev.reliability.mutex;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.Event;
import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule MUTEX-10. */
class LongHoldTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.manual().startingAt(Long.MAX_VALUE - 100_000_000); // wraps
    private final List<Event> told = new CopyOnWriteArrayList<>();
    private final TimedMutex mutex = TimedMutex.builder("drain", Duration.ofMillis(200))
            .time(time)
            .executor(Runnable::run)
            .reportHolds(LIMIT, told::add)
            .build();

    private void awaitTold(int events) {
        await().atMost(SOON).until(() -> told.size() == events);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(mutex.isHeld()).isFalse();
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void mutex_10_aLongHold_isReportedOnceAndNotStolen() throws Exception {
        Hold hold = mutex.acquire();
        time.advance(Duration.ofMillis(999));
        assertThat(told).isEmpty();
        time.advance(Duration.ofHours(1));
        awaitTold(1);
        assertThat(told.get(0)).isInstanceOfSatisfying(MutexEvent.HeldLong.class, event -> {
            assertThat(event.policy()).isEqualTo("drain");
            assertThat(event.holder()).isEqualTo(Thread.currentThread().getName());
            assertThat(event.heldFor()).isGreaterThanOrEqualTo(LIMIT);
        });
        assertThat(mutex.isHeld()).isTrue();
        assertThat(mutex.tryAcquire()).isNull();
        hold.close();
        assertThat(told).hasSize(1);
    }

    @Test
    void mutex_10_aLongHoldOfAnAsyncAcquire_isReportedWithWhoAsked() throws Exception {
        Hold first = mutex.acquire();
        CompletableFuture<Hold> second = mutex.acquireAsync();
        Thread closer = new Thread(first::close, "closer");
        closer.start();
        closer.join();
        assertThat(mutex.snapshot().holder()).isEqualTo(Thread.currentThread().getName());
        time.advance(Duration.ofHours(1));
        awaitTold(1);
        assertThat(told.get(0))
                .isInstanceOfSatisfying(
                        MutexEvent.HeldLong.class,
                        event -> assertThat(event.holder())
                                .isEqualTo(Thread.currentThread().getName()));
        second.join().close();
    }

    @Test
    void mutex_9_aThreadWithoutAName_isCalledByItsNumber() throws Exception {
        CompletableFuture<Hold> held = new CompletableFuture<>();
        Thread nameless = new Thread(() -> held.complete(mutex.tryAcquire()), "");
        nameless.start();
        nameless.join();
        String number = "#" + nameless.getId();
        assertThat(mutex.snapshot().holder()).isEqualTo(number);
        assertThat(catchThrowable(() -> mutex.acquire(Duration.ZERO))).hasMessageContaining("\"" + number + "\"");
        time.advance(Duration.ofHours(1));
        awaitTold(1);
        assertThat(told.get(0))
                .isInstanceOfSatisfying(
                        MutexEvent.HeldLong.class,
                        event -> assertThat(event.holder()).isEqualTo(number));
        held.join().close();
    }

    @Test
    void mutex_10_aHoldThatEndsInTime_isNotReported() throws Exception {
        mutex.acquire().close();
        mutex.run(() -> assertThat(time.pendingAlarms()).isEqualTo(1));
        mutex.tryAcquire().close();
        assertThat(time.pendingAlarms()).isZero();
        time.advance(Duration.ofHours(1));
        assertThat(told).isEmpty();
    }

    @Test
    void mutex_10_callsAndAcquiresWithoutThread_areWatchedToo() throws Exception {
        mutex.run(() -> time.advance(LIMIT));
        awaitTold(1);
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> call = mutex.callAsync(() -> work);
        time.advance(LIMIT);
        awaitTold(2);
        work.complete("value");
        assertThat(call).isDone();

        Hold first = mutex.acquire();
        CompletableFuture<Hold> second = mutex.acquireAsync(Duration.ofHours(1));
        first.close();
        time.advance(LIMIT);
        awaitTold(3);
        second.get().close();
    }

    @Test
    void mutex_10_aListenerThatThrows_changesNothing() throws Exception {
        TimedMutex throwing = TimedMutex.builder("throws", Duration.ofMillis(200))
                .time(time)
                .reportHolds(LIMIT, event -> {
                    told.add(event);
                    Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
                    throw new IllegalStateException("planted");
                })
                .build();
        Hold hold = throwing.acquire();
        time.advance(LIMIT);
        awaitTold(1);
        hold.close();
        assertThat(throwing.isHeld()).isFalse();
    }

    @Test
    void build_aLimitThatIsNotPositive_isRefused() {
        assertThatThrownBy(() -> TimedMutex.builder("bad", LIMIT)
                        .reportHolds(Duration.ZERO, told::add)
                        .build())
                .hasMessage("limit of reported holds must be positive, but was PT0S");
    }
}
