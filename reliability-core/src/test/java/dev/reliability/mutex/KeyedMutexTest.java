package dev.reliability.mutex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule MUTEX-15. */
class KeyedMutexTest {
    private static final Duration WAIT = Duration.ofMillis(200);

    private final VirtualTime time = VirtualTime.manual().startingAt(Long.MAX_VALUE - 100_000_000); // wraps
    private final KeyedMutex<String> drain =
            TimedMutex.builder("drain", WAIT).time(time).executor(Runnable::run).buildKeyed();

    @AfterEach
    void nothingIsKept() {
        assertThat(drain.keptKeys()).isZero();
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void mutex_15_keysDoNotBlockOneAnother_andOneKeyExcludesItself() throws Exception {
        Hold orders = drain.acquire("orders");
        Hold users = drain.acquire("users");
        assertThat(drain.keptKeys()).isEqualTo(2);
        assertThat(drain.tryAcquire("orders")).isNull();
        assertThat(drain.snapshot("orders").held()).isTrue();
        assertThatThrownBy(() -> drain.acquire("orders", Duration.ZERO))
                .isInstanceOf(MutexTimeoutException.class)
                .hasMessageStartingWith("mutex \"drain[orders]\" not acquired at once: held by this very thread");
        assertThatThrownBy(() -> drain.acquire("orders", Deadline.after(Duration.ZERO, time)))
                .isInstanceOf(MutexTimeoutException.class);
        users.close();
        assertThat(drain.keptKeys()).isEqualTo(1);
        users.close();
        orders.close();
        assertThat(drain.snapshot("orders").held()).isFalse();
        assertThat(drain).hasToString("KeyedMutex[\"drain\", 0 kept]");
    }

    @Test
    void mutex_15_aKeyWithoutHolderAndWaiter_keepsNoMemory() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            String key = "key" + i;
            drain.run(key, () -> {});
            drain.acquire(key).close();
            Hold tried = drain.tryAcquire(key);
            tried.close();
            drain.acquireAsync(key, WAIT).get().close();
            assertThat(drain.policy(key).callAsync(() -> CompletableFuture.completedFuture(key)))
                    .isDone();
        }
        IOException failure = new IOException("planted");
        assertThatThrownBy(() -> drain.run("fails", () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void mutex_15_aMutexIsKept_asLongAsSomebodyWaits() throws Exception {
        Hold first = drain.acquire("orders");
        CompletableFuture<Hold> second = drain.acquireAsync("orders", WAIT);
        CompletableFuture<Hold> gone = drain.acquireAsync("orders", WAIT);
        CompletableFuture<Hold> late = drain.acquireAsync("orders", Duration.ofMillis(1));
        gone.cancel(false);
        time.advance(Duration.ofMillis(1));
        assertThat(late).isCompletedExceptionally();
        first.close();
        assertThat(drain.keptKeys()).isEqualTo(1);
        assertThat(drain.tryAcquire("orders")).isNull();
        second.get().close();
        assertThat(drain.keptKeys()).isZero();
    }

    @Test
    void mutex_15_asynchronousCalls_holdUntilTheirStageHasEnded() throws Exception {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> call = drain.policy("orders").callAsync(work::minimalCompletionStage);
        CompletableFuture<String> waiting =
                drain.policy("orders").callAsync(() -> CompletableFuture.completedFuture("next"));
        call.cancel(true);
        assertThat(drain.keptKeys()).isEqualTo(1);
        assertThat(waiting).isNotDone();
        work.complete("at last");
        assertThat(waiting).isCompletedWithValue("next");
        assertThat(drain.keptKeys()).isZero();
        assertThat(drain.policy("orders")).hasToString("TimedMutex[\"drain[orders]\"]");
        assertThat(drain.<String, RuntimeException>callInterruptibly("orders", () -> "value"))
                .isEqualTo("value");
    }

    @Test
    void mutex_15_aNullKey_isRefused() {
        assertThatThrownBy(() -> drain.acquire(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("key");
        assertThatThrownBy(() -> drain.policy(null)).hasMessage("key");
        assertThatThrownBy(() -> TimedMutex.builder("bad", WAIT)
                        .starvationLimit(Duration.ofNanos(-1))
                        .buildKeyed())
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Mutexes come and go under many threads: never are two of one key in use together. */
    @Test
    void mutex_15_manyThreadsOnFewKeys_oneHolderOfAKey() throws Exception {
        KeyedMutex<Integer> busy = KeyedMutex.of("busy", Duration.ofMinutes(1));
        int keys = 3;
        AtomicInteger[] inside = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        long[] counts = new long[keys]; // guarded by the mutex of the key
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        int rounds = 30_000;
        for (int t = 0; t < 4; t++) {
            int offset = t;
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        int key = (i + offset) % keys;
                        if (i % 5 == 0) {
                            busy.acquireAsync(key, Duration.ofMinutes(1))
                                    .thenAccept(hold -> {
                                        count(inside[key], counts, key);
                                        hold.close();
                                    })
                                    .get(60, TimeUnit.SECONDS);
                        } else {
                            busy.run(key, () -> count(inside[key], counts, key));
                        }
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(counts[0] + counts[1] + counts[2]).isEqualTo(4L * rounds);
        assertThat(busy.keptKeys()).isZero();
    }

    private static void count(AtomicInteger inside, long[] counts, int key) {
        if (inside.getAndIncrement() > 0) {
            throw new AssertionError("two inside");
        }
        counts[key]++;
        inside.decrementAndGet();
    }
}
