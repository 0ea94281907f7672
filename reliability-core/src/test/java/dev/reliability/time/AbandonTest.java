package dev.reliability.time;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reliability.Policy;
import dev.reliability.base.Carried;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule DEADLINE-13: work that ignores every way of stopping it is abandoned, and its caller goes on in time. */
class AbandonTest {
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final Executor threads = task -> time.spawn("body", task);
    private final CountDownLatch release = new CountDownLatch(1);

    private Timeout.Builder builder(int maxAbandoned) {
        return Timeout.builder(LIMIT).name("fetch").time(time).abandonOn(threads, maxAbandoned);
    }

    /** Answers to nothing but the test: time goes on, since a loop is not a wait of this time. */
    private String stubborn() {
        time.advance(LIMIT);
        boolean interrupted = false;
        while (true) {
            try {
                release.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return "late";
    }

    @AfterEach
    void nothingIsLeft() {
        release.countDown();
        await().atMost(SOON).until(() -> {
            time.advance(Duration.ofMillis(1));
            return time.pendingAlarms() == 0;
        });
        assertThat(Thread.interrupted()).isFalse();
        assertThat(Deadline.current()).isNull();
    }

    @Test
    void deadline_13_inTime_valueAndFailureAreThoseOfTheTask() throws Exception {
        Timeout timeout = builder(16).build();
        AtomicReference<Deadline> seen = new AtomicReference<>();
        AtomicReference<Thread> on = new AtomicReference<>();
        assertThat(timeout.call(() -> {
                    seen.set(Deadline.current());
                    on.set(Thread.currentThread());
                    return "value";
                }))
                .isEqualTo("value");
        assertThat(seen.get()).as("the deadline travels along").isNotNull();
        assertThat(on.get()).isNotSameAs(Thread.currentThread());
        IOException failure = new IOException("planted");
        assertThatThrownBy(() -> timeout.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void deadline_13_atTheLimit_theCallerGoesOn_andTheLateValueIsGivenAway() {
        List<Object> late = new CopyOnWriteArrayList<>();
        Timeout timeout = builder(16).onLate(late::add).build();
        assertThatThrownBy(() -> timeout.call(this::stubborn))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageStartingWith("timeout \"fetch\" of 200 ms exceeded");
        assertThat(late).isEmpty();
        release.countDown();
        await().atMost(SOON).until(() -> late.equals(List.of("late")));
    }

    @Test
    void deadline_13_tooManyAbandoned_callsAreRefusedUntilOneEnds() {
        Timeout timeout = builder(2).build();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> timeout.call(this::stubborn)).isInstanceOf(DeadlineExceededException.class);
        }
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> timeout.run(runs::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("timeout \"fetch\" refuses the call: 2 abandoned tasks still run, and 2 may");
        assertThat(runs).hasValue(0);
        release.countDown();
        await().atMost(SOON).until(() -> {
            try {
                return timeout.call(() -> "again").equals("again");
            } catch (RejectedExecutionException stillRunning) {
                return false;
            }
        });
    }

    @Test
    void deadline_2_anExecutorThatComesAfterTheLimit_beginsNoTask() {
        AtomicInteger runs = new AtomicInteger();
        Executor slow = task -> {
            time.advance(LIMIT);
            task.run();
        };
        Timeout timeout = Timeout.builder(LIMIT).time(time).abandonOn(slow, 16).build();
        assertThatThrownBy(() -> timeout.run(runs::incrementAndGet)).isInstanceOf(DeadlineExceededException.class);
        assertThat(runs).hasValue(0);
        assertThat(timeout.toString()).contains("0 of 16 abandoned");
    }

    @Test
    void deadline_13_aTaskThatNoThreadTook_isNeverRun_andCountsUntilItsTurn() {
        List<Runnable> waiting = new ArrayList<>();
        AtomicInteger runs = new AtomicInteger();
        Timeout timeout =
                Timeout.builder(LIMIT).time(time).abandonOn(waiting::add, 16).build();
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            Throwable thrown = catchThrowable(() -> timeout.run(runs::incrementAndGet));
            refused += thrown instanceof RejectedExecutionException ? 1 : 0;
        }
        assertThat(refused).isEqualTo(184);
        assertThat(waiting).as("what a stuck executor keeps").hasSize(16);

        waiting.forEach(Runnable::run);

        assertThat(runs).hasValue(0);
        assertThatThrownBy(() -> timeout.run(runs::incrementAndGet))
                .as("a limit again, and no refusal")
                .isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void deadline_13_aTaskThatNoThreadTook_isNotKept() {
        List<Runnable> waiting = new ArrayList<>();
        Timeout timeout =
                Timeout.builder(LIMIT).time(time).abandonOn(waiting::add, 16).build();
        WeakReference<Object> memory = abandonWith(timeout, new byte[1 << 16]);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return memory.get() == null;
        });
        assertThat(waiting).hasSize(1);
    }

    private static WeakReference<Object> abandonWith(Timeout timeout, byte[] memory) {
        assertThatThrownBy(() -> timeout.call(() -> memory.length)).isInstanceOf(DeadlineExceededException.class);
        return new WeakReference<>(memory);
    }

    @Test
    void deadline_13_theTaskIsInterruptedAtTheLimit_onItsOwnThread() {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Timeout timeout = builder(16).build();
        assertThatThrownBy(() -> timeout.callInterruptibly(() -> {
                    try {
                        time.sleep(Duration.ofHours(1));
                    } catch (InterruptedException e) {
                        seen.set(e);
                        throw e;
                    }
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        await().atMost(SOON).until(() -> {
            time.advance(Duration.ofMillis(1)); // the caller is gone, and nobody else moves the time
            return seen.get() instanceof InterruptedException;
        });
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void deadline_13_theCallerIsInterrupted_goesOnAtOnce() throws Exception {
        Timeout timeout = Timeout.builder(Duration.ofHours(1))
                .abandonOn(task -> new Thread(task, "body").start(), 1)
                .build();
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            try {
                timeout.run(() -> {
                    started.countDown();
                    while (release.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                });
            } catch (Throwable e) {
                outcome.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        assertThat(started.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(outcome.get()).isInstanceOf(CancellationException.class);
        assertThat(flag).isTrue();
        assertThatThrownBy(() -> timeout.run(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    /** Ends in time on its own thread; but before the caller hears of that, something else happens to the caller. */
    private static final class BeforeTheNews extends ForwardingSeam {
        private final VirtualTime time;
        private final Thread caller = Thread.currentThread();
        private final Consumer<BeforeTheNews> happens;
        private final CountDownLatch givesUp = new CountDownLatch(1);
        private volatile Thread body;

        BeforeTheNews(VirtualTime time, Consumer<BeforeTheNews> happens) {
            super(time);
            this.time = time;
            this.happens = happens;
        }

        @Override
        public void cancel(Alarm alarm) {
            super.cancel(alarm);
            body = Thread.currentThread();
            happens.accept(this);
            unpark(caller);
            while (givesUp.getCount() > 0) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void checkpoint() {
            if (Thread.currentThread() == caller) {
                givesUp.countDown();
                while (body.isAlive()) {
                    Thread.onSpinWait();
                }
            }
        }

        String call() throws Exception {
            Executor threads = task -> {
                Thread thread = new Thread(task, "body");
                thread.setDaemon(true);
                thread.start();
            };
            Timeout timeout =
                    Timeout.builder(LIMIT).time(this).abandonOn(threads, 1).build();
            String value = timeout.call(() -> "in time");
            assertThat(timeout.toString()).contains("0 of 1 abandoned");
            return value;
        }
    }

    @Test
    void deadline_2_theLimitPassesWhenTheTaskHasJustEnded_theValueIsReturned() throws Exception {
        BeforeTheNews seam = new BeforeTheNews(VirtualTime.manual(), self -> self.time.advance(LIMIT));
        assertThat(seam.call()).isEqualTo("in time");
    }

    @Test
    void deadline_3_b_theCallerIsInterruptedWhenTheTaskHasJustEnded_theValueIsReturnedAndTheFlagStays()
            throws Exception {
        BeforeTheNews seam = new BeforeTheNews(VirtualTime.manual(), self -> self.caller.interrupt());
        assertThat(seam.call()).isEqualTo("in time");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadline_13_theAnswerTellsHowLongTheCallHasRun() {
        time.advance(Duration.ofHours(1));
        assertThatThrownBy(() -> builder(16).build().call(this::stubborn))
                .isInstanceOfSatisfying(
                        DeadlineExceededException.class,
                        e -> assertThat(e.ran()).isBetween(LIMIT, LIMIT.multipliedBy(10)));
    }

    /** The task itself ends in time, but its caller was interrupted and has gone on. */
    @Test
    void deadline_13_theCallerIsInterrupted_theValueIsClosedAndWhatFailsInThatIsTold() throws Exception {
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        AutoCloseable value = () -> {
            throw new IOException("planted");
        };
        Thread caller = Thread.currentThread();
        Timeout timeout = Timeout.builder(Duration.ofHours(1))
                .abandonOn(
                        task -> {
                            Thread body = new Thread(task, "body");
                            body.setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
                            body.start();
                        },
                        1)
                .build();
        assertThatThrownBy(() -> timeout.call(() -> {
                    caller.interrupt();
                    release.await();
                    return value;
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(uncaught).isEmpty();
        release.countDown();
        await().atMost(SOON).until(() -> !uncaught.isEmpty());
        assertThat(uncaught).singleElement().isInstanceOf(IOException.class);
    }

    @Test
    void deadline_13_anAbandonedTask_isNotWaitedForAnyMore() throws Exception {
        AtomicReference<Boolean> before = new AtomicReference<>();
        AtomicReference<Boolean> after = new AtomicReference<>();
        Thread caller = Thread.currentThread();
        Timeout timeout = builder(16).build();
        assertThatThrownBy(() -> timeout.run(() -> {
                    before.set(Carried.isWaitedForBy(caller));
                    stubborn();
                    after.set(Carried.isWaitedForBy(caller));
                }))
                .isInstanceOf(DeadlineExceededException.class);
        release.countDown();
        await().atMost(SOON).until(() -> after.get() != null);
        assertThat(before.get()).isTrue();
        assertThat(after.get()).isFalse();
    }

    /** As {@code shutdownNow} does, while the task waits for a mutex: nobody has interrupted the caller. */
    @Test
    void deadline_13_theThreadOfTheTaskIsInterrupted_theCallerIsNot() throws Exception {
        AtomicReference<Thread> pool = new AtomicReference<>();
        Timeout timeout = Timeout.builder(Duration.ofMinutes(1))
                .abandonOn(
                        task -> {
                            pool.set(new Thread(task, "body"));
                            pool.get().start();
                        },
                        1)
                .build();
        TimedMutex mutex = TimedMutex.of("inner", Duration.ofMinutes(1));
        Policy composed = timeout.around(mutex);
        Hold held = mutex.acquire();
        Thread interrupter = new Thread(() -> {
            await().atMost(SOON).until(() -> mutex.snapshot().waiting() == 1);
            pool.get().interrupt();
        });
        interrupter.start();
        assertThatThrownBy(() -> composed.callInterruptibly(() -> "value"))
                .isExactlyInstanceOf(CancellationException.class)
                .hasMessage("interrupted while waiting for mutex \"inner\"");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        interrupter.join();
        held.close();
    }

    @Test
    void toString_tellsTheNameTheLimitAndHowManyAbandonedTasksRun() {
        Timeout timeout = builder(2).build();
        assertThatThrownBy(() -> timeout.call(this::stubborn)).isInstanceOf(DeadlineExceededException.class);
        assertThat(timeout).hasToString("Timeout[\"fetch\", 200 ms, 1 of 2 abandoned tasks run]");
        assertThat(Timeout.builder(LIMIT).abandonOn(threads).build())
                .as("the default")
                .hasToString("Timeout[200 ms, 0 of 16 abandoned tasks run]");
    }

    @Test
    void deadline_13_anExecutorThatRefuses_isHeard() {
        RejectedExecutionException refusal = new RejectedExecutionException("planted");
        Timeout timeout = Timeout.builder(LIMIT)
                .abandonOn(
                        task -> {
                            throw refusal;
                        },
                        1)
                .build();
        assertThatThrownBy(() -> timeout.run(() -> {})).isSameAs(refusal);
        assertThatThrownBy(() -> Timeout.builder(LIMIT).abandonOn(threads, 0).build())
                .hasMessage("maxAbandoned must be at least 1, but was 0");
    }
}
