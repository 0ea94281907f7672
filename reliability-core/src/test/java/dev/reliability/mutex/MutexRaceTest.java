package dev.reliability.mutex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.time.TimeSource;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Real threads with waits below one millisecond and random interrupts. What is counted under the mutex, in plain fields,
 * must come out as it was counted outside. Half a second a test by default, or {@code -Dstress.seconds}.
 */
class MutexRaceTest {
    private static final long RUN_NANOS = Duration.ofMillis(
                    Math.round(1000 * Double.parseDouble(System.getProperty("stress.seconds", "0.5"))))
            .toNanos();
    private static final int WATCHDOG_SECONDS = 60;

    private final TimeSource time = TimeSource.system();

    // Guarded by the mutex that is tried.
    private long entered;
    private boolean inside;

    @Test
    void mutex_1_3_5_platformThreadsBarging() throws Exception {
        race(16, mutex(false), MutexRaceTest::platform);
    }

    @Test
    void mutex_1_3_5_platformThreadsFair() throws Exception {
        race(16, mutex(true), MutexRaceTest::platform);
    }

    @Test
    void mutex_13_sixtyFourPlatformThreadsBarging() throws Exception {
        race(64, mutex(false), MutexRaceTest::platform);
    }

    @Test
    void mutex_13_sixtyFourVirtualThreadsBarging() throws Exception {
        race(64, mutex(false), virtual());
    }

    @Test
    void mutex_13_sixtyFourVirtualThreadsFair() throws Exception {
        race(64, mutex(true), virtual());
    }

    @Test
    void mutex_12_aThousandPlatformThreadsWait() throws Exception {
        queueUp(1_000, MutexRaceTest::platform);
    }

    @Test
    void mutex_12_aHundredThousandVirtualThreadsWait() throws Exception {
        queueUp(100_000, virtual());
    }

    /** Holds are closed by three threads at once, late and often, while others are inside calls. */
    @Test
    void mutex_6_stormOfClosesFreesNobodyElsesHold() throws Exception {
        TimedMutex mutex = TimedMutex.builder("storm", Duration.ofSeconds(WATCHDOG_SECONDS))
                .starvationLimit(Duration.ofNanos(100_000))
                .build();
        AtomicInteger running = new AtomicInteger(1);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        Hold[] latest = {mutex.acquire()}; // read and written in a race on purpose: any hold, old or new
        long[] counts = new long[2];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int me = i;
            threads.add(platform(() -> {
                while (running.get() != 0) {
                    latest[0].close();
                }
            }));
            threads.add(platform(() -> {
                try {
                    Random random = new Random(me);
                    while (running.get() != 0) {
                        counts[me] += mutex.<Boolean, RuntimeException>call(() -> count(random)) ? 1 : 0;
                    }
                } catch (Throwable failure) {
                    failures.add(failure);
                }
            }));
        }

        long end = time.nanoTime() + RUN_NANOS;
        do {
            try (Hold hold = mutex.acquire()) {
                latest[0] = hold;
            }
        } while (time.nanoTime() - end < 0);

        running.set(0);
        join(threads);
        assertThat(failures).isEmpty();
        assertThat(entered).isEqualTo(counts[0] + counts[1]);
        assertThat(mutex.snapshot()).isEqualTo(new TimedMutex.Snapshot(false, null, Duration.ZERO, 0));
    }

    private static TimedMutex mutex(boolean fair) {
        return TimedMutex.builder("race", Duration.ofNanos(300_000))
                .starvationLimit(Duration.ofNanos(100_000))
                .fair(fair)
                .build();
    }

    private void race(int number, TimedMutex mutex, Starter starter) throws Exception {
        AtomicInteger running = new AtomicInteger(number);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        long[] counts = new long[number];
        long end = time.nanoTime() + RUN_NANOS;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int me = i;
            threads.add(starter.start(() -> {
                try {
                    Random random = new Random(me);
                    do {
                        counts[me] += enter(mutex, random) ? 1 : 0;
                    } while (time.nanoTime() - end < 0);
                } catch (Throwable failure) {
                    failures.add(failure);
                } finally {
                    running.decrementAndGet();
                }
            }));
        }
        Thread interrupter = platform(() -> {
            Random random = new Random(-1);
            while (running.get() > 0) {
                threads.get(random.nextInt(number)).interrupt();
                LockSupport.parkNanos(random.nextInt(100_000));
            }
        });

        join(threads);
        join(List.of(interrupter));

        assertThat(failures).isEmpty();
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        assertThat(mutex.isHeld()).isFalse();
        assertThat(mutex.snapshot().waiting()).isZero();
        assertThat(entered).isEqualTo(total).isPositive();
    }

    private boolean enter(TimedMutex mutex, Random random) {
        try {
            switch (random.nextInt(4)) {
                case 0 -> {
                    try (Hold hold = mutex.tryAcquire()) {
                        return hold != null && count(random);
                    }
                }
                case 1 -> {
                    return mutex.call(() -> count(random));
                }
                default -> {
                    try (Hold hold = mutex.acquire(Duration.ofNanos(random.nextInt(800_000)))) {
                        return hold != null && count(random);
                    }
                }
            }
        } catch (MutexTimeoutException | InterruptedException e) {
            return false;
        } catch (CancellationException e) {
            Thread.interrupted();
            return false;
        }
    }

    private boolean count(Random random) {
        assertThat(inside).isFalse();
        inside = true;
        entered++;
        if (random.nextInt(8) == 0) {
            LockSupport.parkNanos(random.nextInt(50_000)); // now and then a holder loses its processor
        }
        inside = false;
        return true;
    }

    private void queueUp(int number, Starter starter) throws Exception {
        TimedMutex mutex = TimedMutex.builder("queue", Duration.ofHours(1))
                .starvationLimit(Duration.ZERO)
                .build();
        CountDownLatch done = new CountDownLatch(number);
        Hold hold = mutex.acquire();
        for (int i = 0; i < number; i++) {
            starter.start(() -> mutex.run(() -> {
                entered++;
                done.countDown();
            }));
        }
        await().atMost(WATCHDOG_SECONDS, TimeUnit.SECONDS)
                .until(() -> mutex.snapshot().waiting() == number);

        hold.close();

        assertThat(done.await(WATCHDOG_SECONDS, TimeUnit.SECONDS)).isTrue();
        await().atMost(WATCHDOG_SECONDS, TimeUnit.SECONDS).until(() -> !mutex.isHeld());
        assertThat(entered).isEqualTo(number);
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(WATCHDOG_SECONDS) + RUN_NANOS / 1_000_000);
            if (thread.isAlive()) {
                throw new AssertionError(thread + " does not end; it is at " + List.of(thread.getStackTrace()));
            }
        }
    }

    private interface Starter {
        Thread start(Runnable task);
    }

    private static Thread platform(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Virtual threads, found at run time since they came with JDK 21; a JVM without them reports the test as skipped. */
    private static Starter virtual() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "this JVM has no virtual threads");
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        return task -> {
            try {
                return (Thread) start.invoke(null, task);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("Thread.startVirtualThread", e);
            }
        };
    }
}
