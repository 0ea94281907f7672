package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads on one scope, thousands of rounds. */
@Timeout(60)
class CleanupRaceTest {
    private static final int ROUNDS = 3_000;
    private static final int THREADS = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Runs one task per thread, all at the same moment, and waits for them. */
    private void together(ThrowingTask... tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.length);
        List<Future<?>> running = new ArrayList<>();
        for (ThrowingTask task : tasks) {
            running.add(threads.submit(() -> {
                start.await();
                task.run();
                return null;
            }));
        }
        for (Future<?> future : running) {
            future.get();
        }
    }

    private interface ThrowingTask {
        void run() throws Exception;
    }

    /** Each thread registers three actions and closes; whoever comes back from close finds all of the early ones done. */
    @Test
    void cleanup_1_eightThreadsCloseWhileTheyRegister_eachActionOnce() throws Exception {
        int each = 3;
        int early = 5;
        for (int round = 0; round < ROUNDS; round++) {
            CleanupScope scope = Cleanup.scope();
            AtomicIntegerArray ran = new AtomicIntegerArray(early + THREADS * each);
            AtomicInteger earlyDone = new AtomicInteger();
            for (int i = 0; i < early; i++) {
                int number = i;
                scope.defer(() -> {
                    ran.incrementAndGet(number);
                    if (earlyDone.incrementAndGet() != early - number) {
                        throw new AssertionError("out of order: " + number);
                    }
                });
            }
            ThrowingTask[] tasks = new ThrowingTask[THREADS];
            for (int t = 0; t < THREADS; t++) {
                int first = early + t * each;
                tasks[t] = () -> {
                    for (int number = first; number < first + each; number++) {
                        registerCounting(scope, ran, number);
                    }
                    scope.close();
                    assertThat(scope.isClosed()).isTrue();
                    assertThat(earlyDone).hasValue(early);
                    for (int number = first; number < first + each; number++) {
                        assertThat(ran.get(number)).as("action %s", number).isOne();
                    }
                };
            }
            together(tasks);
            for (int i = 0; i < ran.length(); i++) {
                assertThat(ran.get(i)).as("round %s action %s", round, i).isOne();
            }
        }
    }

    private static void registerCounting(CleanupScope scope, AtomicIntegerArray ran, int number) {
        try {
            scope.defer(() -> ran.incrementAndGet(number));
        } catch (IllegalStateException closed) {
            assertThat(ran.get(number)).as("closed at once").isOne();
        }
    }

    /** A release that says it worked has let go of all: nobody runs what the caller now owns. */
    @Test
    void cleanup_5_releaseAgainstClose_allOrNothing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            CleanupScope scope = Cleanup.scope();
            AtomicInteger ran = new AtomicInteger();
            scope.defer(ran::incrementAndGet);
            scope.defer(ran::incrementAndGet);
            AtomicInteger released = new AtomicInteger();
            together(scope::close, scope::close, () -> {
                try {
                    scope.release();
                    released.set(2);
                } catch (IllegalStateException tooLate) {
                    assertThat(tooLate).hasMessageContaining("its closing has begun");
                }
            });
            assertThat(ran.get() + released.get()).isEqualTo(2);
        }
    }

    /** Entries move to and fro between two scopes while both are closed and others register: each runs once. */
    @Test
    void cleanup_5_moveAgainstCloseAndRegister_eachActionOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            CleanupScope one = Cleanup.scope();
            CleanupScope two = Cleanup.scope();
            AtomicIntegerArray ran = new AtomicIntegerArray(6);
            for (int i = 0; i < 2; i++) {
                registerCounting(one, ran, i);
                registerCounting(two, ran, 2 + i);
            }
            together(
                    () -> move(one, two),
                    () -> move(two, one),
                    () -> registerCounting(one, ran, 4),
                    () -> registerCounting(two, ran, 5),
                    one::close,
                    two::close);
            one.close();
            two.close();
            for (int i = 0; i < ran.length(); i++) {
                assertThat(ran.get(i)).as("round %s action %s", round, i).isOne();
            }
        }
    }

    private static void move(CleanupScope from, CleanupScope to) {
        try {
            from.moveTo(to);
        } catch (IllegalStateException closing) {
            assertThat(closing).hasMessageContaining("clos");
        }
    }

    /** Children leave a parent whose entries move away and that is closed meanwhile: each action runs once. */
    @Test
    void cleanup_7_childrenLeaveWhileTheParentMovesAndCloses_eachActionOnce() throws Exception {
        int children = 40;
        for (int round = 0; round < ROUNDS; round++) {
            CleanupScope parent = Cleanup.scope();
            CleanupScope other = Cleanup.scope();
            AtomicIntegerArray ran = new AtomicIntegerArray(children + 1);
            List<CleanupScope> alive = new ArrayList<>();
            for (int i = 0; i < children; i++) {
                CleanupScope child = parent.child();
                registerCounting(child, ran, i);
                alive.add(child);
            }
            together(
                    () -> alive.subList(0, children / 2).forEach(CleanupScope::close),
                    () -> alive.subList(children / 4, children).forEach(CleanupScope::close),
                    () -> move(parent, other),
                    () -> registerCounting(parent, ran, children),
                    parent::close);
            other.close();
            for (int i = 0; i < ran.length(); i++) {
                assertThat(ran.get(i)).as("round %s action %s", round, i).isOne();
            }
        }
    }

    @Test
    void cleanup_6_succeedAgainstClose_isToldOrRefused() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            CleanupScope scope = Cleanup.scope();
            AtomicReference<Outcome> told = new AtomicReference<>();
            AtomicReference<Outcome> expected = new AtomicReference<>(Outcome.FAILURE);
            scope.defer(told::set);
            together(scope::close, scope::close, () -> {
                try {
                    scope.succeed();
                    expected.set(Outcome.SUCCESS);
                } catch (IllegalStateException tooLate) {
                    assertThat(tooLate).hasMessageContaining("its closing has begun");
                }
            });
            assertThat(told.get()).isEqualTo(expected.get());
        }
    }

    /**
     * Actions that end about when they are given up: whoever goes on, each runs once, and those that were not given up in
     * order. (One that is given up before its first instruction may come late: it has begun for all that can be seen.)
     */
    @Test
    void cleanup_9_actionsThatEndWhenTheyAreGivenUp_eachActionOnceAndTheOthersInOrder() throws Exception {
        long graceNanos = 100_000;
        int actions = 4;
        int givenUp = 0;
        for (int round = 0; round < ROUNDS / 6; round++) {
            AtomicInteger overran = new AtomicInteger();
            Queue<Integer> begun = new ConcurrentLinkedQueue<>();
            CountDownLatch ended = new CountDownLatch(actions);
            CleanupScope scope = Cleanup.builder()
                    .grace(Duration.ofNanos(graceNanos))
                    .reportOnlyTo(event -> {
                        if (event instanceof CleanupEvent.ActionOverran) {
                            overran.incrementAndGet();
                        }
                    })
                    .scope();
            long spin = graceNanos + graceNanos * (round % 20) / 10;
            for (int i = 1; i <= actions; i++) {
                int number = i;
                scope.defer(() -> {
                    begun.add(number);
                    long start = System.nanoTime();
                    while (System.nanoTime() - start < spin) {
                        Thread.onSpinWait();
                    }
                    ended.countDown();
                });
            }
            scope.close();
            assertThat(scope.isClosed()).isTrue();
            assertThat(ended.await(1, TimeUnit.MINUTES))
                    .as("round %s: each once", round)
                    .isTrue();
            assertThat(begun).as("round %s", round).hasSize(actions).doesNotHaveDuplicates();
            givenUp += overran.get();
            assertThat(longestDescending(List.copyOf(begun)))
                    .as("round %s: %s begun in order of %s, %s given up", round, actions, begun, overran)
                    .isGreaterThanOrEqualTo(actions - overran.get());
            assertThat(Thread.interrupted()).as("an interrupt that leaked").isFalse();
        }
        assertThat(givenUp).as("rounds in which an action was given up").isPositive();
    }

    /** How many are in order once as few as possible are left out. */
    private static int longestDescending(List<Integer> numbers) {
        int[] longest = new int[numbers.size()]; // that ends there
        int best = 0;
        for (int i = 0; i < longest.length; i++) {
            for (int j = 0; j < i; j++) {
                longest[i] = numbers.get(j) > numbers.get(i) ? Math.max(longest[i], longest[j]) : longest[i];
            }
            best = Math.max(best, ++longest[i]);
        }
        return best;
    }
}
