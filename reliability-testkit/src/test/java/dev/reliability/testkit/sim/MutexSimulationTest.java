package dev.reliability.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Action;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.MutexTimeoutException;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.testkit.sim.SimulationFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The mutex of the library in thousands of orders, and ones with planted faults. */
@Timeout(120)
class MutexSimulationTest {
    /** A mutex under test. */
    private interface Guard {
        /** Returns false if it took too long. */
        boolean run(Duration wait, Action<?> action) throws Exception;

        void checkThatItIsFree() throws Exception;
    }

    private static Guard ours(World world) {
        TimedMutex mutex = TimedMutex.builder("m", Duration.ofSeconds(1))
                .starvationLimit(Duration.ofMillis(2))
                .time(world.time())
                .build();
        return new Guard() {
            @Override
            public boolean run(Duration wait, Action<?> action) throws Exception {
                try (Hold hold = mutex.acquire(wait)) {
                    assertThat(hold).isNotNull();
                    action.run();
                    return true;
                } catch (MutexTimeoutException late) {
                    return false;
                }
            }

            @Override
            public void checkThatItIsFree() {
                MutexSimulationTest.checkThatItIsFree(mutex);
            }
        };
    }

    private static Guard handsOver(World world, HandOverMutex.Fault fault) {
        HandOverMutex mutex = new HandOverMutex(world.time(), fault);
        return new Guard() {
            @Override
            public boolean run(Duration wait, Action<?> action) throws Exception {
                if (!mutex.lock(wait)) {
                    return false;
                }
                try {
                    action.run();
                } finally {
                    mutex.unlock();
                }
                return true;
            }

            @Override
            public void checkThatItIsFree() throws Exception {
                assertThat(mutex.lock(Duration.ofMillis(1)))
                        .as("free at the end")
                        .isTrue();
            }
        };
    }

    private static void sleep(World world, long micros) throws InterruptedException {
        world.time().sleep(Duration.ofNanos(micros * 1_000));
    }

    private static void checkThatItIsFree(TimedMutex mutex) {
        assertThat(mutex.snapshot()).isEqualTo(new TimedMutex.Snapshot(false, null, Duration.ZERO, 0));
        try (Hold hold = mutex.tryAcquire()) {
            assertThat(hold).isNotNull();
        }
    }

    private static Scenario adders(Function<World, Guard> maker) {
        return world -> {
            Guard guard = maker.apply(world);
            int[] count = {0};
            for (int task = 0; task < 3; task++) {
                world.spawn("adder " + task, () -> {
                    for (int i = 0; i < 2; i++) {
                        boolean added = guard.run(Duration.ofHours(1), () -> {
                            int seen = count[0];
                            world.checkpoint();
                            sleep(world, world.random().nextInt(2) * 700L);
                            count[0] = seen + 1;
                        });
                        assertThat(added).isTrue();
                    }
                });
            }
            world.check(() -> {
                assertThat(count[0]).as("added").isEqualTo(6);
                guard.checkThatItIsFree();
            });
        };
    }

    @Test
    void mutex_1_oneHoldAtATime_whateverTheOrder() {
        Orders.passWithStalls(adders(MutexSimulationTest::ours));
        Orders.passWithStalls(adders(world -> handsOver(world, HandOverMutex.Fault.NONE)));
    }

    @Test
    void mutex_1_takingItInTwoStepsIsFound() {
        Orders.fail(adders(world -> handsOver(world, HandOverMutex.Fault.TAKES_IN_TWO_STEPS)), Kind.THROWN, "added");
    }

    /** Releases, time-outs and interrupts fall on the same instants. */
    private static Scenario thoseWhoGiveUp(Function<World, Guard> maker) {
        return world -> {
            Guard guard = maker.apply(world);
            boolean[] held = {false};
            Map<Integer, Thread> threads = new ConcurrentHashMap<>();
            for (int task = 0; task < 4; task++) {
                int number = task;
                world.spawn("worker " + task, () -> {
                    threads.put(number, Thread.currentThread());
                    Duration wait = Duration.ofMillis(1 + world.random().nextInt(3));
                    try {
                        boolean ran = guard.run(wait, () -> {
                            assertThat(held[0]).isFalse();
                            held[0] = true;
                            try {
                                world.time().sleep(Duration.ofMillis(1));
                            } finally {
                                held[0] = false;
                            }
                        });
                        world.record(ran ? "ran" : "too late");
                    } catch (InterruptedException interrupted) {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    }
                });
            }
            world.spawn("interrupter", () -> {
                world.time().sleep(Duration.ofMillis(world.random().nextInt(3)));
                Thread thread = threads.get(world.random().nextInt(4));
                if (thread != null) {
                    thread.interrupt();
                }
            });
            world.check(guard::checkThatItIsFree);
        };
    }

    @Test
    void mutex_3_whoTimesOutOrIsInterruptedLosesNoTurn() {
        Orders.passWithStalls(thoseWhoGiveUp(MutexSimulationTest::ours));
        Orders.passWithStalls(thoseWhoGiveUp(world -> handsOver(world, HandOverMutex.Fault.NONE)));
    }

    @Test
    void mutex_3_aTurnThatGetsLostWithWhoGivesUpIsFound() {
        Orders.fail(
                thoseWhoGiveUp(world -> handsOver(world, HandOverMutex.Fault.LOSES_TURNS)),
                Kind.THROWN,
                "free at the end");
    }

    private static Scenario waitersAndBargers(Duration starvationLimit) {
        return world -> {
            TimedMutex mutex = TimedMutex.builder("m", Duration.ofSeconds(1))
                    .starvationLimit(starvationLimit)
                    .time(world.time())
                    .build();
            for (int task = 0; task < 4; task++) {
                world.spawn("worker " + task, () -> {
                    for (int i = 0; i < 3; i++) {
                        sleep(world, 300L * world.random().nextInt(7));
                        world.record("asks");
                        try (Hold hold = mutex.acquire()) {
                            assertThat(hold).isNotNull();
                            world.record("has");
                            sleep(world, 300L * (1 + world.random().nextInt(5)));
                            world.record("releases");
                        }
                    }
                });
            }
            world.check(() -> assertThat(overtaken(world.history())).isEmpty());
        };
    }

    /**
     * Who got the mutex although somebody that had asked at an earlier instant was past the limit at a release before.
     * Such a one waits in the queue for sure: time has passed since it asked.
     */
    private static List<String> overtaken(List<World.Recorded> history) {
        long limit = Duration.ofMillis(1).toNanos();
        Map<String, Long> asked = new HashMap<>();
        List<String> starving = new ArrayList<>();
        List<String> overtaken = new ArrayList<>();
        for (World.Recorded event : history) {
            String task = event.task();
            if (event.event().equals("asks")) {
                asked.put(task, event.nanos());
            } else if (event.event().equals("releases")) {
                asked.forEach((waiter, since) -> {
                    if (event.nanos() - since >= limit && !starving.contains(waiter)) {
                        starving.add(waiter);
                    }
                });
            } else {
                long mine = asked.remove(task);
                starving.remove(task);
                starving.stream()
                        .filter(waiter -> asked.get(waiter) < mine)
                        .forEach(waiter -> overtaken.add(task + " overtook " + waiter + " at " + event.nanos()));
            }
        }
        return overtaken;
    }

    @Test
    void mutex_8_nobodyOvertakesAWaiterPastTheStarvationLimit() {
        Orders.pass(waitersAndBargers(Duration.ofMillis(1)));
    }

    @Test
    void mutex_8_withoutTheLimitTheSameCheckFindsOvertaking() {
        Orders.fail(waitersAndBargers(Duration.ofHours(1)), Kind.THROWN, "overtook");
    }

    @Test
    void mutex_14_asyncAndBlockingAcquiresShareTheQueue() {
        Orders.passWithStalls(world -> {
            TimedMutex mutex = TimedMutex.builder("m", Duration.ofSeconds(1))
                    .time(world.time())
                    .build();
            int[] held = {0};
            for (int task = 0; task < 2; task++) {
                world.spawn("blocking " + task, () -> {
                    try (Hold hold = mutex.acquire()) {
                        assertThat(hold).isNotNull();
                        assertThat(++held[0]).isEqualTo(1);
                        world.time().sleep(Duration.ofMillis(1));
                        held[0]--;
                    }
                });
                world.spawn("async " + task, () -> {
                    CompletableFuture<Hold> acquired = mutex.acquireAsync();
                    boolean cancels = world.random().nextBoolean();
                    if (cancels) {
                        acquired.cancel(true);
                    }
                    CompletableFuture<Void> done = acquired.thenAccept(hold -> {
                        assertThat(++held[0]).isEqualTo(1);
                        world.checkpoint();
                        held[0]--;
                        hold.close();
                    });
                    world.await(done::isDone);
                    assertThat(done.isCompletedExceptionally()).isEqualTo(acquired.isCompletedExceptionally());
                });
            }
            world.check(() -> checkThatItIsFree(mutex));
        });
    }
}
