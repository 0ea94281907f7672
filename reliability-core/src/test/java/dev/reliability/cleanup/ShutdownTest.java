package dev.reliability.cleanup;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.EventListener;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.spi.ForwardingSeam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The shutdown of a process that is not there, in virtual time. The real one: {@link ShutdownProcessTest}. */
@Timeout(30)
class ShutdownTest {
    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final FakeProcess process = new FakeProcess();
    private final Shutdown shutdown = new Shutdown(time, process);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Object> events = new CopyOnWriteArrayList<>();
    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

    private static final class FakeProcess implements HostProcess {
        final List<Thread> hooks = new ArrayList<>();
        final Set<Thread> exiting = ConcurrentHashMap.newKeySet();
        boolean goingDown;

        @Override
        public void addHook(Thread hook) {
            if (goingDown) {
                throw new IllegalStateException("Shutdown in progress");
            }
            hooks.add(hook);
        }

        @Override
        public void removeHook(Thread hook) {
            hooks.remove(hook);
        }

        @Override
        public boolean canRun(Thread thread) {
            return thread.isAlive() && !exiting.contains(thread);
        }
    }

    private StackedScope scope(String name) {
        return StackedScope.open(
                Cleanup.builder().name(name).time(time).closeAtShutdown().options(shutdown));
    }

    private StackedScope scope(String name, EventListener listener) {
        return StackedScope.open(Cleanup.builder()
                .name(name)
                .time(time)
                .listener(listener)
                .closeAtShutdown()
                .options(shutdown));
    }

    private void hearUncaught() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> log.add(failure.getMessage()));
    }

    @AfterEach
    void hearUncaughtNoMore() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    /** Lets the process go down; the answer is how long that took. */
    private Duration goDown() throws InterruptedException {
        process.goingDown = true;
        long start = time.nanoTime();
        List<Thread> hooks = List.copyOf(process.hooks);
        for (Thread hook : hooks) {
            time.spawn(hook.getName(), hook).join();
        }
        return Duration.ofNanos(time.nanoTime() - start);
    }

    /** An owner that waits for ever, or until it is interrupted if it answers to that. It has opened its scope. */
    private Thread owner(String name, Work work) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        Thread owner = time.spawn(name, () -> work.run(ready));
        assertThat(ready.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return owner;
    }

    private interface Work {
        void run(CountDownLatch ready);
    }

    private void waitUntilInterrupted() {
        while (!Thread.interrupted()) {
            time.park(this);
        }
    }

    private void hang() {
        while (true) {
            time.park(this);
            Thread.interrupted();
        }
    }

    @Test
    void cleanup_10_theHookExistsOnlyWhileAScopeIsOpen() {
        assertThat(process.hooks).isEmpty();
        CleanupScope first = scope("first");
        CleanupScope second = scope("second");
        assertThat(process.hooks).hasSize(1);
        first.close();
        first.close();
        assertThat(process.hooks).hasSize(1);
        second.defer(
                () -> assertThat(process.hooks).as("while it is being closed").hasSize(1));
        second.close();
        assertThat(process.hooks).isEmpty();
        scope("third").close();
        assertThat(process.hooks).isEmpty();
    }

    @Test
    void cleanup_6_aScopeThatIsClosedBeforeAnyShutdown_tellsFailureOrSuccess() {
        CleanupScope failed = scope("failed");
        failed.defer(outcome -> log.add("failed " + outcome));
        failed.close();
        CleanupScope done = scope("done");
        done.defer(outcome -> log.add("done " + outcome));
        done.succeed();
        done.close();
        assertThat(log).containsExactly("failed FAILURE", "done SUCCESS");
    }

    @Test
    void cleanup_10_openingWhenItIsTooLateForAHookThrows() {
        process.goingDown = true;
        assertThatIllegalStateException()
                .isThrownBy(() -> scope("late"))
                .withMessage(
                        "cannot open scope \"late\": it would be closed at shutdown, and the process is going down");
    }

    private StackedScope watched(String name) {
        return StackedScope.open(Cleanup.builder()
                .name(name)
                .time(time)
                .detectLeaks()
                .listener(events::add)
                .closeAtShutdown()
                .options(shutdown));
    }

    @Test
    void cleanup_11_aScopeThatCouldNotBeOpenedIsNoLeak() {
        process.goingDown = true;
        assertThatIllegalStateException().isThrownBy(() -> watched("late"));
        Cleanup.builder().name("marker").detectLeaks().listener(events::add).scope();
        await().atMost(SOON).pollInSameThread().until(() -> {
            System.gc();
            Cleanup.reportLeaks();
            return !events.isEmpty();
        });
        assertThat(events)
                .extracting(event -> ((CleanupEvent.Leaked) event).policy())
                .containsExactly("marker");
    }

    @Test
    void cleanup_10_openingWhileTheHookRunsThrows() throws Exception {
        owner("dead", ready -> {
                    scope("first")
                            .defer(() -> log.add(catchThrowable(() -> scope("late"))
                                    .getClass()
                                    .getSimpleName()));
                    ready.countDown();
                })
                .join();
        goDown();
        assertThat(log).containsExactly("IllegalStateException");
    }

    @Test
    void cleanup_10_theOwnerIsInterruptedAndClosesItselfInTheDrain() throws Exception {
        owner("owner", ready -> {
            try (CleanupScope scope = scope("scope")) {
                scope.defer(outcome ->
                        log.add(outcome + " on " + Thread.currentThread().getName()));
                ready.countDown();
                waitUntilInterrupted();
            }
        });
        assertThat(goDown()).isEqualTo(Duration.ZERO);
        assertThat(log).containsExactly("SHUTDOWN on owner");
    }

    @Test
    void cleanup_10_afterTheDrainAHelperClosesTheRestNewestFirst() throws Exception {
        owner("owner", ready -> {
            scope("old").defer(outcome -> log.add("old " + outcome));
            CleanupScope done = scope("done");
            done.defer(outcome -> log.add("done " + outcome));
            done.succeed();
            CleanupScope failing = scope("new", events::add);
            failing.defer(outcome -> log.add("new 1 " + outcome));
            failing.defer(outcome -> {
                log.add("new 2 " + Thread.currentThread().getName());
                failing.defer(() -> log.add("registered meanwhile"));
                throw new IllegalStateException("to the listener");
            });
            ready.countDown();
            hang();
        });
        assertThat(goDown()).isEqualTo(Duration.ofSeconds(5));
        assertThat(log)
                .containsExactly(
                        "new 2 reliability-shutdown-close",
                        "registered meanwhile",
                        "new 1 SHUTDOWN",
                        "done SUCCESS",
                        "old SHUTDOWN");
        assertThat(events)
                .containsExactly(
                        new CleanupEvent.ActionFailed("new", Outcome.SHUTDOWN, "java.lang.IllegalStateException"));
    }

    /** Some threads answer to an interrupt by closing a socket, and fail in that. */
    @Test
    void cleanup_10_anOwnerThatFailsToBeInterruptedKeepsNothingFromBeingClosed() throws Exception {
        Thread owner = new Thread("owner") {
            @Override
            public void run() {
                scope("of the owner").defer(outcome -> log.add("owner " + outcome));
            }

            @Override
            public void interrupt() {
                throw new IllegalStateException("cannot be interrupted");
            }
        };
        owner.start();
        owner.join();
        hearUncaught();
        owner("other", ready -> {
            try (CleanupScope scope = scope("of the other")) {
                scope.defer(outcome -> log.add("other " + outcome));
                ready.countDown();
                waitUntilInterrupted();
            }
        });
        goDown();
        assertThat(log)
                .hasSize(3)
                .contains("cannot be interrupted")
                .containsSubsequence("other SHUTDOWN", "owner SHUTDOWN");
    }

    @Test
    void cleanup_10_aThreadThatDoesNotShowItsStackCountsAsAbleToRun() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread shy = new Thread("shy") {
            @Override
            public void run() {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public StackTraceElement[] getStackTrace() {
                throw new SecurityException("not for you");
            }
        };
        shy.start();
        assertThat(new Jvm().canRun(shy)).isTrue();
        end.countDown();
        shy.join();
        assertThat(new Jvm().canRun(shy)).isFalse();
    }

    @Test
    void cleanup_10_anOwnerThatIsInSystemExitOrDeadIsNotWaitedFor() throws Exception {
        Thread exiting = owner("exiting", ready -> {
            scope("of the exiting").defer(() -> log.add("exiting"));
            ready.countDown();
            hang();
        });
        process.exiting.add(exiting);
        owner("dead", ready -> {
                    scope("of the dead").defer(() -> log.add("dead"));
                    ready.countDown();
                })
                .join();
        assertThat(goDown()).isEqualTo(Duration.ZERO);
        assertThat(log).containsExactly("dead", "exiting");
    }

    @Test
    void cleanup_10_anOwnerThatCallsExitInTheDrainIsNotWaitedForAnyLonger() throws Exception {
        owner("owner", ready -> {
            scope("scope").defer(() -> log.add("closed"));
            ready.countDown();
            waitUntilInterrupted();
            process.exiting.add(Thread.currentThread());
            hang();
        });
        assertThat(goDown()).isLessThan(Duration.ofSeconds(1));
        assertThat(log).containsExactly("closed");
    }

    @Test
    void cleanup_10_whatHangsIsAbandonedAtTheLimitAndReported() throws Exception {
        owner("owner", ready -> {
            scope("old", event -> {
                        events.add(event);
                        hang();
                    })
                    .defer(() -> log.add("never"));
            CleanupScope hanging = scope("new", events::add);
            hanging.defer(() -> log.add("never"));
            hanging.defer(this::hang);
            ready.countDown();
            hang();
        });
        assertThat(goDown()).as("though a listener hangs too").isEqualTo(Duration.ofSeconds(20));
        assertThat(log).isEmpty();
        assertThat(events).containsExactly(new CleanupEvent.Abandoned("new", 2), new CleanupEvent.Abandoned("old", 1));
    }

    @Test
    void cleanup_10_withoutAListenerTheUncaughtHandlerHears() throws Exception {
        withoutAListenerTheUncaughtHandlerHears();
    }

    /** Whatever else may hear it: a recording is not somebody who is told. */
    @Test
    void cleanup_10_withoutAListenerTheUncaughtHandlerHearsWhileARecordingRunsToo() throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable("dev.reliability.Event");
            recording.start();
            withoutAListenerTheUncaughtHandlerHears();
        }
    }

    private void withoutAListenerTheUncaughtHandlerHears() throws Exception {
        hearUncaught();
        owner("owner", ready -> {
            scope("hanging").defer(this::hang);
            scope("failing").defer(() -> {
                throw new IllegalStateException("cannot close");
            });
            ready.countDown();
            hang();
        });
        assertThat(goDown()).isEqualTo(Duration.ofSeconds(19));
        assertThat(log).containsExactly("cannot close", "scope \"hanging\" abandoned at shutdown with 1 actions left");
    }

    @Test
    void cleanup_10_anOwnerThatIsClosingIsNotInterruptedAndWaitedFor() throws Exception {
        owner("owner", ready -> {
            CleanupScope outer = scope("outer");
            outer.defer(() -> log.add("outer on " + Thread.currentThread().getName()));
            CleanupScope inner = scope("inner");
            inner.defer(() -> log.add("inner on " + Thread.currentThread().getName()));
            inner.defer(() -> {
                ready.countDown();
                while (!shutdown.hasBegun()) {
                    Thread.onSpinWait(); // a busy thread keeps the time from moving
                }
                time.sleep(Duration.ofSeconds(7));
                log.add("slow action undisturbed");
            });
            inner.close();
            hang();
        });
        assertThat(goDown()).isBetween(Duration.ofSeconds(7), Duration.ofMillis(7_100));
        assertThat(log)
                .containsExactly("slow action undisturbed", "inner on owner", "outer on reliability-shutdown-close");
    }

    @Test
    void cleanup_10_theHelperGoesOnWhereACloserCalledExit() throws Exception {
        owner("owner", ready -> {
            CleanupScope scope = scope("scope");
            scope.defer(outcome -> log.add("oldest " + outcome));
            scope.defer(() -> log.add("middle"));
            scope.defer(() -> {
                log.add("exits");
                process.exiting.add(Thread.currentThread());
                ready.countDown();
                hang();
            });
            scope.succeed();
            scope.close();
        });
        assertThat(goDown()).isEqualTo(Duration.ZERO);
        assertThat(log).containsExactly("exits", "middle", "oldest SUCCESS");
    }

    @Test
    void cleanup_10_theHelperGoesOnInTheChildWhereACloserCalledExit() throws Exception {
        owner("owner", ready -> {
            CleanupScope scope = scope("scope");
            scope.defer(() -> log.add("of the scope"));
            CleanupScope child = scope.child();
            child.defer(outcome -> log.add("of the child " + outcome));
            child.defer(() -> {
                log.add("exits");
                process.exiting.add(Thread.currentThread());
                ready.countDown();
                hang();
            });
            scope.succeed();
            scope.close();
        });
        assertThat(goDown()).isEqualTo(Duration.ZERO);
        assertThat(log).containsExactly("exits", "of the child SUCCESS", "of the scope");
    }

    @Test
    void cleanup_10_theLastTenthOfAShortLimitIsKeptForTheReports() throws Exception {
        hearUncaught();
        owner("owner", ready -> {
            StackedScope.open(Cleanup.builder()
                            .name("short")
                            .time(time)
                            .closeAtShutdown(Duration.ofSeconds(1), Duration.ofSeconds(5))
                            .options(shutdown))
                    .defer(this::hang);
            ready.countDown();
            hang();
        });
        assertThat(goDown()).isEqualTo(Duration.ofMillis(4_500));
        assertThat(log).containsExactly("scope \"short\" abandoned at shutdown with 1 actions left");
    }

    @Test
    void cleanup_10_whereAllIsClosed_nobodyIsStartedToReport() throws Exception {
        Shutdown observed = new Shutdown(
                new ForwardingSeam(time) {
                    @Override
                    public void start(String name, Runnable task) {
                        log.add("start " + name);
                        super.start(name, task);
                    }
                },
                process);
        owner("dead", ready -> {
                    StackedScope.open(Cleanup.builder()
                                    .time(time)
                                    .closeAtShutdown()
                                    .options(observed))
                            .defer(() -> log.add("closed"));
                    ready.countDown();
                })
                .join();
        goDown();
        assertThat(log).containsExactly("start reliability-shutdown-close", "closed");
    }

    @Test
    void cleanup_10_withoutAThread_theProcessGoesDownAtOnceAndItIsTold() throws Exception {
        hearUncaught();
        Shutdown poor = new Shutdown(
                new ForwardingSeam(time) {
                    @Override
                    public void start(String name, Runnable task) {
                        throw new OutOfMemoryError("no thread " + name);
                    }
                },
                process);
        StackedScope.open(Cleanup.builder().time(time).closeAtShutdown().options(poor))
                .defer(() -> log.add("never"));
        assertThat(goDown()).isEqualTo(Duration.ZERO);
        assertThat(log)
                .containsExactly("no thread reliability-shutdown-close", "no thread reliability-shutdown-report");
    }

    @Test
    void cleanup_10_theLongestDrainAndLimitCount() throws Exception {
        owner("owner", ready -> {
            scope("short");
            StackedScope patient = StackedScope.open(Cleanup.builder()
                    .time(time)
                    .closeAtShutdown(Duration.ofSeconds(30), Duration.ofSeconds(Long.MAX_VALUE))
                    .options(shutdown));
            patient.defer(() -> log.add("closed"));
            ready.countDown();
            hang();
        });
        assertThat(goDown()).isEqualTo(Duration.ofSeconds(30));
        assertThat(log).containsExactly("closed");
    }
}
