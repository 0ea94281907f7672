package dev.reliability.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rule DEADLINE-3 on real threads: the end of the task races the limit, and an interrupt from outside races both.
 *
 * <p>The alarms of this test's time source are rung by a partner thread, so that limit and end can be aimed at the same
 * instant. A round counts only if the two lay within 2 us of one another. How many rounds have to count: system property
 * {@code race.rounds}, 20,000 by default, a million in the profile {@code long}.
 */
class InterruptRaceTest {
    private static final long ROUNDS = Long.getLong("race.rounds", 20_000);
    private static final long WINDOW_NANOS = 2_000;
    private static final long GIVE_UP_NANOS = (30 + ROUNDS / 1_000) * 1_000_000_000L;

    enum Outside {
        NONE,
        BEFORE_THE_LIMIT,
        AFTER_THE_LIMIT
    }

    /** The machine's time, but alarms are kept for the partner to ring, and it interrupts as well. */
    private static final class Aimed extends ForwardingSeam {
        final AtomicReference<Alarm> alarm = new AtomicReference<>();

        Aimed() {
            super(TimeSource.system());
        }

        @Override
        public void schedule(Alarm scheduled, long atNanos) {
            alarm.set(scheduled);
        }

        @Override
        public void cancel(Alarm cancelled) {}

        @Override
        public void deliver(Alarm rung) {
            rung.deliverNow();
        }
    }

    /** What the partner is asked to do, and what it did. */
    private static final class Round {
        final Thread body;
        final Alarm alarm;
        final long ringAt;
        final Outside outside;
        volatile long rungAt;

        Round(Thread body, Alarm alarm, long ringAt, Outside outside) {
            this.body = body;
            this.alarm = alarm;
            this.ringAt = ringAt;
            this.outside = outside;
        }

        void play() {
            while (System.nanoTime() - ringAt < 0) {
                Thread.onSpinWait();
            }
            if (outside == Outside.BEFORE_THE_LIMIT) {
                body.interrupt();
            }
            long at = System.nanoTime();
            alarm.ringNow();
            if (outside == Outside.AFTER_THE_LIMIT) {
                body.interrupt();
            }
            rungAt = at;
        }
    }

    private final Aimed time = new Aimed();
    private final Timeout timeout =
            Timeout.builder(Duration.ofHours(1)).time(time).build();
    private final AtomicReference<Round> asked = new AtomicReference<>();
    private volatile boolean over;

    private void partner() {
        while (!over) {
            Round round = asked.getAndSet(null);
            if (round == null) {
                Thread.onSpinWait();
            } else {
                round.play();
            }
        }
    }

    private void race(Outside outside) {
        Random random = new Random(7);
        long counted = 0;
        long rounds = 0;
        long expired = 0;
        long started = System.nanoTime();
        while (counted < ROUNDS && System.nanoTime() - started < GIVE_UP_NANOS) {
            rounds++;
            boolean answers = rounds % 2 == 0;
            long aim = 3_000;
            int offset = random.nextInt(2_001) - 1_000;
            Round[] round = new Round[1];
            long[] endedAt = new long[1];
            boolean finished;
            boolean interruptedOut = false;
            try {
                timeout.callInterruptibly(() -> {
                    Thread self = Thread.currentThread();
                    long end = System.nanoTime() + aim + offset;
                    round[0] = new Round(self, time.alarm.get(), end - offset, outside);
                    asked.set(round[0]);
                    long now;
                    do {
                        if (answers && Thread.interrupted()) {
                            endedAt[0] = System.nanoTime();
                            throw new InterruptedException("answered");
                        }
                        now = System.nanoTime();
                    } while (now - end < 0);
                    endedAt[0] = now;
                    return null;
                });
                finished = true;
            } catch (DeadlineExceededException e) {
                finished = false;
            } catch (InterruptedException e) {
                finished = true;
                interruptedOut = true;
            }
            boolean flagAtOnce = Thread.currentThread().isInterrupted();
            while (round[0].rungAt == 0) {
                Thread.onSpinWait();
            }
            boolean flag = Thread.interrupted();
            expired += finished ? 0 : 1;
            check(outside, answers, finished, interruptedOut, flagAtOnce, flag);
            if (Math.abs(round[0].rungAt - endedAt[0]) <= WINDOW_NANOS) {
                counted++;
            }
        }
        System.out.printf(
                "DEADLINE-3 %s on %s: %,d rounds within 2 us of %,d, %,d of them expired, %.1f s%n",
                outside,
                Thread.currentThread().getClass().getSimpleName(),
                counted,
                rounds,
                expired,
                (System.nanoTime() - started) / 1e9);
        assertThat(counted).as("rounds that count").isGreaterThanOrEqualTo(ROUNDS);
        assertThat(expired).as("both outcomes happen").isBetween(1L, rounds - 1);
    }

    private static void check(
            Outside outside,
            boolean answers,
            boolean finished,
            boolean interruptedOut,
            boolean flagAtOnce,
            boolean flag) {
        switch (outside) {
            case NONE -> {
                // (e): ours is the only interrupt there is; none may be seen, neither at once nor later
                if (flag || flagAtOnce || interruptedOut) {
                    fail(
                            "an interrupt of ours was left: finished %s, thrown %s, flag %s",
                            finished, interruptedOut, flag);
                }
            }
            case BEFORE_THE_LIMIT -> {
                // (b): it was sent before ours or after the end of the task, so it is seen: thrown, or as the flag; but
                // a
                // task that answers by an exception may meet ours on the way out, and the two are one
                if (!flag && !interruptedOut && (finished || !answers)) {
                    fail("an outside interrupt was lost: finished %s", finished);
                }
            }
            case AFTER_THE_LIMIT -> {
                // (c): it may have merged with ours, but not where ours was not sent
                if (finished && !flag && !interruptedOut) {
                    fail("an outside interrupt was lost though the limit had not expired");
                }
            }
        }
    }

    private void raceOn(Outside outside, ThreadStarter starter) throws Exception {
        Thread partner = new Thread(this::partner, "partner");
        partner.setDaemon(true);
        partner.start();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try {
            Thread body = starter.start(() -> {
                try {
                    race(outside);
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            body.join();
        } finally {
            over = true;
            partner.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    private interface ThreadStarter {
        Thread start(Runnable body) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void deadline_3_racingOnAPlatformThread(Outside outside) throws Exception {
        raceOn(outside, body -> {
            Thread thread = new Thread(body, "body");
            thread.start();
            return thread;
        });
    }

    @Test
    void deadline_3_racingOnAVirtualThread_whereTheJvmHasThem() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "this JVM has no virtual threads");
        for (Outside outside : Outside.values()) {
            over = false;
            raceOn(outside, body -> (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body));
        }
    }
}
