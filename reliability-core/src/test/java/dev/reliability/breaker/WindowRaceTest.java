package dev.reliability.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.breaker.CircuitBreaker.Permit;
import dev.reliability.breaker.CircuitBreaker.State;
import dev.reliability.testkit.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule BREAKER-2 on real threads: the verdicts are those of some order, and the sums never drift. */
class WindowRaceTest {
    private static final int ROUNDS = Integer.getInteger("race.rounds", 20_000);

    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Window overCalls(TripCondition.Rate condition, int size) {
        return new CallWindow(condition, size);
    }

    /** Each of two threads records three calls. Their verdicts must be those of one of the 20 ways to merge them. */
    @Test
    void breaker_2_underRacesTheVerdictsAreThoseOfSomeOrder() throws Exception {
        TripCondition.Rate condition =
                TripCondition.failureRate(0.75).overCalls(4).minimumCalls(3);
        boolean[][] all = new boolean[2][3];
        Window[] window = new Window[1];
        boolean[][] verdicts = new boolean[2][3];
        Random random = new Random(1);
        boolean[] before = new boolean[3];
        Set<String> outcomes = new HashSet<>();
        Runnable prepare = () -> {
            window[0] = overCalls(condition, 4);
            for (int i = 0; i < before.length; i++) {
                before[i] = random.nextBoolean();
                window[0].record(before[i], 0);
            }
            for (boolean[] thread : all) {
                for (int i = 0; i < thread.length; i++) {
                    thread[i] = random.nextInt(3) > 0;
                }
            }
        };
        prepare.run();
        List<String> wrong = new ArrayList<>();
        CyclicBarrier start = new CyclicBarrier(2);
        CyclicBarrier end = new CyclicBarrier(2, () -> {
            Set<String> possible = new HashSet<>();
            merge(condition, before, all, new ArrayDeque<>(), 0, 0, possible);
            String seen = Arrays.deepToString(verdicts) + window[0].figures(0);
            outcomes.add(seen);
            if (!possible.contains(seen)) {
                wrong.add(Arrays.toString(before) + Arrays.deepToString(all) + " gave " + seen);
            }
            prepare.run();
        });
        List<Future<?>> both = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            int thread = t;
            both.add(threads.submit((Callable<Void>) () -> {
                for (int round = 0; round < ROUNDS; round++) {
                    start.await();
                    for (int i = 0; i < 3; i++) {
                        verdicts[thread][i] = window[0].record(all[thread][i], 0);
                    }
                    end.await();
                }
                return null;
            }));
        }
        for (Future<?> one : both) {
            one.get(100, TimeUnit.SECONDS);
        }
        assertThat(wrong).isEmpty();
        assertThat(outcomes).as("the rounds are not all alike").hasSizeGreaterThan(10);
    }

    /** All merges of the two scripts, tried on a window that one thread uses. */
    private static void merge(
            TripCondition.Rate condition,
            boolean[] before,
            boolean[][] all,
            Deque<Integer> order,
            int first,
            int second,
            Set<String> possible) {
        if (first == 3 && second == 3) {
            Window window = overCalls(condition, 4);
            for (boolean hit : before) {
                window.record(hit, 0);
            }
            boolean[][] verdicts = new boolean[2][3];
            int[] next = new int[2];
            for (int thread : order) {
                int i = next[thread]++;
                verdicts[thread][i] = window.record(all[thread][i], 0);
            }
            possible.add(Arrays.deepToString(verdicts) + window.figures(0));
            return;
        }
        for (int thread = 0; thread < 2; thread++) {
            if ((thread == 0 ? first : second) < 3) {
                order.addLast(thread);
                merge(
                        condition,
                        before,
                        all,
                        order,
                        first + (thread == 0 ? 1 : 0),
                        second + (thread == 1 ? 1 : 0),
                        possible);
                order.removeLast();
            }
        }
    }

    @Test
    void breaker_2_underLoadTheSumsNeverDrift() throws Exception {
        for (int size : new int[] {1, 2, 3, 7, 64}) {
            Window window = overCalls(TripCondition.failureRate(1).overCalls(size), size);
            load(window, size);
            for (int i = 0; i < size; i++) {
                window.record(false, 0);
            }
            assertThat(window.figures(0)).isEqualTo(new Window.Figures(size, 0));
            for (int i = 0; i < size; i++) {
                window.record(true, 0);
            }
            assertThat(window.figures(0)).isEqualTo(new Window.Figures(size, size));
        }
    }

    private void load(Window window, int size) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        AtomicBoolean outOfRange = new AtomicBoolean();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(t);
            all.add(threads.submit(() -> {
                for (int i = 0; i < 10 * ROUNDS; i++) {
                    window.record(random.nextBoolean(), 0);
                    Window.Figures seen = window.figures(0);
                    if (seen.hits() < 0 || seen.hits() > seen.calls() || seen.calls() > size) {
                        outOfRange.set(true);
                    }
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(100, TimeUnit.SECONDS);
        }
        assertThat(outOfRange).isFalse();
    }

    @Test
    void breaker_2_aTimeWindowLosesNoRecordUnderLoad() throws Exception {
        TimeWindow window = new TimeWindow(TripCondition.failureRate(1).minimumCalls(Integer.MAX_VALUE), 1_000);
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            all.add(threads.submit(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    window.record(i % 2 == 0, i % 1_000);
                }
            }));
        }
        for (Future<?> one : all) {
            one.get(100, TimeUnit.SECONDS);
        }
        assertThat(window.figures(0)).isEqualTo(new Window.Figures(4L * ROUNDS, 2L * ROUNDS));
    }

    /** Two failures and two successes reach the rate in each order, with the third call or the fourth. */
    @Test
    void breaker_2_racingVerdictsOpenOnceAndCountOnce() throws Exception {
        VirtualTime time = VirtualTime.manual();
        CircuitBreaker[] breaker = new CircuitBreaker[1];
        Permit[] permits = new Permit[4];
        Runnable prepare = () -> {
            breaker[0] = CircuitBreaker.builder("race")
                    .tripCondition(TripCondition.failureRate(0.5).overCalls(10).minimumCalls(3))
                    .counting()
                    .withoutCallLimit()
                    .time(time)
                    .build();
            Arrays.setAll(permits, i -> breaker[0].acquire());
        };
        prepare.run();
        List<Object> wrong = new ArrayList<>();
        CyclicBarrier start = new CyclicBarrier(4);
        CyclicBarrier end = new CyclicBarrier(4, () -> {
            CircuitBreaker.Snapshot seen = breaker[0].snapshot();
            long counted = seen.calls().orElseThrow();
            if (seen.state() != State.OPEN || seen.transitions() != 1 || counted < 3 || counted > 4) {
                wrong.add(seen);
            }
            prepare.run();
        });
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            all.add(threads.submit((Callable<Void>) () -> {
                for (int round = 0; round < ROUNDS / 4; round++) {
                    start.await();
                    if (thread % 2 == 0) {
                        permits[thread].failure();
                    } else {
                        permits[thread].success();
                    }
                    end.await();
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get(100, TimeUnit.SECONDS);
        }
        assertThat(wrong).isEmpty();
    }
}
