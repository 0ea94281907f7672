package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.mutex.MutexTry.Attempt;
import dev.reliability.testkit.history.Linearizability;
import dev.reliability.testkit.history.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the rules about one holder, its calls and its time ask. The id and the seed are added to a failure by the frame. */
final class MutexRules {
    private static final long MILLI = MutexTry.MILLI;
    private static final long HOUR = MutexTry.HOUR;

    private MutexRules() {}

    /** MUTEX-1. */
    static void oneHoldAtATime(MutexTry attempt, List<List<MutexVisit>> crowd) throws Throwable {
        Crowd run = new Crowd(attempt, crowd.size());
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < crowd.size(); i++) {
            List<MutexVisit> visits = crowd.get(i);
            actors.add(attempt.world.spawn("visitor" + i, () -> run.visit(visits)));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expect(
                run.written == run.holds.get(),
                "what each of " + run.holds + " holders wrote to be seen by the" + " next",
                "only " + run.written + " writes were left");
        attempt.expect(
                Linearizability.holds(new MutexModel(), run.recording.operations()),
                "an order of these operations in which a mutex does them one at a time",
                "there is none: " + run.recording.operations());
    }

    /** Threads that come and go. */
    private static final class Crowd {
        private final MutexTry attempt;
        private final AtomicInteger toCome;
        private final AtomicInteger ids = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger holds = new AtomicInteger();
        final Recording<MutexModel.Call, Boolean> recording = new Recording<>();
        int written; // guarded by the mutex under test

        Crowd(MutexTry attempt, int size) {
            this.attempt = attempt;
            this.toCome = new AtomicInteger(size);
        }

        @Nullable
        Object visit(List<MutexVisit> visits) throws InterruptedException {
            attempt.world.meet(toCome);
            for (MutexVisit visit : visits) {
                if (visit.pauseNanos() > 0) {
                    attempt.sleep(visit.pauseNanos());
                }
                int id = ids.incrementAndGet();
                Held held = come(id, visit.isPatient());
                if (held != null) {
                    stay(id, held, visit.holdNanos());
                }
            }
            return null;
        }

        private @Nullable Held come(int id, boolean patient) {
            MutexModel.Kind kind = patient ? MutexModel.Kind.ACQUIRE : MutexModel.Kind.TRY_ACQUIRE;
            var asked = recording.asking(Thread.currentThread().getName(), new MutexModel.Call(kind, id));
            Held held = patient ? attempt.acquire(HOUR).held() : attempt.tryAcquire();
            asked.answered(held != null);
            return held;
        }

        private void stay(int id, Held held, long nanos) throws InterruptedException {
            int others = inside.getAndIncrement();
            attempt.expect(others == 0, "at most one hold at any time", others + 1 + " threads were inside");
            holds.incrementAndGet();
            int before = written;
            if (nanos > 0) {
                attempt.sleep(nanos);
            } else {
                attempt.world.letOthersRun();
            }
            written = before + 1;
            inside.decrementAndGet();
            var asked =
                    recording.asking(Thread.currentThread().getName(), new MutexModel.Call(MutexModel.Kind.CLOSE, id));
            attempt.close(held);
            asked.answered(true);
        }
    }

    /** MUTEX-2. */
    static void theWholeWaitCounts(MutexTry attempt, long waitNanos, long releaseNanos, int wakeUps) throws Throwable {
        Held held = attempt.acquireFree();
        Actor waiter = attempt.world.spawn("waiter", () -> attempt.acquire(waitNanos));
        attempt.world.awaitBlocked(waiter);
        long nextNanos = releaseNanos / (wakeUps + 1);
        for (int i = 0; i < wakeUps; i++) {
            attempt.sleep(nextNanos);
            attempt.world.wake(waiter);
        }
        attempt.sleep(releaseNanos - nextNanos * wakeUps);
        attempt.close(held);
        Attempt ended = attempt.end(waiter);
        attempt.expect(!ended.isInterrupted(), "a hold or a time-out", ended);
        if (ended.isTimedOut()) {
            attempt.expectTook(ended.tookNanos(), waitNanos, "a wait of " + waitNanos + " ns that timed out");
        } else {
            attempt.expect(
                    !attempt.isExact() || ended.tookNanos() <= waitNanos,
                    "the wait to end within " + waitNanos + " ns",
                    ended);
        }
    }

    /** MUTEX-7. */
    static void oddSpans(MutexTry attempt, long nanos, boolean deadline) throws Throwable {
        attempt.sleep(MILLI); // a sum with the present time overflows only if that is not zero
        Attempt free = attempt.acquire(nanos);
        attempt.expect(free.isHeld(), "one try to take a free mutex", free);
        Actor waiter = attempt.visitor("waiter", nanos, 0);
        if (nanos > 0) {
            attempt.world.awaitBlocked(waiter);
            attempt.expect(!waiter.hasEnded(), "a huge wait to last", "it had ended");
            attempt.close(free);
            Attempt ended = attempt.end(waiter);
            attempt.expect(ended.isHeld(), "a huge wait to last until the mutex is free", ended);
        } else {
            Attempt ended = attempt.end(waiter);
            attempt.expect(ended.isTimedOut(), "one try to be refused by a mutex that is held", ended);
            attempt.expectNoWait(ended.tookNanos(), "one try");
            attempt.close(free);
        }
        if (deadline) {
            deadlines(attempt);
        }
    }

    private static void deadlines(MutexTry attempt) throws Throwable {
        Object ended = attempt.world
                .spawn("late", () -> {
                    Attempt late = attempt.attempt("acquire after the deadline", () -> attempt.mutex.acquireBy(-MILLI));
                    attempt.close(late);
                    return late;
                })
                .await();
        attempt.expect(
                ended instanceof Attempt late && late.isTimedOut(),
                "a deadline that has passed to be a refusal even of a free mutex",
                ended);
        Attempt early = attempt.attempt(
                "acquire before the deadline", () -> attempt.mutex.acquireBy(attempt.world.scaled(HOUR)));
        attempt.expect(early.isHeld(), "a free mutex to be acquired before the deadline", early);
        attempt.close(early);
    }

    /** MUTEX-11. */
    static void notReentrant(MutexTry attempt, boolean refused) throws Throwable {
        AtomicInteger ran = new AtomicInteger();
        Object value = attempt.mutex.call(() -> {
            ran.incrementAndGet();
            long from = attempt.world.nanos();
            Throwable failure = inner(attempt, ran);
            if (refused) {
                if (failure == null || ran.get() > 1) {
                    throw attempt.history.broken("a call inside a call to fail", "its body ran");
                }
                attempt.expect(
                        !(failure instanceof MutexTimedOut),
                        "it to fail for being inside a call",
                        "it threw " + failure);
                attempt.expectNoWait(attempt.world.nanos() - from, "a call inside a call");
                attempt.expect(
                        failure.getMessage() != null && !failure.getMessage().isBlank(), "it to say so", failure);
            } else {
                attempt.expect(failure == null && ran.get() == 2, "a reentrant call to run", failure);
            }
            attempt.expectHeld("after a call inside a call");
            return "outer";
        });
        attempt.expect("outer".equals(value) && ran.get() > 0, "the outer call to run", "it gave " + value);
        attempt.expectFree("after the outer call");
    }

    private static @Nullable Throwable inner(MutexTry attempt, AtomicInteger ran) {
        try {
            Object unused = attempt.mutex.call(ran::incrementAndGet);
            return null;
        } catch (Throwable failure) {
            attempt.world.record("the inner call threw " + failure);
            return failure;
        }
    }

    /** MUTEX-16. */
    static void everyEndReleases(MutexTry attempt, MutexEnding ending) throws Throwable {
        AtomicInteger ran = new AtomicInteger();
        Throwable failure = ending.failure();
        Object ended = call(attempt, ending, failure, ran);
        attempt.expect(ran.get() == 1, "the body to run once", "it ran " + ran + " times");
        attempt.expect(
                ended == (failure == null ? ending : failure),
                "the body's own " + ending + ", the same instance",
                ended);
        attempt.expectFree("after a call that ended by " + ending);
    }

    private static @Nullable Object call(
            MutexTry attempt, MutexEnding ending, @Nullable Throwable failure, AtomicInteger ran) {
        try {
            return attempt.mutex.call(() -> {
                ran.incrementAndGet();
                attempt.expectHeld("inside a call");
                if (failure != null) {
                    throw failure;
                }
                return ending;
            });
        } catch (Throwable thrown) {
            if (thrown != failure && thrown instanceof AssertionError error) {
                throw error;
            }
            return thrown;
        }
    }

    /** MUTEX-16. */
    static void tryAcquireNeverWaits(MutexTry attempt, boolean interrupted) throws Throwable {
        Held held = attempt.acquireFree();
        Actor trier = attempt.world.spawn("trier", () -> {
            long from = attempt.world.nanos();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            Held second = attempt.tryAcquire();
            attempt.expect(Thread.interrupted() == interrupted, "the interrupt flag to stay", "it did not");
            attempt.expect(second == null, "a held mutex to refuse", "it was acquired twice");
            attempt.expectNoWait(attempt.world.nanos() - from, "tryAcquire");
            return null;
        });
        Object unused = trier.await();
        attempt.close(held);
        attempt.expectFree("after a close");
    }
}
