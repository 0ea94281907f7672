package dev.reliability.limit;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.mutex.ScriptedTime;
import dev.reliability.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ScriptedTime time = new ScriptedTime();

    {
        time.virtual.startingAt(Long.MAX_VALUE - 250_000_000); // the counter wraps on the way
    }

    private final RateLimiter limiter =
            RateLimiter.builder("geo", 10, SECOND).time(time).build();
    private final RateLimiter bursty =
            RateLimiter.builder("geo", 10, SECOND).burst(4).time(time).build();

    @AfterEach
    void leaveNothing() {
        assertThat(Thread.interrupted()).isFalse();
        assertThat(limiter.snapshot().waiting()).isZero();
        assertThat(bursty.snapshot().waiting()).isZero();
    }

    @Test
    void limit_1_permitsComeEvenlySpaced() {
        assertThat(limiter.tryAcquire()).isTrue();
        for (int i = 0; i < 20; i++) {
            time.virtual.advance(INTERVAL.minusNanos(1));
            assertThat(limiter.tryAcquire()).isFalse();
            time.virtual.advance(Duration.ofNanos(1));
            assertThat(limiter.tryAcquire()).isTrue();
        }
    }

    @Test
    void limit_1_permitsAreKeptUpToTheBurst() {
        for (int idle = 0; idle < 3; idle++) {
            assertThat(bursty.tryAcquire(3)).isTrue();
            assertThat(bursty.tryAcquire()).isTrue();
            assertThat(bursty.tryAcquire()).isFalse();
            time.virtual.advance(HOUR);
        }
    }

    /** 100 years without a call is as far as spans go; the second 100 years make the difference negative in a long. */
    @Test
    void limit_1_anIdleCenturyIsNoLoan() {
        assertThat(limiter.tryAcquire()).isTrue();
        time.virtual.advance(Duration.ofDays(36_525));
        assertThat(limiter.tryAcquire()).isTrue();
        assertThat(limiter.tryAcquire()).isFalse();
    }

    @Test
    void limit_1_anIntervalThatIsNotWholeIsRoundedUp() {
        RateLimiter three = RateLimiter.builder("three", 3, SECOND).time(time).build();
        assertThat(three.tryAcquire()).isTrue();
        assertThat(three.snapshot().nextIn()).isEqualTo(Duration.ofNanos(333_333_334));
    }

    /** A machine that stood still for 10 s: those who waited do not come all at once. */
    @Test
    void limit_1_lateWaitersKeepTheirDistance() throws Exception {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        assertThat(bursty.tryAcquire(4)).isTrue();
        List<CompletableFuture<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiters.add(waiter(bursty, i, order));
        }
        time.atCheckpoint("waiter 0", 2, () -> time.virtual.advance(Duration.ofSeconds(10)));

        time.virtual.advance(INTERVAL);

        for (int i = 0; i < 5; i++) {
            assertThat(waiters.get(i)).succeedsWithin(SOON); // one at 100 ms, the burst at 10.1 s
        }
        time.virtual.awaitParked(3, SOON);
        assertThat(bursty.snapshot()).isEqualTo(new RateLimiter.Snapshot(0, INTERVAL.multipliedBy(4), 3));
        finish(waiters.subList(5, 8));
    }

    @Test
    void limit_3_waitersAreServedInTheirOrder() throws Exception {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        assertThat(limiter.tryAcquire()).isTrue();
        List<CompletableFuture<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(waiter(limiter, i, order));
        }

        for (int i = 0; i < 5; i++) {
            time.virtual.advance(INTERVAL);
            assertThat(waiters.get(i)).succeedsWithin(SOON);
            time.virtual.awaitParked(4 - i, SOON);
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void limit_3_nobodyOvertakesAWaiter() throws Exception {
        assertThat(bursty.tryAcquire(4)).isTrue();
        CompletableFuture<?> waiter = time.fork("waiter", () -> {
            bursty.acquire(4, HOUR);
            return true;
        });
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(INTERVAL.multipliedBy(3));

        assertThat(bursty.tryAcquire())
                .as("three permits are there, but not for us")
                .isFalse();
        assertThat(bursty.snapshot()).isEqualTo(new RateLimiter.Snapshot(0, INTERVAL.multipliedBy(2), 1));
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> bursty.acquire(Duration.ZERO))
                .satisfies(refusal -> assertThat(refusal.retryAfter()).isEqualTo(INTERVAL.multipliedBy(2)));

        time.virtual.advance(INTERVAL);
        assertThat(waiter).succeedsWithin(SOON);
    }

    @Test
    void limit_3_aWaitThatCannotFitIsRefusedAtOnceWithTheWaitAsHint() throws Exception {
        limiter.acquire();

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> limiter.acquire(INTERVAL.minusNanos(1)))
                .withMessage("rate limiter \"geo\" (10 per 1 s, burst 1) refused a caller at once: the wait is 100 ms,"
                        + " 0 waiting, the caller may wait 100 ms")
                .satisfies(refusal -> {
                    assertThat(refusal.retryAfter()).isEqualTo(INTERVAL);
                    assertThat(refusal.waited()).isZero();
                    assertThat(refusal.name()).isEqualTo("geo");
                    assertThat(refusal.getStackTrace()).isEmpty();
                });
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> limiter.acquire(none))
                    .withMessageEndingWith("the wait is 100 ms, 0 waiting, the caller does not wait");
        }
        assertThat(time.virtual.nanoTime()).isEqualTo(Long.MAX_VALUE - 250_000_000);
    }

    @Test
    void limit_3_aWaitThatFitsJustIsWaited() throws Exception {
        limiter.acquire();
        CompletableFuture<?> waiter = time.fork("waiter", () -> {
            limiter.acquire(INTERVAL);
            return true;
        });
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(INTERVAL);
        assertThat(waiter).succeedsWithin(SOON);
    }

    @Test
    void limit_3_theWaitCountsThoseInFront() throws Exception {
        limiter.acquire();
        List<CompletableFuture<?>> waiters =
                List.of(waiter(limiter, 0, new ArrayList<>()), waiter(limiter, 1, new ArrayList<>()));

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> limiter.acquire(INTERVAL.multipliedBy(3).minusNanos(1)))
                .satisfies(refusal -> {
                    assertThat(refusal.retryAfter()).isEqualTo(INTERVAL.multipliedBy(3));
                    assertThat(refusal.waiting()).isEqualTo(2);
                });

        finish(waiters);
    }

    @Test
    void limit_3_theAmbientDeadlineShortensTheWait() throws Exception {
        limiter.acquire();
        Deadline tooSoon = Deadline.after(INTERVAL, time);

        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> tooSoon.bind(() -> limiter.<Void, RuntimeException>call(() -> null)))
                .withMessageEndingWith("the caller may wait 100 ms, all that the ambient deadline left");

        CompletableFuture<?> waiter = time.fork(
                "waiter",
                () -> Deadline.after(INTERVAL.plusNanos(1), time)
                        .bind(() -> limiter.<String, RuntimeException>call(() -> "in time")));
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(INTERVAL);
        assertThat(waiter).succeedsWithin(SOON);
    }

    @Test
    void limit_3_aPermitThatIsThereIsTakenWithoutLookingAtTheDeadline() {
        Deadline expired = Deadline.after(Duration.ZERO, time);
        assertThat(expired.<String, RuntimeException>bind(() -> limiter.call(() -> "value")))
                .isEqualTo("value");
    }

    @Test
    void limit_3_aWaiterThatIsInterruptedLeavesItsPlaceToThoseBehind() throws Exception {
        limiter.acquire();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        Thread[] thread = new Thread[1];
        CompletableFuture<?> first = time.fork("first", () -> {
            thread[0] = Thread.currentThread();
            limiter.acquire(HOUR);
            return true;
        });
        time.virtual.awaitParked(1, SOON);
        CompletableFuture<?> second = waiter(limiter, 2, order);
        CompletableFuture<?> third = waiter(limiter, 3, order);
        assertThat(limiter.snapshot().nextIn()).isEqualTo(INTERVAL.multipliedBy(4));

        time.virtual.advance(Duration.ofMillis(50));
        thread[0].interrupt();
        assertThat(first).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(InterruptedException.class);
        assertThat(limiter.snapshot()).isEqualTo(new RateLimiter.Snapshot(0, Duration.ofMillis(250), 2));

        time.virtual.advance(Duration.ofMillis(50));
        assertThat(second).succeedsWithin(SOON);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(INTERVAL);
        assertThat(third).succeedsWithin(SOON);
    }

    @Test
    void limit_3_aWaiterThatGivesUpInTheMiddleLeavesItsPlaceToThoseBehind() throws Exception {
        limiter.acquire();
        CompletableFuture<?> first = waiter(limiter, 1, new ArrayList<>());
        Thread[] thread = new Thread[1];
        CompletableFuture<?> middle = time.fork("middle", () -> {
            thread[0] = Thread.currentThread();
            limiter.acquire(HOUR);
            return true;
        });
        time.virtual.awaitParked(2, SOON);
        CompletableFuture<?> last = waiter(limiter, 3, new ArrayList<>());

        thread[0].interrupt();
        assertThat(middle).failsWithin(SOON);
        time.virtual.advance(INTERVAL);
        assertThat(first).succeedsWithin(SOON);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(INTERVAL);
        assertThat(last).succeedsWithin(SOON);
    }

    @Test
    void limit_3_interruptedAtEntryTakesNothing() throws Exception {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(limiter::acquire);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();

        Thread.currentThread().interrupt();
        assertThat(limiter.tryAcquire()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void limit_3_anInterruptedCallIsCancelledWithTheFlagSet() throws Exception {
        limiter.acquire();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> limiter.run(() -> {}))
                .isInstanceOf(CancellationException.class)
                .hasMessage("interrupted while waiting for rate limiter \"geo\"");
        assertThat(Thread.interrupted()).isTrue();

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> limiter.<Void, RuntimeException>callInterruptibly(() -> null));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void call_permitThere_exceptionStaysWhatItIs() {
        IOException failure = new IOException();
        assertThatThrownBy(() -> limiter.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void call_noPermit_waitsForOnePeriodByDefault() throws Exception {
        limiter.acquire();
        List<CompletableFuture<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiters.add(time.fork("caller " + i, () -> limiter.call(() -> "value")));
            time.virtual.awaitParked(i + 1, SOON);
        }
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> limiter.run(() -> {}))
                .withMessageEndingWith("the wait is 1.1 s, 10 waiting, the caller may wait 1 s");
        finish(waiters);
    }

    @Test
    void time_2_hugeSpansAreAccepted() throws Exception {
        RateLimiter rare = RateLimiter.builder("rare", 1, Duration.ofSeconds(Long.MAX_VALUE))
                .maxWait(Duration.ofSeconds(Long.MAX_VALUE))
                .time(time)
                .build();
        rare.acquire();
        assertThat(rare.tryAcquire()).isFalse();
        CompletableFuture<?> waiter = time.fork("waiter", () -> {
            rare.acquire();
            return true;
        });
        time.virtual.awaitParked(1, SOON);
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(rare::acquire)
                .satisfies(refusal -> assertThat(refusal.retryAfter()).isEqualTo(Duration.ofDays(2 * 36_525)));
        time.virtual.advance(Duration.ofDays(36_525));
        assertThat(waiter).succeedsWithin(SOON);

        RateLimiter.builder("many", Integer.MAX_VALUE, Duration.ofSeconds(Long.MAX_VALUE))
                .burst(Integer.MAX_VALUE)
                .time(time)
                .build()
                .acquire(Integer.MAX_VALUE, Duration.ZERO);
    }

    @Test
    void acquire_morePermitsThanTheBurst_saysSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bursty.acquire(5, HOUR))
                .withMessage("permits must be from 1 to the burst of 4, but was 5");
        assertThatIllegalArgumentException().isThrownBy(() -> bursty.tryAcquire(0));
        assertThat(bursty.snapshot().available()).isEqualTo(4);
    }

    @Test
    void build_badValues_allInOneMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RateLimiter.builder("bad", 0, Duration.ZERO).burst(0).build())
                .withMessage("per must be positive, but was PT0S; permits must be at least 1, but was 0;"
                        + " burst must be at least 1, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimiter.of("bad", 2, Duration.ofNanos(1)))
                .withMessage("permits must be at most one a nanosecond, but was 2 per PT0.000000001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimiter.builder("bad", 1, Duration.ofDays(36_525))
                        .burst(2)
                        .build())
                .withMessage("burst must be from 1 to 1, but was 2");
        assertThatNullPointerException()
                .isThrownBy(() -> RateLimiter.of(null, 1, SECOND))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> RateLimiter.of("x", 1, null))
                .withMessage("per");
        assertThatNullPointerException().isThrownBy(() -> limiter.acquire(null)).withMessage("wait");
    }

    @Test
    void snapshot_tellsTheState() throws Exception {
        assertThat(bursty.snapshot()).isEqualTo(new RateLimiter.Snapshot(4, Duration.ZERO, 0));
        assertThat(bursty.tryAcquire(4)).isTrue();
        time.virtual.advance(INTERVAL.multipliedBy(3).dividedBy(2));
        assertThat(bursty.snapshot()).isEqualTo(new RateLimiter.Snapshot(1, Duration.ZERO, 0));
        assertThat(bursty).hasToString("RateLimiter[\"geo\", 10 per 1 s, burst 4, 1 available, 0 waiting]");
        assertThat(bursty.name()).isEqualTo("geo");
    }

    private CompletableFuture<?> waiter(RateLimiter of, int number, List<Integer> order) throws Exception {
        int before = of.snapshot().waiting();
        CompletableFuture<?> waiter = time.fork("waiter " + number, () -> {
            of.acquire(HOUR);
            order.add(number);
            return true;
        });
        time.virtual.awaitParked(before + 1, SOON);
        return waiter;
    }

    private void finish(List<CompletableFuture<?>> waiters) throws Exception {
        for (int i = 0; i < waiters.size(); i++) {
            time.virtual.advance(INTERVAL);
            assertThat(waiters.get(i)).succeedsWithin(SOON);
            time.virtual.awaitParked(waiters.size() - 1 - i, SOON);
        }
    }
}
