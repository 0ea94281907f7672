package dev.reliability.limit;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.limit.ConcurrencyLimiter.Permit;
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

class ConcurrencyLimiterTest {
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final Duration HOUR = Duration.ofHours(1);

    // The checkpoints of a thread that waits once and then gives up.
    private static final int BEFORE_JOINING = 1;
    private static final int BEFORE_GIVING_UP = 2;

    private final ScriptedTime time = new ScriptedTime();

    {
        time.virtual.startingAt(Long.MAX_VALUE - 100_000_000); // the counter wraps on the way
    }

    private final ConcurrencyLimiter limiter =
            ConcurrencyLimiter.builder("db", 2).maxWait(WAIT).time(time).build();

    @AfterEach
    void leaveNothing() {
        assertThat(Thread.interrupted()).isFalse();
        assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(0, 0));
    }

    @Test
    void limit_2_atMostSoManyPermitsAreOut() throws Exception {
        Permit first = limiter.acquire();
        Permit second = limiter.tryAcquire();

        assertThat(limiter.tryAcquire()).isNull();
        assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> limiter.acquire(Duration.ZERO));

        first.close();
        try (Permit third = limiter.tryAcquire()) {
            assertThat(third).isNotNull();
            assertThat(limiter.tryAcquire()).isNull();
        }
        second.close();
    }

    @Test
    void limit_2_aSecondCloseRaisesNothing() throws Exception {
        Permit permit = limiter.acquire();
        Permit other = limiter.acquire();
        permit.close();
        permit.close();
        permit.close();

        assertThat(limiter.snapshot().inFlight()).isEqualTo(1);
        Permit next = limiter.acquire();
        permit.close();
        assertThat(limiter.tryAcquire()).isNull();
        assertThat(permit).hasToString("Permit[closed]");
        assertThat(next).hasToString("Permit[open]");
        other.close();
        next.close();
    }

    @Test
    void limit_2_aStaleCloseWakesNobodyWhoWaits() throws Exception {
        Permit stale = limiter.acquire();
        stale.close();
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        CompletableFuture<Boolean> waiter = waiter("waiter");

        stale.close();
        assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(2, 1));

        permits.forEach(Permit::close);
        assertThat(waiter).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void limit_2_anotherThreadMayCloseAPermit() throws Exception {
        Permit permit = limiter.acquire();
        assertThat(time.fork("closer", () -> {
                    permit.close();
                    return true;
                }))
                .succeedsWithin(SOON);
        assertThat(limiter.snapshot().inFlight()).isZero();
    }

    @Test
    void limit_2_aCallReturnsItsPermitByValueExceptionAndError() {
        assertThat(limiter.<Integer, RuntimeException>call(
                        () -> limiter.snapshot().inFlight()))
                .isEqualTo(1);
        for (Throwable failure : List.of(new IOException(), new IllegalStateException(), new StackOverflowError())) {
            assertThatThrownBy(() -> limiter.call(() -> {
                        throw thrown(failure);
                    }))
                    .isSameAs(failure);
            assertThat(limiter.snapshot().inFlight()).isZero();
        }
    }

    @Test
    void limit_2_aTimeOutLeavesNothing() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Boolean> waiter = waiter("waiter");
            time.virtual.advance(WAIT.minusNanos(1));
            assertThat(limiter.snapshot().waiting()).isEqualTo(1);
            time.virtual.advance(Duration.ofNanos(1));
            assertThat(refusal(waiter).waited()).isEqualTo(WAIT);
            assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(2, 0));
        }
        permits.forEach(Permit::close);
    }

    @Test
    void limit_2_anInterruptLeavesNothing() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        Thread[] thread = new Thread[1];
        CompletableFuture<Permit> waiter = time.fork("waiter", () -> {
            thread[0] = Thread.currentThread();
            return limiter.acquire();
        });
        time.virtual.awaitParked(1, SOON);

        thread[0].interrupt();

        assertThat(waiter).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(InterruptedException.class);
        assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(2, 0));
        permits.forEach(Permit::close);
    }

    /** The time is up, but the hand-over was faster: the permit is neither lost nor given twice. */
    @Test
    void limit_2_whoIsHandedAPermitWhileGivingUpHasIt() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        time.atCheckpoint("waiter", BEFORE_GIVING_UP, permits.get(0)::close);
        CompletableFuture<Boolean> waiter = waiter("waiter");

        time.virtual.advance(WAIT);

        assertThat(waiter).succeedsWithin(SOON).isEqualTo(true);
        permits.get(1).close();
    }

    @Test
    void limit_2_interruptedAndHandedAPermitItHasThePermitAndTheFlag() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        Thread[] thread = new Thread[1];
        CompletableFuture<Boolean> waiter = time.fork("waiter", () -> {
            thread[0] = Thread.currentThread();
            limiter.acquire().close();
            return Thread.interrupted();
        });
        time.virtual.awaitParked(1, SOON);
        time.atCheckpoint("waiter", BEFORE_GIVING_UP, permits.get(0)::close);

        thread[0].interrupt();

        assertThat(waiter).succeedsWithin(SOON).isEqualTo(true);
        permits.get(1).close();
    }

    @Test
    void limit_2_aPermitThatComesBackBeforeJoiningIsTaken() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        time.atCheckpoint("waiter", BEFORE_JOINING, permits.get(0)::close);
        assertThat(time.fork("waiter", this::hold)).succeedsWithin(SOON).isEqualTo(true);
        permits.get(1).close();
    }

    /** A release finds waiters, and the last of them gives up before it has looked into the queue. */
    @Test
    void limit_2_aReleaseWhoseLastWaiterHasGoneFreesThePermit() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        CompletableFuture<Boolean> waiter = waiter("waiter");
        time.atCheckpoint(Thread.currentThread().getName(), 1, () -> {
            time.virtual.advance(WAIT);
            assertThat(refusal(waiter).waiting()).isZero();
        });

        permits.get(0).close();

        assertThat(limiter.snapshot()).isEqualTo(new ConcurrencyLimiter.Snapshot(1, 0));
        permits.get(1).close();
    }

    @Test
    void limit_3_waitersAreServedInTheirOrder() throws Exception {
        List<Permit> permits = new ArrayList<>(List.of(limiter.acquire(), limiter.acquire()));
        List<CompletableFuture<Permit>> waiters = new ArrayList<>();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 5; i++) {
            int number = i;
            waiters.add(time.fork("waiter " + i, () -> {
                Permit permit = limiter.acquire(HOUR);
                order.add(number);
                return permit;
            }));
            time.virtual.awaitParked(i + 1, SOON);
        }
        for (CompletableFuture<Permit> waiter : waiters) {
            permits.remove(0).close();
            assertThat(waiter).succeedsWithin(SOON).satisfies(permits::add);
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
        permits.forEach(Permit::close);
    }

    @Test
    void limit_3_nobodyOvertakesAWaiter() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        CompletableFuture<Boolean> waiter = waiter("waiter");
        time.holdBackUnparks();

        permits.get(0).close();

        assertThat(limiter.tryAcquire()).as("the permit belongs to who waits").isNull();
        assertThat(waiter).isNotDone();
        time.deliverUnparks();
        assertThat(waiter).succeedsWithin(SOON).isEqualTo(true);
        permits.get(1).close();
    }

    @Test
    void limit_3_aWaiterThatGivesUpLeavesItsPlaceToThoseBehind() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        CompletableFuture<Boolean> impatient = waiter("impatient");
        CompletableFuture<Permit> patient = time.fork("patient", () -> limiter.acquire(HOUR));
        time.virtual.awaitParked(2, SOON);

        time.virtual.advance(WAIT);
        assertThat(refusal(impatient).waiting()).isEqualTo(1);
        permits.get(0).close();

        assertThat(patient).succeedsWithin(SOON).satisfies(Permit::close);
        permits.get(1).close();
    }

    @Test
    void limit_3_zeroOrNegativeTimeIsOneTry() throws Exception {
        limiter.acquire(Duration.ofSeconds(Long.MIN_VALUE)).close();
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThatExceptionOfType(LimitExceededException.class)
                    .isThrownBy(() -> limiter.acquire(none))
                    .withMessage(
                            "concurrency limiter \"db\" (2 at a time) refused a caller at once: no permit was free,"
                                    + " 0 waiting, the caller does not wait")
                    .satisfies(refusal -> {
                        assertThat(refusal.retryAfter()).isNull();
                        assertThat(refusal.waited()).isZero();
                        assertThat(refusal.getStackTrace()).isEmpty();
                    });
        }
        permits.forEach(Permit::close);
    }

    @Test
    void limit_3_theAmbientDeadlineShortensTheWait() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        Duration left = Duration.ofMillis(50);
        CompletableFuture<Boolean> waiter =
                time.fork("waiter", () -> Deadline.after(left, time).<Boolean, Exception>bind(this::hold));
        time.virtual.awaitParked(1, SOON);

        time.virtual.advance(left);

        assertThat(refusal(waiter))
                .hasMessage("concurrency limiter \"db\" (2 at a time) refused a caller after 50 ms: no permit was free,"
                        + " 0 waiting, the caller may wait 50 ms, all that the ambient deadline left");
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> Deadline.after(Duration.ZERO, time)
                        .<Void, RuntimeException>bind(() -> limiter.<Void, RuntimeException>call(() -> null)));
        permits.forEach(Permit::close);
    }

    @Test
    void limit_3_theWholeWaitCountsNotEachWakeUp() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        Thread[] thread = new Thread[1];
        CompletableFuture<Boolean> waiter = time.fork("waiter", () -> {
            thread[0] = Thread.currentThread();
            return hold();
        });
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(Duration.ofMillis(150));
        time.unpark(thread[0]);
        time.virtual.awaitParked(1, SOON);
        time.virtual.advance(Duration.ofMillis(50));

        assertThat(refusal(waiter).waited()).isEqualTo(WAIT);
        permits.forEach(Permit::close);
    }

    @Test
    void limit_3_anInterruptedCallIsCancelledWithTheFlagSet() throws Exception {
        List<Permit> permits = List.of(limiter.acquire(), limiter.acquire());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> limiter.run(() -> {}))
                .isInstanceOf(CancellationException.class)
                .hasMessage("interrupted while waiting for concurrency limiter \"db\"");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> limiter.<Void, RuntimeException>callInterruptibly(() -> null));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        permits.forEach(Permit::close);

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(limiter::acquire);
        Thread.currentThread().interrupt();
        limiter.tryAcquire().close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void of_doesNotWait() {
        ConcurrencyLimiter one = ConcurrencyLimiter.of("one", 1);
        one.run(() -> assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> one.run(() -> {})));
        assertThat(one.snapshot().inFlight()).isZero();
    }

    @Test
    void build_badValues_sayWhat() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConcurrencyLimiter.of("bad", 0))
                .withMessage("max must be at least 1, but was 0");
        assertThatNullPointerException()
                .isThrownBy(() -> ConcurrencyLimiter.of(null, 1))
                .withMessage("name");
        assertThatNullPointerException().isThrownBy(() -> limiter.acquire(null)).withMessage("wait");
    }

    @Test
    void toString_tellsTheState() throws Exception {
        try (Permit permit = limiter.acquire()) {
            assertThat(permit).isNotNull();
            assertThat(limiter).hasToString("ConcurrencyLimiter[\"db\", 1 of 2 in flight, 0 waiting]");
            assertThat(limiter.name()).isEqualTo("db");
        }
    }

    private boolean hold() throws InterruptedException {
        try (Permit permit = limiter.acquire()) {
            return permit != null;
        }
    }

    private CompletableFuture<Boolean> waiter(String name) throws Exception {
        CompletableFuture<Boolean> waiter = time.fork(name, this::hold);
        time.virtual.awaitParked(1, SOON);
        return waiter;
    }

    private static LimitExceededException refusal(CompletableFuture<?> waiter) {
        Throwable[] cause = new Throwable[1];
        assertThat(waiter).failsWithin(SOON).withThrowableThat().satisfies(e -> cause[0] = e.getCause());
        return (LimitExceededException) cause[0];
    }

    /** What a task that declares Exception may throw; an Error at once. */
    private static Exception thrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (Exception) failure;
    }
}
