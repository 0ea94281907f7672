package dev.reliability.cleanup;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.ForwardingSeam;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule CLEANUP-9: a close that returns in time, whatever its actions do. */
@Timeout(30)
class DetachableTest {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final Executor executor = work -> time.spawn("executor", work);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private Thread.UncaughtExceptionHandler before;
    private volatile boolean released;

    @BeforeEach
    void listen() {
        before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    }

    @AfterEach
    void nothingIsLeft() {
        Thread.setDefaultUncaughtExceptionHandler(before);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(time.pendingAlarms()).isZero();
    }

    private Cleanup.Builder builder(Executor executor) {
        return Cleanup.builder().name("bundle").time(time).grace(GRACE).detachable(executor);
    }

    private void say(String what) {
        log.add(what + " at " + seconds() + " s on " + Thread.currentThread().getName());
    }

    private long seconds() {
        return Duration.ofNanos(time.nanoTime()).toSeconds();
    }

    private void stuck() {
        while (!released) {
            time.park(this);
            Thread.interrupted();
        }
    }

    /** Runs on a thread that the time waits for, and waits for it. */
    private void on(String name, Runnable work) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        time.spawn(name, () -> failure.set(catchThrowable(work::run))).join();
        assertThat(failure.get()).as("what failed on thread " + name).isNull();
    }

    private void awaitClosed(CleanupScope scope) throws InterruptedException {
        on("waiter", () -> {
            while (!scope.isClosed()) {
                time.parkNanos(this, 1_000_000);
            }
        });
    }

    @Test
    void cleanup_9_theActionsRunOnTheExecutorAndTheirFailuresAreThrownByClose() throws Exception {
        CleanupScope scope = builder(executor).scope();
        IOException failure = new IOException("disk full");
        scope.defer(() -> say("older"));
        scope.defer(outcome -> {
            say("newer " + outcome);
            scope.close(); // from inside: returns at once
            throw failure;
        });
        scope.succeed();
        on("caller", () -> {
            assertThatThrownBy(scope::close)
                    .isInstanceOf(CleanupException.class)
                    .hasCause(failure);
            assertThat(scope.isClosed()).isTrue();
            scope.close();
        });
        assertThat(log).containsExactly("newer SUCCESS at 0 s on executor", "older at 0 s on executor");
        assertThat(seconds()).as("when the caller was told").isZero();
        assertThat(uncaught).isEmpty();
    }

    @Test
    void cleanup_9_closeReturnsAtTheEndOfTheGraceAndTheClosingGoesOn() throws Exception {
        List<Object> events = new CopyOnWriteArrayList<>();
        CleanupScope scope = builder(executor).listener(events::add).scope();
        AtomicReference<Thread> stuck = new AtomicReference<>();
        IllegalStateException late = new IllegalStateException("late");
        scope.defer(() -> {
            say("oldest");
            released = true;
            time.unpark(stuck.get());
            throw late;
        });
        scope.defer(() -> {
            stuck.set(Thread.currentThread());
            stuck();
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        on("caller", () -> {
            Thread.currentThread().interrupt();
            thrown.set(catchThrowable(scope::close));
            assertThat(Thread.interrupted()).as("the caller's interrupt").isTrue();
            say("returned");
            assertThat(scope.isClosed()).isFalse();
        });
        assertThat(thrown.get())
                .isInstanceOf(CleanupException.class)
                .hasMessage("scope \"bundle\" not closed within its grace of 5 s: 2 actions left, which go on without"
                        + " the caller");
        awaitClosed(scope);
        stuck.get().join();
        assertThat(log).containsExactly("returned at 5 s on caller", "oldest at 10 s on reliability-rescue");
        assertThat(events.get(0)).isEqualTo(new CleanupEvent.Detached("bundle", 2));
        assertThat(events.get(1)).isInstanceOf(CleanupEvent.ActionOverran.class);
        assertThat(uncaught).as("of the rescue, and of the executor").hasSize(2).contains(late);
    }

    @Test
    void cleanup_9_reportOnly_closeReturnsInTimeAndThrowsNothing() throws Exception {
        List<Object> events = new CopyOnWriteArrayList<>();
        CleanupScope scope = builder(executor).reportOnlyTo(events::add).scope();
        scope.defer(() -> time.sleep(Duration.ofSeconds(3)));
        scope.defer(() -> time.sleep(Duration.ofSeconds(4)));
        on("caller", () -> {
            scope.close();
            say("returned");
        });
        awaitClosed(scope);
        assertThat(log).containsExactly("returned at 5 s on caller");
        assertThat(events).contains(new CleanupEvent.Detached("bundle", 1));
        assertThat(uncaught).isEmpty();
    }

    @Test
    void cleanup_9_aSecondCloserWaitsNoLongerThanTheGraceEither() throws Exception {
        CleanupScope scope = builder(executor).scope();
        scope.defer(() -> time.sleep(Duration.ofSeconds(2)));
        scope.defer(() -> time.sleep(Duration.ofMillis(1_100)));
        scope.defer(() -> time.sleep(Duration.ofMillis(4_700)));
        List<Thread> others = new CopyOnWriteArrayList<>();
        on(
                "first",
                () -> { // starts the others, so that the time cannot move before they are there
                    others.add(closerAfter(Duration.ofSeconds(1), "second", scope));
                    others.add(closerAfter(Duration.ofSeconds(6), "third", scope));
                    log.add(catchThrowable(scope::close) + " at " + seconds() + " s");
                });
        for (Thread other : others) {
            other.join();
        }
        String late = CleanupException.class.getName() + ": scope \"bundle\" not closed within its grace of 5 s: ";
        assertThat(log)
                .containsExactly(
                        late + "2 actions left, which go on without the caller at 5 s",
                        late + "1 actions left, which go on without the caller at 6 s",
                        "null at 7 s");
    }

    private Thread closerAfter(Duration wait, String name, CleanupScope scope) {
        return time.spawn(name, () -> {
            time.parkNanos(this, wait.toNanos());
            log.add(catchThrowable(scope::close) + " at " + seconds() + " s");
        });
    }

    @Test
    void cleanup_1_aSecondCloserThatIsInterrupted_waitsOnAndKeepsTheInterrupt() throws Exception {
        CleanupScope scope = builder(executor).scope();
        scope.defer(() -> time.sleep(Duration.ofSeconds(3)));
        on("first", () -> {
            time.spawn("second", () -> {
                time.parkNanos(this, 1_000_000_000);
                Thread.currentThread().interrupt();
                scope.close();
                say("returned " + Thread.interrupted());
            });
            scope.close();
        });
        awaitSaid(1);
        assertThat(log).containsExactly("returned true at 3 s on second");
    }

    private void awaitSaid(int lines) {
        await().atMost(SOON).until(() -> log.size() == lines);
    }

    @Test
    void cleanup_9_withoutAThreadAtTheEndOfTheGrace_closeTellsIt_andTheNextOneGoesOn() throws Exception {
        OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
        TimeSource poor = new ForwardingSeam(time) {
            @Override
            public void start(String name, Runnable task) {
                throw noThread;
            }
        };
        time.advance(Duration.ofHours(1));
        List<Runnable> queue = new ArrayList<>();
        CleanupScope scope = builder(queue::add).time(poor).scope();
        scope.defer(() -> say("ran"));
        on("caller", () -> {
            assertThat(catchThrowable(scope::close)).as("an error is primary").isSameAs(noThread);
            assertThat(noThread.getSuppressed()).hasOnlyElementsOfType(CleanupException.class);
            say("returned");
        });
        on("next", () -> {
            time.spawn("executor", () -> {
                time.parkNanos(this, 1_000_000_000);
                queue.forEach(Runnable::run);
            });
            scope.close();
        });
        assertThat(log).containsExactly("returned at 3605 s on caller", "ran at 3606 s on executor");
    }

    @Test
    void cleanup_9_anExecutorThatNeverBeginsIsReplacedAtTheEndOfTheGrace() throws Exception {
        List<Runnable> queue = new ArrayList<>();
        CleanupScope scope = builder(queue::add).scope();
        scope.defer(() -> say("ran"));
        on("caller", () -> {
            assertThat(catchThrowable(scope::close))
                    .isInstanceOf(CleanupException.class)
                    .hasMessageContaining("1 actions left");
            assertThat(catchThrowable(scope::release)).hasMessageContaining("its closing has begun");
        });
        awaitClosed(scope);
        queue.forEach(Runnable::run);
        assertThat(log).containsExactly("ran at 5 s on reliability-rescue");
    }

    @Test
    void cleanup_9_anExecutorThatRefusesHasTheActionsRunOnTheCaller() throws Exception {
        CleanupScope scope = builder(work -> {
                    throw new RejectedExecutionException("full");
                })
                .scope();
        scope.defer(() -> say("ran"));
        on("caller", scope::close);
        assertThat(log).containsExactly("ran at 0 s on caller");
    }

    @Test
    void cleanup_9_callGivesUpInTimeAndTheWorksFailureIsPrimary() throws Exception {
        IOException work = new IOException("work");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        on("caller", () -> {
            thrown.set(catchThrowable(() -> builder(executor).run(scope -> {
                scope.defer(() -> time.sleep(Duration.ofSeconds(4)));
                scope.defer(() -> time.sleep(Duration.ofSeconds(4)));
                throw work;
            })));
            say("returned");
        });
        assertThat(thrown.get()).isSameAs(work);
        assertThat(work.getSuppressed()).hasSize(1).hasOnlyElementsOfType(CleanupException.class);
        assertThat(log).containsExactly("returned at 5 s on caller");
        on("later", () -> time.parkNanos(this, GRACE.toNanos()));
    }
}
