package dev.reliability.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.limit.ConcurrencyLimiter.Permit;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.ForwardingSeam;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Real threads with waits below one millisecond and random interrupts. Half a second a test by default, or {@code
 * -Dstress.seconds}.
 */
class LimiterRaceTest {
    private static final long RUN_NANOS = Duration.ofMillis(
                    Math.round(1000 * Double.parseDouble(System.getProperty("stress.seconds", "0.5"))))
            .toNanos();
    private static final int WATCHDOG_SECONDS = 60;

    private final TimeSource time = TimeSource.system();
    private final Queue<Throwable> violations = new ConcurrentLinkedQueue<>(); // of those who have no thread

    @Test
    void limit_2_platformThreads() throws Exception {
        concurrency(16, 3, LimiterRaceTest::platform);
    }

    @Test
    void limit_2_sixtyFourPlatformThreadsAndOnePermit() throws Exception {
        concurrency(64, 1, LimiterRaceTest::platform);
    }

    @Test
    void limit_2_virtualThreads() throws Exception {
        concurrency(64, 3, virtual());
    }

    @Test
    void limit_1_platformThreads() throws Exception {
        rate(8, 1, LimiterRaceTest::platform, false);
    }

    @Test
    void limit_1_platformThreadsWithABurst() throws Exception {
        rate(16, 20, LimiterRaceTest::platform, false);
    }

    @Test
    void limit_1_virtualThreads() throws Exception {
        rate(64, 5, virtual(), false);
    }

    @Test
    void limit_3_platformThreadsAndAsyncAcquires() throws Exception {
        rate(16, 20, LimiterRaceTest::platform, true);
    }

    @Test
    void limit_3_aThousandPlatformThreadsWait() throws Exception {
        queueUp(1_000, LimiterRaceTest::platform);
    }

    @Test
    void limit_3_aHundredThousandVirtualThreadsWait() throws Exception {
        queueUp(100_000, virtual());
    }

    /** Permits are closed by several threads at once, late and often. */
    @Test
    void limit_2_aStormOfClosesRaisesNothing() throws Exception {
        int max = 2;
        ConcurrencyLimiter limiter = ConcurrencyLimiter.builder("storm", max)
                .maxWait(Duration.ofSeconds(WATCHDOG_SECONDS))
                .build();
        AtomicReferenceArray<Permit> latest = new AtomicReferenceArray<>(2);
        AtomicInteger running = new AtomicInteger(1);
        AtomicInteger inside = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int me = i;
            threads.add(platform(() -> {
                while (running.get() != 0) {
                    Permit permit = latest.get(me);
                    if (permit != null) {
                        permit.close(); // nobody is inside with this one: it was closed already, perhaps just now
                    }
                }
            }));
            threads.add(platform(() -> {
                try {
                    while (running.get() != 0) {
                        Permit permit = limiter.acquire();
                        enter(inside, max);
                        inside.decrementAndGet();
                        latest.set(me, permit);
                        permit.close();
                    }
                } catch (Throwable failure) {
                    failures.add(failure);
                }
            }));
        }
        Random random = new Random(2);
        long end = time.nanoTime() + RUN_NANOS;
        do {
            limiter.run(() -> {
                enter(inside, max);
                pause(random);
                inside.decrementAndGet();
            });
        } while (time.nanoTime() - end < 0);
        running.set(0);
        join(threads);
        assertThat(failures).isEmpty();
        assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
    }

    private static void enter(AtomicInteger inside, int max) {
        assertThat(inside.incrementAndGet()).isLessThanOrEqualTo(max);
    }

    private static void pause(Random random) {
        if (random.nextInt(8) == 0) {
            LockSupport.parkNanos(random.nextInt(50_000)); // now and then a holder loses its processor
        }
    }

    private void concurrency(int number, int max, Starter starter) throws Exception {
        ConcurrencyLimiter limiter = ConcurrencyLimiter.builder("race", max)
                .maxWait(Duration.ofNanos(300_000))
                .build();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger entered = new AtomicInteger();
        race(number, starter, random -> {
            switch (random.nextInt(4)) {
                case 0 -> acquireAsync(limiter, permit -> visit(inside, max, entered, new Random()), random);
                case 1 -> {
                    try (Permit permit = limiter.tryAcquire()) {
                        if (permit != null) {
                            visit(inside, max, entered, random);
                        }
                    }
                }
                case 2 -> limiter.run(() -> visit(inside, max, entered, random));
                default -> {
                    try (Permit permit = limiter.acquire(Duration.ofNanos(random.nextInt(800_000)))) {
                        assertThat(permit).isNotNull();
                        visit(inside, max, entered, random);
                    }
                }
            }
        });
        await().atMost(WATCHDOG_SECONDS, TimeUnit.SECONDS)
                .until(() -> limiter.snapshot().inFlight() == 0);
        assertThat(violations).isEmpty();
        assertThat(inside).hasValue(0);
        assertThat(entered.get()).isPositive();
        assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
    }

    private void acquireAsync(ConcurrencyLimiter limiter, Consumer<Permit> visit, Random random) {
        CompletableFuture<Permit> acquire = limiter.acquireAsync(Duration.ofNanos(random.nextInt(800_000)));
        CompletableFuture<?> unused = acquire.thenAccept(permit -> {
            try {
                visit.accept(permit);
            } catch (Throwable violation) {
                violations.add(violation);
            } finally {
                permit.close();
            }
        });
        if (random.nextBoolean()) {
            acquire.cancel(true);
        }
    }

    private static void visit(AtomicInteger inside, int max, AtomicInteger entered, Random random) {
        enter(inside, max);
        entered.incrementAndGet();
        pause(random);
        inside.decrementAndGet();
    }

    /**
     * Each thread notes the last reading of the clock that it made before it was admitted, which is the instant at which
     * its permit counts. All these instants together keep the bound in every window. With async acquires the clock is
     * also read for others, and what counts is that nobody is left waiting.
     */
    private void rate(int number, int burst, Starter starter, boolean async) throws Exception {
        ThreadLocal<Long> read = new ThreadLocal<>();
        int permits = 50;
        long perNanos = 1_000_000;
        RateLimiter limiter = RateLimiter.builder("race", permits, Duration.ofNanos(perNanos))
                .burst(burst)
                .time(new ForwardingSeam(time) {
                    @Override
                    public long nanoTime() {
                        long now = super.nanoTime();
                        read.set(now);
                        return now;
                    }
                })
                .build();
        Queue<Long> grants = new ConcurrentLinkedQueue<>();
        race(number, starter, random -> {
            switch (random.nextInt(async ? 4 : 3)) {
                case 0 -> {
                    if (limiter.tryAcquire()) {
                        grants.add(read.get());
                    }
                }
                case 1 -> limiter.run(() -> grants.add(read.get()));
                case 3 -> {
                    CompletableFuture<?> acquire =
                            limiter.acquireAsync(1 + random.nextInt(burst), Duration.ofNanos(random.nextInt(800_000)));
                    if (random.nextBoolean()) {
                        acquire.cancel(true);
                    }
                }
                default -> {
                    int wanted = 1 + random.nextInt(burst);
                    limiter.acquire(wanted, Duration.ofNanos(random.nextInt(800_000)));
                    for (int i = 0; i < wanted; i++) {
                        grants.add(read.get());
                    }
                }
            }
        });
        long[] at = grants.stream().mapToLong(Long::longValue).sorted().toArray();
        assertThat(at.length).isPositive();
        int from = 0;
        for (int to = 0; to < at.length && !async; to++) {
            while (at[to] - at[from] >= perNanos) {
                from++;
            }
            assertThat(to - from + 1)
                    .as("permits in the millisecond from %s", at[from])
                    .isLessThanOrEqualTo(permits + burst - 1);
        }
        await().atMost(WATCHDOG_SECONDS, TimeUnit.SECONDS)
                .until(() -> limiter.snapshot().waiting() == 0);
    }

    private interface Turn {
        void take(Random random) throws Exception;
    }

    private void race(int number, Starter starter, Turn turn) throws Exception {
        AtomicInteger running = new AtomicInteger(number);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        long end = time.nanoTime() + RUN_NANOS;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            int me = i;
            threads.add(starter.start(() -> {
                Random random = new Random(me);
                try {
                    do {
                        takeTurn(turn, random);
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
    }

    private static void takeTurn(Turn turn, Random random) throws Exception {
        try {
            turn.take(random);
        } catch (LimitExceededException | InterruptedException e) {
            assertThatCode(e::getMessage).doesNotThrowAnyException();
        } catch (CancellationException e) {
            Thread.interrupted();
        }
    }

    private void queueUp(int number, Starter starter) throws Exception {
        ConcurrencyLimiter limiter = ConcurrencyLimiter.builder("queue", 2)
                .maxWait(Duration.ofHours(1))
                .build();
        CountDownLatch done = new CountDownLatch(number);
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        for (int i = 0; i < number; i++) {
            starter.start(() -> limiter.run(done::countDown));
        }
        await().atMost(WATCHDOG_SECONDS, TimeUnit.SECONDS)
                .until(() -> limiter.snapshot().waiting() == number);

        permits.forEach(Permit::close);

        assertThat(done.await(WATCHDOG_SECONDS, TimeUnit.SECONDS)).isTrue();
        await().atMost(WATCHDOG_SECONDS, TimeUnit.SECONDS)
                .until(() -> limiter.snapshot().inFlight() == 0);
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
