package dev.reliability.time;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.Policy;
import dev.reliability.mutex.Hold;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.testkit.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeoutTest {
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final VirtualTime time = VirtualTime.autoAdvancing();
    private final Timeout timeout =
            Timeout.builder(LIMIT).name("fetch").time(time).build();

    private Timeout of(Duration span) {
        return Timeout.builder(span).time(time).build();
    }

    /** Lets virtual time pass without answering to interrupts, as a loop that computes does. */
    private void busy(Duration span) {
        time.advance(span);
    }

    private void sleep(Duration span) throws InterruptedException {
        time.sleep(span);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(Thread.interrupted()).as("interrupt flag").isFalse();
        assertThat(Deadline.current()).isNull();
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void deadline_2_finishedFirst_theValueIsReturned() throws Exception {
        assertThat(timeout.callInterruptibly(() -> {
                    sleep(Duration.ofMillis(199));
                    return "value";
                }))
                .isEqualTo("value");
        assertThat(timeout.<String, RuntimeException>call(() -> null)).isNull();
    }

    @Test
    void deadline_2_expiredFirst_saysWhichLimitWhatItGrantedAndHowLongTheTaskRan() {
        assertThatThrownBy(() -> timeout.callInterruptibly(() -> {
                    sleep(Duration.ofSeconds(5));
                    return "value";
                }))
                .isInstanceOfSatisfying(DeadlineExceededException.class, e -> {
                    assertThat(e.limit()).isEqualTo("timeout \"fetch\"");
                    assertThat(e.granted()).isEqualTo(LIMIT);
                    assertThat(e.ran()).isEqualTo(LIMIT);
                })
                .hasMessage("timeout \"fetch\" of 200 ms exceeded after 200 ms")
                .hasNoCause();
    }

    @Test
    void deadline_2_whatTheTaskThrewTooLate_isTheCause() {
        IOException failure = new IOException("planted");
        assertThatThrownBy(() -> timeout.run(() -> {
                    busy(Duration.ofMillis(203));
                    throw failure;
                }))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessage("timeout \"fetch\" of 200 ms exceeded after 203 ms")
                .hasCause(failure);
    }

    @Test
    void deadline_2_aValueThatComesTooLate_isClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        assertThatThrownBy(() -> timeout.<AutoCloseable, RuntimeException>call(() -> {
                    busy(LIMIT);
                    return () -> closed.set(true);
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(closed).isTrue();
    }

    @Test
    void deadline_2_aLateValueWhoseCloseFails_isSuppressed() {
        IOException failure = new IOException("planted");
        assertThatThrownBy(() -> timeout.<AutoCloseable, RuntimeException>call(() -> {
                    busy(LIMIT);
                    return () -> {
                        throw failure;
                    };
                }))
                .isInstanceOf(DeadlineExceededException.class)
                .hasSuppressedException(failure);
    }

    @Test
    void deadline_2_aLateValueWhoseCloseIsInterrupted_keepsTheFlag() {
        assertThatThrownBy(() -> timeout.<AutoCloseable, RuntimeException>call(() -> {
                    busy(LIMIT);
                    return () -> {
                        throw new InterruptedException("planted");
                    };
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadline_2_onLate_isGivenTheValueInsteadOfClosingIt() {
        List<Object> late = new ArrayList<>();
        AtomicBoolean closed = new AtomicBoolean();
        AutoCloseable value = () -> closed.set(true);
        Timeout handing = Timeout.builder(LIMIT).time(time).onLate(late::add).build();
        assertThatThrownBy(() -> handing.call(() -> {
                    busy(LIMIT);
                    return value;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(late).containsExactly(value);
        assertThat(closed).isFalse();
        assertThatThrownBy(() -> handing.<Object, RuntimeException>call(() -> {
                    busy(LIMIT);
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(late).hasSize(1);
    }

    @Test
    void deadline_2_alreadyExpired_theTaskIsNotRun() {
        AtomicInteger runs = new AtomicInteger();
        Deadline past = Deadline.after(Duration.ofMillis(-1), time);
        assertThatThrownBy(() -> past.run(runs::incrementAndGet))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessage("deadline had passed before the work began; granted were 0 ns");
        Deadline bound = Deadline.after(LIMIT, time);
        assertThatThrownBy(() -> bound.bind(() -> {
                    busy(LIMIT);
                    timeout.run(runs::incrementAndGet);
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void deadline_3_a_theFlagIsSetAtExpiry_noneIsSentAndItStays() {
        assertThatThrownBy(() -> timeout.run(() -> {
                    Thread.currentThread().interrupt();
                    busy(LIMIT);
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadline_3_a_anOutsideInterruptThatTheTaskThrows_isSetAgain() {
        assertThatThrownBy(() -> timeout.callInterruptibly(() -> {
                    Thread.currentThread().interrupt();
                    busy(LIMIT);
                    sleep(Duration.ofMillis(1));
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadline_3_b_anOutsideInterruptBeforeTheLimit_survives() {
        InterruptedException interrupt = new InterruptedException("from outside");
        assertThatThrownBy(() -> timeout.callInterruptibly(() -> {
                    throw interrupt;
                }))
                .isSameAs(interrupt);
        timeout.run(() -> Thread.currentThread().interrupt());
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadline_3_b_anOutsideInterruptAfterTheTasksEnd_survives() throws Exception {
        timeout.run(() -> {});
        Thread.currentThread().interrupt();
        time.advance(Duration.ofSeconds(1));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deadline_3_c_anOutsideInterruptBetweenLimitAndEnd_mergesWithOurs() {
        assertThatThrownBy(() -> timeout.run(() -> {
                    busy(LIMIT);
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    Thread.currentThread().interrupt();
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void deadline_3_d_anInnerLimitThatEnds_leavesTheOutersInterruptPending() {
        Timeout inner = of(Duration.ofMillis(100));
        AtomicBoolean pendingAfterInner = new AtomicBoolean();
        assertThatThrownBy(() -> timeout.run(() -> {
                    assertThatThrownBy(() -> inner.run(() -> busy(Duration.ofMillis(300))))
                            .isInstanceOf(DeadlineExceededException.class);
                    pendingAfterInner.set(Thread.currentThread().isInterrupted());
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(pendingAfterInner).isTrue();
    }

    @Test
    void deadline_3_d_anInnerLimitThatEndsAlone_clearsTheFlag() {
        Timeout inner = of(Duration.ofMillis(100));
        timeout.run(() -> {
            assertThatThrownBy(() -> inner.run(() -> busy(Duration.ofMillis(150))))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    }

    @Test
    void deadline_3_d_threeLimitsOfOneInstant_allExpireAndNothingIsLeft() {
        assertThatThrownBy(() -> timeout.run(() -> of(LIMIT).run(() -> of(LIMIT).run(() -> busy(LIMIT)))))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageStartingWith("timeout \"fetch\"");
    }

    @Test
    void deadline_3_e_ourInterruptIsTranslated_andNeverPendingAfterTheCall() throws Exception {
        assertThatThrownBy(() -> timeout.callInterruptibly(() -> {
                    sleep(Duration.ofHours(1));
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThatThrownBy(() -> timeout.callInterruptibly(() -> {
                    try {
                        sleep(Duration.ofHours(1));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw e;
                    }
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void deadline_4_anErrorOrException_disarmsTheLimit() throws Exception {
        for (Throwable planted : List.of(new StackOverflowError("planted"), new IllegalStateException("planted"))) {
            assertThat(catchThrowable(() -> timeout.run(() -> throwIt(planted))))
                    .isSameAs(planted);
            assertThat(time.pendingAlarms()).isZero();
            time.advance(Duration.ofSeconds(1));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void deadline_4_aLateError_reachesTheCallerItself() {
        Error planted = new OutOfMemoryError("planted");
        Throwable thrown = catchThrowable(() -> timeout.run(() -> {
            busy(LIMIT);
            throw planted;
        }));
        assertThat(thrown).isSameAs(planted);
        assertThat(thrown.getSuppressed()).hasSize(1).hasOnlyElementsOfType(DeadlineExceededException.class);
        assertThat(thrown.getSuppressed()[0]).hasNoCause();
    }

    @Test
    void deadline_4_oneErrorThrownByManyLateCalls_doesNotGrow() {
        Error planted = new AssertionError("planted");
        for (int i = 0; i < 10; i++) {
            assertThat(catchThrowable(() -> timeout.run(() -> {
                        busy(LIMIT);
                        throw planted;
                    })))
                    .isSameAs(planted);
        }
        assertThat(planted.getSuppressed()).hasSize(1);
    }

    private static void throwIt(Throwable planted) {
        if (planted instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) planted;
    }

    /** The common pool is full of tasks that hang; the limit fires all the same. */
    @Test
    void deadline_6_expiryDoesNotDependOnTheCommonPool() {
        AtomicBoolean release = new AtomicBoolean();
        int busy = ForkJoinPool.getCommonPoolParallelism() + 1;
        try {
            for (int i = 0; i < busy; i++) {
                ForkJoinPool.commonPool().execute(() -> {
                    while (!release.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            assertThatThrownBy(() -> Timeout.of(Duration.ofMillis(20)).callInterruptibly(() -> {
                        TimeSource.system().sleep(Duration.ofSeconds(30));
                        return null;
                    }))
                    .isInstanceOf(DeadlineExceededException.class);
        } finally {
            release.set(true);
        }
    }

    /** A thread whose interrupt blocks, as closing a channel can: other limits are on time all the same. */
    @Test
    void deadline_6_anInterruptThatBlocks_delaysNoOtherLimit() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicReference<String> blockedOn = new AtomicReference<>();
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread slow =
                new Thread(() -> outcome.set(catchThrowable(() -> Timeout.of(Duration.ofMillis(1))
                        .callInterruptibly(() -> {
                            TimeSource.system().sleep(Duration.ofMinutes(1));
                            return null;
                        })))) {
                    @Override
                    public void interrupt() {
                        blockedOn.set(Thread.currentThread().getName());
                        blocked.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        super.interrupt();
                    }
                };
        slow.start();
        assertThat(blocked.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> Timeout.of(Duration.ofMillis(1)).callInterruptibly(() -> {
                        TimeSource.system().sleep(Duration.ofMinutes(1));
                        return null;
                    }))
                    .isInstanceOf(DeadlineExceededException.class);
        }
        release.countDown();
        slow.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(outcome.get()).isInstanceOf(DeadlineExceededException.class);
        assertThat(blockedOn.get()).as("not the timer").isEqualTo("reliability-interrupts");
    }

    @Test
    void deadline_7_theBodySeesTheSoonerOfOwnAndAmbient() {
        timeout.run(() -> {
            Deadline own = Deadline.current();
            assertThat(own.remaining()).isEqualTo(LIMIT);
            of(Duration.ofHours(1)).run(() -> assertThat(Deadline.current()).isSameAs(own));
            of(Duration.ofMillis(50))
                    .run(() -> assertThat(Deadline.current().remaining()).isEqualTo(Duration.ofMillis(50)));
            assertThat(Deadline.current()).isSameAs(own);
        });
    }

    @Test
    void deadline_8_theOutersExpiryIsNotLostInTheInnersEnd() {
        Timeout longer = of(Duration.ofHours(1));
        List<Throwable> inner = new ArrayList<>();
        assertThatThrownBy(() -> timeout.run(() -> {
                    for (int i = 0; i < 3; i++) {
                        inner.add(catchThrowable(() -> longer.callInterruptibly(() -> {
                            sleep(Duration.ofMinutes(1));
                            return null;
                        })));
                    }
                }))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageStartingWith("timeout \"fetch\" of 200 ms");
        assertThat(inner.get(0)).isInstanceOfAny(InterruptedException.class, DeadlineExceededException.class);
        assertThat(inner.subList(1, 3)).hasOnlyElementsOfType(DeadlineExceededException.class);
    }

    @Test
    void deadline_8_anInnerThatCatchesEverything_doesNotSaveTheOuter() {
        assertThatThrownBy(() -> timeout.run(() -> {
                    Throwable inner =
                            catchThrowable(() -> of(Duration.ofMillis(100)).run(() -> busy(Duration.ofMillis(120))));
                    assertThat(inner).isInstanceOf(DeadlineExceededException.class);
                    busy(Duration.ofMillis(100));
                }))
                .hasMessageStartingWith("timeout \"fetch\"");
    }

    @Test
    void deadline_14_withoutInterrupt_theTaskIsLeftAloneAndItsResultRefused() {
        Timeout counting = Timeout.builder(LIMIT).time(time).withoutInterrupt().build();
        assertThatThrownBy(() -> counting.call(() -> {
                    busy(Duration.ofMillis(300));
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    return "too late";
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(counting.call(() -> "in time")).isEqualTo("in time");
    }

    @Test
    void deadline_14_aFunction_runsOnceOffTheTimersThreadWhileTheTaskStillRuns() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<Thread> on = new AtomicReference<>();
        Thread body = Thread.currentThread();
        Timeout cancelling = Timeout.builder(LIMIT)
                .time(time)
                .canceller(() -> {
                    runs.incrementAndGet();
                    on.set(Thread.currentThread());
                    body.interrupt(); // stands for a statement that ends when it is cancelled
                })
                .build();
        assertThatThrownBy(() -> cancelling.callInterruptibly(() -> {
                    sleep(Duration.ofHours(1));
                    return null;
                }))
                .isInstanceOf(DeadlineExceededException.class)
                .hasNoSuppressedExceptions();
        assertThat(runs).hasValue(1);
        assertThat(on.get()).isNotSameAs(body);
        assertThat(Thread.interrupted()).as("an interrupt that is not ours").isTrue();
        assertThat(cancelling.call(() -> "in time")).isEqualTo("in time");
        time.advance(Duration.ofHours(1));
        assertThat(runs).hasValue(1);
    }

    @Test
    void deadline_14_aFunctionThatFails_isSuppressed() {
        IOException failure = new IOException("planted");
        AtomicBoolean ran = new AtomicBoolean();
        Timeout cancelling = Timeout.builder(LIMIT)
                .time(time)
                .canceller(() -> {
                    ran.set(true);
                    throw failure;
                })
                .build();
        assertThatThrownBy(() -> cancelling.run(() -> {
                    busy(LIMIT);
                    while (!ran.get()) {
                        Thread.onSpinWait();
                    }
                }))
                .isInstanceOf(DeadlineExceededException.class)
                .hasSuppressedException(failure);
    }

    /** Many rounds in which the end of the task races the start of the function. */
    @Test
    void deadline_14_aFunction_neverStartsAfterTheTasksEnd() {
        for (int round = 0; round < 2_000; round++) {
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger after = new AtomicInteger();
            Timeout cancelling = Timeout.builder(LIMIT)
                    .time(time)
                    .canceller(() -> {
                        if (over.get()) {
                            after.incrementAndGet();
                        }
                    })
                    .build();
            int spins = round % 200;
            assertThatThrownBy(() -> cancelling.run(() -> {
                        busy(LIMIT);
                        for (int i = 0; i < spins * 50; i++) {
                            Thread.onSpinWait();
                        }
                    }))
                    .isInstanceOf(DeadlineExceededException.class);
            over.set(true);
            assertThat(after).hasValue(0);
        }
    }

    @Test
    void time_2_hugeLimits_areAccepted() {
        assertThat(of(Duration.ofSeconds(Long.MAX_VALUE)).call(() -> "value")).isEqualTo("value");
        assertThat(Timeout.of(Duration.ofSeconds(Long.MAX_VALUE)).call(() -> "value"))
                .isEqualTo("value");
    }

    @Test
    void time_5_noUserCodeRunsOnTheTimersThread() {
        // The tasks, onLate and closing run on the caller's thread, the canceller on its own: here the thread that
        // moves
        // the time rings the alarms, and it must never run the canceller.
        AtomicReference<Thread> canceller = new AtomicReference<>();
        AtomicReference<Thread> ringer = new AtomicReference<>();
        Timeout cancelling = Timeout.builder(LIMIT)
                .time(time)
                .canceller(() -> canceller.set(Thread.currentThread()))
                .build();
        assertThatThrownBy(() -> cancelling.run(() -> {
                    ringer.set(Thread.currentThread());
                    busy(LIMIT);
                    while (canceller.get() == null) {
                        Thread.onSpinWait();
                    }
                }))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(canceller.get()).isNotNull().isNotSameAs(ringer.get());
    }

    @Test
    void compose_2_aroundAnotherTimeout_theInnersExceptionPasses() {
        Policy both = of(Duration.ofHours(1)).around(timeout);
        assertThatThrownBy(() -> both.run(() -> busy(LIMIT))).hasMessageStartingWith("timeout \"fetch\"");
    }

    @Test
    void build_badOptions_tellsAll() {
        assertThatThrownBy(() -> Timeout.of(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be positive, but was PT0S");
        assertThatThrownBy(() -> Timeout.of(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Timeout.builder(Deadline.after(LIMIT, time))
                        .time(TimeSource.system())
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("time must be that of the deadline");
        assertThatThrownBy(() -> Timeout.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("span");
        assertThatThrownBy(() -> Timeout.builder(LIMIT).canceller(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("canceller");
    }

    @Test
    void deadline_2_aWaitOfThisLibraryThatTheLimitInterrupts_isNoCause() {
        TimedMutex mutex = TimedMutex.of("held", Duration.ofMinutes(1));
        Timeout real = Timeout.of(Duration.ofMillis(5));
        try (Hold held = mutex.tryAcquire()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> real.run(() -> Deadline.unbound(mutex::acquire)))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasNoCause();
            assertThatThrownBy(() -> real.run(() -> Deadline.unbound(() -> mutex.call(() -> "value"))))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasNoCause();
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void toString_tellsTheNameAndTheLimit() {
        assertThat(timeout).hasToString("Timeout[\"fetch\", 200 ms]");
        assertThat(Timeout.until(Deadline.after(LIMIT, time))).hasToString("Timeout[deadline in 200 ms]");
    }
}
