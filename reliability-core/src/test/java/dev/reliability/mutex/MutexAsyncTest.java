package dev.reliability.mutex;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reliability.Task;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Rule MUTEX-14: acquires and calls that wait without a thread. */
class MutexAsyncTest {
    private static final Duration WAIT = Duration.ofMillis(200);

    private final VirtualTime time = VirtualTime.manual().startingAt(Long.MAX_VALUE - 100_000_000); // wraps
    private final List<Runnable> queued = new ArrayList<>();
    private final TimedMutex mutex =
            TimedMutex.builder("drain", WAIT).time(time).executor(queued::add).build();

    private void runQueued() {
        List<Runnable> now = new ArrayList<>(queued);
        queued.clear();
        now.forEach(Runnable::run);
    }

    private static Throwable failureOf(CompletableFuture<?> call) throws Exception {
        assertThat(call).isDone();
        try {
            call.get();
            throw new AssertionError("has a value");
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    void mutex_14_free_isAcquiredAtOnce() throws Exception {
        CompletableFuture<Hold> hold = mutex.acquireAsync();
        assertThat(hold).isDone();
        assertThat(mutex.isHeld()).isTrue();
        hold.get().close();
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_14_held_isHandedOverInTurn_andNothingRunsInsideTheHandOff() throws Exception {
        Hold first = mutex.acquire();
        List<String> log = new ArrayList<>();
        CompletableFuture<Hold> second = mutex.acquireAsync();
        CompletableFuture<Hold> third = mutex.acquireAsync();
        CompletableFuture<Void> logged = second.thenAccept(hold -> log.add("second"));
        assertThat(mutex.snapshot().waiting()).isEqualTo(2);
        first.close();
        assertThat(mutex.isHeld()).as("handed over, not free in between").isTrue();
        assertThat(mutex.tryAcquire()).isNull();
        assertThat(log).as("nothing has run on the releasing thread").isEmpty();
        assertThat(logged).isNotDone();
        runQueued();
        assertThat(log).containsExactly("second");
        assertThat(third).isNotDone();
        second.get().close();
        runQueued();
        third.get().close();
        assertThat(mutex.isHeld()).isFalse();
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void mutex_14_cancelled_theTurnIsPassedOn() throws Exception {
        Hold first = mutex.acquire();
        CompletableFuture<Hold> second = mutex.acquireAsync();
        CompletableFuture<Hold> third = mutex.acquireAsync();
        assertThat(second.cancel(false)).isTrue();
        assertThat(mutex.snapshot().waiting()).isEqualTo(1);
        first.close();
        runQueued();
        assertThat(third).isDone();
        third.get().close();
        assertThat(time.pendingAlarms()).isZero();
    }

    @Test
    void mutex_4_cancelledBetweenHandOffAndDelivery_theHoldIsGivenBack() throws Exception {
        Hold first = mutex.acquire();
        CompletableFuture<Hold> second = mutex.acquireAsync();
        first.close();
        second.cancel(false);
        CompletableFuture<Hold> third = mutex.acquireAsync();
        assertThat(third).isNotDone();
        runQueued();
        runQueued();
        assertThat(third).isDone();
        third.get().close();
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_2_timesOut_withTheDiagnosis() throws Exception {
        Hold first = mutex.acquire();
        CompletableFuture<Hold> second = mutex.acquireAsync();
        time.advance(WAIT);
        assertThat(second).isNotDone();
        runQueued();
        assertThat(failureOf(second))
                .isInstanceOf(MutexTimeoutException.class)
                .hasMessageStartingWith("mutex \"drain\" not acquired within 200 ms: held by ");
        assertThat(mutex.snapshot().waiting()).isZero();
        first.close();
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_7_zeroTime_isOneTry_andTheAmbientDeadlineShortens() throws Exception {
        Hold first = mutex.acquire();
        assertThat(failureOf(mutex.acquireAsync(Duration.ZERO)))
                .hasMessageStartingWith("mutex \"drain\" not acquired at once");
        Deadline deadline = Deadline.after(Duration.ofMillis(50), time);
        CompletableFuture<Hold> bound = deadline.bind(() -> mutex.acquireAsync());
        time.advance(Duration.ofMillis(50));
        runQueued();
        assertThat(failureOf(bound)).hasMessageContaining("all that the ambient deadline left");
        first.close();
    }

    @Test
    void mutex_14_asyncAndBlocking_shareOneQueue() throws Exception {
        VirtualTime auto = VirtualTime.manual().startingAt(Long.MAX_VALUE - 100_000_000); // wraps
        TimedMutex shared = TimedMutex.builder("shared", Duration.ofHours(1))
                .time(auto)
                .executor(Runnable::run)
                .build();
        List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());
        Hold first = shared.acquire();
        CompletableFuture<Void> second = shared.acquireAsync().thenAccept(hold -> {
            order.add("second");
            hold.close();
        });
        Thread third = auto.spawn("third", () -> shared.run(() -> order.add("third")));
        auto.awaitParked(1, SOON);
        CompletableFuture<Void> fourth = shared.acquireAsync().thenAccept(hold -> {
            order.add("fourth");
            hold.close();
        });
        auto.advance(Duration.ofMillis(2)); // beyond the starvation limit: the thread is served by hand-off too
        first.close();
        third.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(second).isDone();
        assertThat(fourth).isDone();
        assertThat(order).containsExactly("second", "third", "fourth");
        assertThat(shared.isHeld()).isFalse();
    }

    /** The thread at the head gives up while the mutex is free: the acquire behind it has nobody to wake it but that. */
    @Test
    void mutex_3_aThreadThatGivesUp_passesItsTurnToAnAcquireWithoutThread() throws Exception {
        ScriptedTime scripted = new ScriptedTime();
        TimedMutex shared = TimedMutex.builder("shared", Duration.ofHours(1))
                .time(scripted)
                .executor(Runnable::run)
                .build();
        Hold first = shared.acquire();
        CompletableFuture<String> second = scripted.fork("second", () -> {
            shared.acquire(Duration.ofMillis(10)).close();
            return "held";
        });
        scripted.virtual.awaitParked(1, SOON);
        CompletableFuture<Hold> third = shared.acquireAsync();
        scripted.holdBackUnparks();
        first.close(); // free, and the thread is told to compete: but before it hears that, its time is up
        assertThat(third).isNotDone();
        scripted.virtual.advance(Duration.ofMillis(10));
        scripted.deliverUnparks();
        Throwable unused = second.handle((value, failure) -> failure).get(SOON.toSeconds(), TimeUnit.SECONDS);
        Hold hold = third.get(SOON.toSeconds(), TimeUnit.SECONDS);
        hold.close();
        assertThat(shared.isHeld()).isFalse();
    }

    @Test
    void mutex_16_callAsync_holdsWhileTheStageRuns_andReleasesWhateverComes() throws Exception {
        for (Throwable failure : new Throwable[] {null, new IOException("planted"), new AssertionError("planted")}) {
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> call = mutex.callAsync(() -> work);
            assertThat(mutex.isHeld()).isTrue();
            boolean unused = failure == null ? work.complete("value") : work.completeExceptionally(failure);
            assertThat(mutex.isHeld()).isFalse();
            if (failure == null) {
                assertThat(call).isCompletedWithValue("value");
            } else {
                assertThat(failureOf(call)).isSameAs(failure);
            }
        }
        IOException failure = new IOException("planted");
        CompletableFuture<String> thrown = mutex.callAsync(() -> {
            throw failure;
        });
        assertThat(failureOf(thrown)).isSameAs(failure);
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_1_cancelled_theMutexStaysHeldUntilTheStageHasReallyEnded() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> call = mutex.callAsync(work::minimalCompletionStage); // nothing can cancel it
        call.cancel(true);
        assertThat(mutex.isHeld()).isTrue();
        work.complete("at last");
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_14_callAsync_waitsWithoutAThread_andBindsTheDeadlineWhereItStarts() throws Exception {
        Hold first = mutex.acquire();
        AtomicReference<Deadline> seen = new AtomicReference<>();
        Deadline deadline = Deadline.after(Duration.ofHours(1), time);
        CompletableFuture<String> call = deadline.bind(() -> mutex.callAsync(() -> {
            seen.set(Deadline.current());
            return CompletableFuture.completedFuture("value");
        }));
        CompletableFuture<String> cancelled = mutex.callAsync(() -> {
            throw new AssertionError("not to be started");
        });
        assertThat(call).isNotDone();
        cancelled.cancel(true);
        first.close();
        runQueued();
        assertThat(call).isCompletedWithValue("value");
        assertThat(seen.get()).isSameAs(deadline);
        assertThat(Deadline.current()).isNull();
        assertThat(mutex.isHeld()).isFalse();
        assertThat(mutex.snapshot().waiting()).isZero();
    }

    @Test
    void mutex_12_100_000AcquiresWithoutThread_handOffDoesNotRecurse() throws Exception {
        int waiters = 100_000;
        TimedMutex crowded = TimedMutex.of("crowded", Duration.ofMinutes(10));
        Hold first = crowded.acquire();
        AtomicInteger served = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            all.add(crowded.acquireAsync().thenAccept(hold -> {
                if (inside.getAndIncrement() > 0) {
                    overlaps.incrementAndGet();
                }
                served.incrementAndGet();
                inside.decrementAndGet();
                hold.close();
            }));
        }
        first.close();
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get(120, TimeUnit.SECONDS);
        assertThat(served).hasValue(waiters);
        assertThat(overlaps).hasValue(0);
        assertThat(crowded.isHeld()).isFalse();
    }

    /** Cancellations and time-outs race hand-overs; in the end the mutex is free and works. */
    @Test
    void mutex_3_cancelRacesHandOver_noTurnIsLost() throws Exception {
        TimedMutex raced = TimedMutex.of("raced", Duration.ofMinutes(1));
        int holds = 0;
        for (int round = 0; round < 20_000; round++) {
            Hold first = raced.acquire();
            CompletableFuture<Hold> second =
                    raced.acquireAsync(Duration.ofNanos(round % 3 == 0 ? 50_000 : 60_000_000_000L));
            CompletableFuture<Hold> third = raced.acquireAsync();
            CompletableFuture<Boolean> cancel = CompletableFuture.supplyAsync(() -> second.cancel(false));
            for (int spin = round % 200; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            first.close();
            cancel.get(SOON.toSeconds(), TimeUnit.SECONDS);
            Hold late = second.handle((hold, failure) -> hold).get(SOON.toSeconds(), TimeUnit.SECONDS);
            if (late != null) {
                holds++;
                late.close();
            }
            third.get(SOON.toSeconds(), TimeUnit.SECONDS).close();
        }
        assertThat(raced.isHeld()).isFalse();
        assertThat(raced.snapshot().waiting()).isZero();
        System.out.printf("MUTEX-3, asynchronous: %,d of 20,000 got the mutex before they were cancelled%n", holds);
    }

    private static Task<CompletableFuture<String>, RuntimeException> task(
            Object payload, CompletableFuture<String> work) {
        return () -> {
            assertThat(payload).isNotNull();
            return work;
        };
    }

    @Test
    void mutex_14_whoKeepsTheFuture_doesNotKeepTheTask() {
        Object[] payload = {new Object()};
        WeakReference<Object> watched = new WeakReference<>(payload[0]);
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> atOnce = mutex.callAsync(task(payload[0], work));
        CompletableFuture<String> cancelled = mutex.callAsync(task(payload[0], work));
        CompletableFuture<String> refused = mutex.callAsync(task(payload[0], work));
        cancelled.cancel(true);
        time.advance(WAIT);
        runQueued();
        CompletableFuture<String> waited = mutex.callAsync(task(payload[0], work));
        work.complete("value");
        runQueued();
        payload[0] = null;
        await().atMost(SOON).until(() -> {
            System.gc();
            return watched.refersTo(null);
        });
        assertThat(atOnce).isCompletedWithValue("value");
        assertThat(waited).isCompletedWithValue("value");
        assertThat(cancelled).isCancelled();
        assertThat(refused).isCompletedExceptionally();
    }
}
