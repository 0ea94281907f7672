package dev.reliability.cleanup;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.Action;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule CLEANUP-9: what becomes of an action that takes too long. */
@Timeout(30)
class GraceTest {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<CleanupEvent> events = new CopyOnWriteArrayList<>();
    private volatile boolean released;

    private Cleanup.Builder builder() {
        return Cleanup.builder().name("bundle").time(time).grace(GRACE);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
        assertThat(time.pendingAlarms()).isZero();
    }

    private void say(String what) {
        log.add(what + " at " + seconds() + " s on " + Thread.currentThread().getName());
    }

    private long seconds() {
        return Duration.ofNanos(time.nanoTime()).toSeconds();
    }

    /** Answers to no interrupt, but counts them. */
    private void stuck() {
        while (!released) {
            time.park(this);
            if (Thread.interrupted()) {
                say("interrupted");
            }
        }
    }

    private void release(Thread stuck) {
        released = true;
        time.unpark(stuck);
    }

    private Throwable closeOn(String threadName, CleanupScope scope) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        time.spawn(threadName, () -> thrown.set(catchThrowable(scope::close))).join();
        return thrown.get();
    }

    @Test
    void cleanup_9_anActionThatOverrunsIsInterruptedOnceAndHasFailed() {
        CleanupScope scope =
                builder().listener(event -> events.add((CleanupEvent) event)).scope();
        scope.defer(() -> log.add("older " + Thread.currentThread().isInterrupted() + " at " + seconds()));
        scope.defer(() -> time.sleep(Duration.ofHours(1)));
        assertThatThrownBy(scope::close)
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessage("timeout \"grace of bundle\" of 5 s exceeded after 5 s");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(log).containsExactly("older false at 5");
        assertThat(events)
                .containsExactly(new CleanupEvent.ActionFailed(
                        "bundle", Outcome.FAILURE, DeadlineExceededException.class.getName()));
    }

    @Test
    void cleanup_9_eachActionHasTheGraceForItself() throws Exception {
        CleanupScope scope = builder().scope();
        for (int i = 0; i < 3; i++) {
            scope.defer(() -> {
                time.sleep(Duration.ofSeconds(4));
                say("done");
            });
        }
        assertThat(closeOn("closer", scope)).isNull();
        assertThat(log).containsExactly("done at 4 s on closer", "done at 8 s on closer", "done at 12 s on closer");
    }

    @Test
    void cleanup_9_anActionThatIgnoresTheInterruptIsReportedAndTheRestRunsInOrderOnARescueThread() throws Exception {
        CleanupScope scope =
                builder().listener(event -> events.add((CleanupEvent) event)).scope();
        AtomicReference<Thread> closer = new AtomicReference<>();
        scope.defer(() -> {
            say("oldest");
            release(closer.get());
        });
        scope.defer(outcome -> {
            scope.defer(() -> say("registered meanwhile"));
            say("middle " + outcome);
        });
        scope.defer(() -> {
            closer.set(Thread.currentThread());
            stuck();
            say("ends");
        });
        scope.succeed();
        assertThat(closeOn("closer", scope)).isInstanceOf(DeadlineExceededException.class);
        assertThat(log)
                .contains("ends at 10 s on closer") // when the time allows it
                .filteredOn(line -> !line.startsWith("ends"))
                .containsExactly(
                        "interrupted at 5 s on closer",
                        "middle SUCCESS at 10 s on reliability-rescue",
                        "registered meanwhile at 10 s on reliability-rescue",
                        "oldest at 10 s on reliability-rescue");
        CleanupEvent.ActionOverran overran = (CleanupEvent.ActionOverran) events.get(0);
        assertThat(overran.policy()).isEqualTo("bundle");
        assertThat(overran.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(overran.thread()).isEqualTo("closer");
        assertThat(overran.stack()).anyMatch(frame -> frame.getMethodName().equals("stuck"));
        assertThat(events.get(1)).isInstanceOf(CleanupEvent.ActionFailed.class);
        assertThat(events).hasSize(2);
    }

    @Test
    void cleanup_9_withoutAListenerTheUncaughtHandlerHearsWhereTheActionIsAndWhatFailsInTheRescue() throws Exception {
        List<Throwable> heard = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> heard.add(failure));
        CleanupScope scope = builder().scope();
        AtomicReference<Thread> closer = new AtomicReference<>();
        IllegalStateException inRescue = new IllegalStateException("in the rescue");
        try {
            scope.defer(() -> {
                release(closer.get());
                throw inRescue;
            });
            scope.defer(() -> {
                closer.set(Thread.currentThread());
                stuck();
            });
            assertThat(closeOn("closer", scope))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasNoSuppressedExceptions();
            await().dontCatchUncaughtExceptions()
                    .atMost(SOON)
                    .until(() -> heard.size() >= 2); // the rescue goes on when it has let the closer go
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(heard).hasSize(2).contains(inRescue);
        assertThat(heard.get(0))
                .isInstanceOf(CleanupException.class)
                .hasMessage(
                        "an action of scope \"bundle\" has overrun its grace and goes on in thread \"closer\", which"
                                + " is here");
        assertThat(heard.get(0).getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("stuck"));
    }

    @Test
    void cleanup_9_aRescueThreadThatIsStuckIsRescuedToo() throws Exception {
        CleanupScope scope = builder()
                .reportOnlyTo(event -> events.add((CleanupEvent) event))
                .scope();
        List<Thread> stuck = new CopyOnWriteArrayList<>();
        scope.defer(() -> {
            say("oldest");
            stuck.forEach(this::release);
        });
        for (int i = 0; i < 2; i++) {
            scope.defer(() -> {
                stuck.add(Thread.currentThread());
                stuck();
            });
        }
        assertThat(closeOn("closer", scope)).isNull();
        assertThat(log)
                .containsExactly(
                        "interrupted at 5 s on closer",
                        "interrupted at 15 s on reliability-rescue",
                        "oldest at 20 s on reliability-rescue");
        assertThat(events)
                .filteredOn(CleanupEvent.ActionOverran.class::isInstance)
                .hasSize(2);
    }

    @Test
    void cleanup_9_whereAChildIsStuckItsParentIsRescuedAfterIt() throws Exception {
        CleanupScope parent = builder()
                .reportOnlyTo(event -> events.add((CleanupEvent) event))
                .scope();
        AtomicReference<Thread> closer = new AtomicReference<>();
        parent.defer(() -> {
            say("of the parent");
            release(closer.get());
        });
        CleanupScope child = parent.child("inner");
        child.defer(() -> say("of the child"));
        child.defer(() -> {
            closer.set(Thread.currentThread());
            stuck();
        });
        assertThat(closeOn("closer", parent)).isNull();
        assertThat(log)
                .containsExactly(
                        "interrupted at 5 s on closer",
                        "of the child at 10 s on reliability-rescue",
                        "of the parent at 10 s on reliability-rescue");
        assertThat(events)
                .filteredOn(CleanupEvent.ActionOverran.class::isInstance)
                .hasSize(1);
        assertThat(parent.isClosed()).isTrue();
    }

    @Test
    void cleanup_9_aChildIsNotLimitedAsAWhole() {
        CleanupScope parent = builder().scope();
        CleanupScope child = parent.child();
        for (int i = 0; i < 5; i++) {
            child.defer(() -> time.sleep(Duration.ofSeconds(4)));
        }
        parent.close();
        assertThat(seconds()).isEqualTo(20);
    }

    @Test
    void cleanup_9_theGraceIsTheAmbientDeadlineAndNotTheExpiredOneOfTheBody() {
        Deadline body = Deadline.after(Duration.ofSeconds(1), time);
        time.advance(Duration.ofSeconds(2));
        body.bind((Action<RuntimeException>) () -> {
            try (CleanupScope scope = builder().scope()) {
                scope.defer(() -> log.add("grace " + Deadline.current().remaining()));
            }
            try (CleanupScope scope = Cleanup.scope()) {
                scope.defer(() -> log.add("none " + Deadline.current()));
            }
            assertThat(Deadline.current()).isSameAs(body);
        });
        assertThat(log).containsExactly("grace PT5S", "none null");
    }

    @Test
    void cleanup_9_whatIsRegisteredTooLateHasItsGraceToo() {
        CleanupScope scope = builder().scope();
        scope.close();
        Throwable refusal = catchThrowable(() -> scope.defer(() -> time.sleep(Duration.ofHours(1))));
        assertThat(refusal).isInstanceOf(IllegalStateException.class);
        assertThat(refusal.getSuppressed()).hasOnlyElementsOfType(DeadlineExceededException.class);
        assertThat(seconds()).isEqualTo(5);
    }

    @Test
    void cleanup_9_anInterruptFromOutsideStays() {
        CleanupScope scope = builder().scope();
        scope.defer(() -> time.sleep(Duration.ofHours(1)));
        Thread.currentThread().interrupt();
        assertThatThrownBy(scope::close).isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void cleanup_9_withoutAThreadForTheRescueTheRestWaitsForTheAction() throws Exception {
        OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
        TimeSource poor = new ForwardingSeam(time) {
            @Override
            public void start(String name, Runnable task) {
                throw noThread;
            }
        };
        CleanupScope scope = builder()
                .time(poor)
                .listener(event -> events.add((CleanupEvent) event))
                .scope();
        scope.defer(() -> say("older"));
        scope.defer(() -> {
            Thread closer = Thread.currentThread();
            time.spawn("releaser", () -> {
                time.parkNanos(this, Duration.ofSeconds(60).toNanos());
                release(closer);
            });
            stuck();
        });
        assertThat(closeOn("closer", scope)).isSameAs(noThread);
        assertThat(log).containsExactly("interrupted at 5 s on closer", "older at 60 s on closer");
        assertThat(events)
                .containsExactly(
                        new CleanupEvent.ActionFailed(
                                "bundle", Outcome.FAILURE, DeadlineExceededException.class.getName()),
                        new CleanupEvent.ActionFailed("bundle", Outcome.FAILURE, OutOfMemoryError.class.getName()));
    }

    @Test
    void cleanup_9_withoutATimer_theActionsRunAllTheSame_onceEach_andSomebodyIsTold() {
        List<Throwable> heard = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> heard.add(failure));
        for (int alarmsLeft = 0; alarmsLeft < 5; alarmsLeft++) {
            AtomicInteger left = new AtomicInteger(alarmsLeft);
            TimeSource poor = new ForwardingSeam(time) {
                @Override
                public void schedule(Alarm alarm, long atNanos) {
                    if (left.getAndDecrement() <= 0) {
                        throw new Error("planted: no thread for the timer");
                    }
                    super.schedule(alarm, atNanos);
                }
            };
            log.clear();
            heard.clear();
            CleanupScope scope = builder().time(poor).scope();
            scope.defer(() -> log.add("older"));
            scope.defer(() -> log.add("newer"));
            scope.close();
            assertThat(log).as("with " + alarmsLeft + " alarms").containsExactly("newer", "older");
            assertThat(heard).as("actions that went unwatched").hasSize((5 - alarmsLeft) / 2);
        }
        Thread.currentThread().setUncaughtExceptionHandler(null);
    }

    @Test
    void cleanup_9_withoutRoomForTheReport_theRestRunsAllTheSame() throws Exception {
        OutOfMemoryError noRoom = new OutOfMemoryError("planted");
        List<Throwable> heard = new CopyOnWriteArrayList<>();
        CleanupScope scope = builder().scope();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread closer = new Thread(() -> thrown.set(catchThrowable(scope::close)), "closer") {
            @Override
            public StackTraceElement[] getStackTrace() {
                throw noRoom;
            }
        };
        scope.defer(() -> {
            say("older");
            release(closer);
        });
        scope.defer(this::stuck);
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> heard.add(failure));
        try {
            closer.start();
            closer.join();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(thrown.get()).isInstanceOf(DeadlineExceededException.class);
        assertThat(log).containsExactly("interrupted at 5 s on closer", "older at 10 s on reliability-rescue");
        assertThat(heard).containsExactly(noRoom);
    }

    @Test
    void grace_valuesOutOfRange_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cleanup.builder().grace(Duration.ZERO).scope())
                .withMessage("grace must be positive, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cleanup.builder().detachable(Runnable::run).scope())
                .withMessage("grace must be set for a detachable scope, but was none");
        CleanupScope patient =
                Cleanup.builder().grace(Duration.ofSeconds(Long.MAX_VALUE)).scope();
        patient.defer(() -> log.add("ran"));
        patient.close();
        assertThat(log).containsExactly("ran");
        assertThatIllegalStateException().isThrownBy(patient::succeed);
    }
}
