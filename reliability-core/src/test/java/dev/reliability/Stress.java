package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Many threads in rounds on the machine's time, for a second or {@code -Dstress.seconds}. A watchdog dumps the threads and
 * fails when no round has ended for a while.
 */
public final class Stress {
    public static final int HALF_A_MILLISECOND = 500_000; // in nanoseconds

    private static final double SECONDS = Double.parseDouble(System.getProperty("stress.seconds", "1"));
    private static final int PLATFORM_THREADS = 64;
    private static final int VIRTUAL_THREADS = 10_000;
    private static final int WATCHDOG_SECONDS = 20;

    /** What each thread does again and again; it throws if something is violated. */
    public interface Round {
        void run(Random random) throws Exception;
    }

    /** What is stressed. */
    public interface Subject extends Round {
        /** Looks at what is left when all threads have ended. */
        void check();
    }

    private interface Starter {
        Thread start(Runnable task) throws Exception;
    }

    private final String name;
    private final Round round;
    private final LongAdder rounds = new LongAdder();
    private final Queue<Throwable> violations = new ConcurrentLinkedQueue<>();
    private final int watchdogSeconds;
    private final long endNanos;

    private Stress(String name, Round round, int watchdogSeconds) {
        this.name = name;
        this.round = round;
        this.watchdogSeconds = watchdogSeconds;
        this.endNanos = System.nanoTime() + (long) (SECONDS * 1e9);
    }

    /** On 64 platform threads. */
    public static void onPlatformThreads(Subject subject) throws Exception {
        onPlatformThreads(subject.getClass().getSimpleName(), subject, WATCHDOG_SECONDS);
        subject.check();
    }

    static void onPlatformThreads(String name, Round round, int watchdogSeconds) throws Exception {
        new Stress(name, round, watchdogSeconds).run(PLATFORM_THREADS, "platform", task -> {
            Thread thread = new Thread(task, "stress");
            thread.setDaemon(true);
            thread.start();
            return thread;
        });
    }

    /** On 10,000 virtual threads, found at run time since they came with JDK 21; skipped and said so on a JVM without. */
    public static void onVirtualThreads(Subject subject) throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "this JVM has no virtual threads");
        Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        new Stress(subject.getClass().getSimpleName(), subject, WATCHDOG_SECONDS)
                .run(VIRTUAL_THREADS, "virtual", task -> (Thread) start.invoke(null, task));
        subject.check();
    }

    public static Duration upToHalfAMillisecond(Random random) {
        return Duration.ofNanos(1 + random.nextInt(HALF_A_MILLISECOND));
    }

    public static void pauseNowAndThen(Random random) {
        if (random.nextInt(8) == 0) {
            LockSupport.parkNanos(random.nextInt(HALF_A_MILLISECOND));
        }
    }

    private void run(int number, String kind, Starter starter) throws Exception {
        long beganNanos = System.nanoTime();
        CountDownLatch running = new CountDownLatch(number);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Random random = new Random(i);
            threads.add(starter.start(() -> {
                try {
                    repeat(random);
                } finally {
                    running.countDown();
                }
            }));
        }
        watch(running, threads);
        System.out.printf(
                "Stress: %s on %,d %s threads, %,d rounds in %.1f s, %d violations%n",
                name, number, kind, rounds.sum(), (System.nanoTime() - beganNanos) / 1e9, violations.size());
        assertThat(violations).isEmpty();
        assertThat(rounds.sum()).isPositive();
    }

    private void repeat(Random random) {
        try {
            do {
                round.run(random);
                rounds.increment();
            } while (System.nanoTime() - endNanos < 0 && violations.isEmpty());
        } catch (Throwable violation) {
            violations.add(violation);
        }
    }

    /** Also the end is progress: whoever waits for ever keeps the count of the running from falling. */
    private void watch(CountDownLatch running, List<Thread> threads) throws InterruptedException {
        long seen = -1;
        int idle = 0;
        while (!running.await(1, TimeUnit.SECONDS)) {
            long now = rounds.sum() - running.getCount();
            idle = now == seen ? idle + 1 : 0;
            seen = now;
            if (idle >= watchdogSeconds) {
                dump(threads);
                throw new AssertionError(name + ": no round has ended for " + watchdogSeconds + " s, "
                        + running.getCount() + " threads hang");
            }
        }
    }

    /** Threads that are at the same place are told of once. */
    private static void dump(List<Thread> threads) {
        Map<String, Integer> places = new LinkedHashMap<>();
        Thread.getAllStackTraces().forEach((thread, stack) -> places.merge(place(thread, stack), 1, Integer::sum));
        threads.stream()
                .filter(thread -> thread.isAlive() && !thread.getClass().equals(Thread.class)) // virtual
                .forEach(thread -> places.merge(place(thread, thread.getStackTrace()), 1, Integer::sum));
        places.forEach((place, number) -> System.out.println(number + " threads: " + place));
    }

    private static String place(Thread thread, StackTraceElement[] stack) {
        StringBuilder text = new StringBuilder(thread.getName() + " " + thread.getState());
        for (StackTraceElement frame : stack) {
            text.append("\n    at ").append(frame);
        }
        return text.toString();
    }
}
