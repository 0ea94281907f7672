package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Gate;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.mutex.MutexTry.Attempt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the rules about those who wait ask. */
final class MutexQueueRules {
    private static final long MILLI = MutexTry.MILLI;
    private static final long HOUR = MutexTry.HOUR;

    private MutexQueueRules() {}

    /** Somebody who is going to give up waiting. */
    private static final class Quitter {
        private final MutexGiveUp how;
        private final @Nullable Actor actor;
        private final @Nullable CompletableFuture<Held> future;

        Quitter(MutexTry attempt, MutexGiveUp how, long patienceNanos) throws InterruptedException {
            this.how = how;
            if (how == MutexGiveUp.CANCEL) {
                actor = null;
                future = attempt.mutex.acquireAsync(attempt.world.scaled(HOUR));
                CompletableFuture<Void> unused = future.thenAccept(Held::close);
            } else {
                actor = attempt.waiter("quitter", how == MutexGiveUp.TIME_OUT ? patienceNanos : HOUR, 0);
                future = null;
            }
        }

        void giveUp() {
            if (future != null) {
                future.cancel(true);
            } else if (actor != null && how == MutexGiveUp.INTERRUPT) {
                actor.interrupt();
            }
        }

        /** Waits for the end of it; null if nobody can tell how it ended. */
        @Nullable
        Attempt end(MutexTry attempt) throws Throwable {
            return actor == null ? null : attempt.end(actor);
        }
    }

    /** MUTEX-3: the one in front gives up at about the time of the release. */
    static void theTurnIsPassedOn(
            MutexTry attempt, MutexGiveUp how, long waitedNanos, boolean releaseFirst, int spreadNanos)
            throws Throwable {
        Held held = attempt.acquireFree();
        long from = attempt.world.nanos();
        Quitter quitter = new Quitter(attempt, how, waitedNanos + MILLI);
        Actor next = attempt.waiter("next", HOUR, 0);
        if (how == MutexGiveUp.TIME_OUT) { // in the same instant, one before or one after
            long gone = attempt.world.nanos() - from;
            attempt.world.sleep(Math.max(attempt.world.scaled(waitedNanos + MILLI) + spreadNanos - gone, 0));
        } else {
            attempt.sleep(waitedNanos);
        }
        if (releaseFirst) {
            attempt.close(held);
        }
        quitter.giveUp();
        if (!releaseFirst) {
            attempt.close(held);
        }
        Attempt unused = quitter.end(attempt);
        Attempt ended = attempt.end(next);
        attempt.expect(
                ended.isHeld() && ended.tookNanos() < attempt.world.scaled(HOUR),
                "the turn to be passed on to the next waiter",
                "for that one " + ended);
        attempt.expectFree("after all");
    }

    /** MUTEX-4: the one in front has given up before the release. */
    static void nothingForTheGone(MutexTry attempt, MutexGiveUp how, long waitedNanos, boolean another)
            throws Throwable {
        Held held = attempt.acquireFree();
        Quitter quitter = new Quitter(attempt, how, MILLI);
        Actor next = another ? attempt.waiter("next", HOUR, 0) : null;
        attempt.sleep(waitedNanos);
        quitter.giveUp();
        Attempt gone = quitter.end(attempt);
        attempt.expect(gone == null || !gone.isHeld(), "a waiter to give up while the mutex is held", gone);
        attempt.close(held);
        if (next != null) {
            Attempt ended = attempt.end(next);
            attempt.expect(
                    ended.isHeld(),
                    "the next waiter to get the mutex, not one that has given up",
                    "for the next " + ended);
        }
        attempt.expectFree("after a release while only one that had given up was in front");
    }

    /** MUTEX-5. */
    static void neverBoth(MutexTry attempt, long waitedNanos, boolean releaseFirst) throws Throwable {
        Actor early = attempt.world.spawn("interrupted", () -> {
            Thread.currentThread().interrupt();
            Attempt ended = attempt.acquire(HOUR);
            boolean unused = Thread.interrupted();
            attempt.close(ended);
            return ended;
        });
        Attempt first = attempt.end(early);
        attempt.expect(!first.isTimedOut(), "an interrupted acquire to end by a hold or an interrupt", first);
        attempt.expectFree("after an acquire with the flag set");

        Held held = attempt.acquireFree();
        Actor waiter = attempt.waiter("waiter", HOUR, 0);
        attempt.sleep(waitedNanos);
        if (releaseFirst) {
            attempt.close(held);
            waiter.interrupt();
        } else {
            waiter.interrupt();
            attempt.close(held);
        }
        Attempt ended = attempt.end(waiter);
        attempt.expect(!ended.isTimedOut(), "a hold or an interrupt", ended);
        attempt.expectFree("after an acquire of which " + ended);
    }

    /** MUTEX-8: past the limit, or in fair mode, the one who releases cannot take it again. */
    static void nobodyOvertakes(MutexTry attempt, long limitNanos, boolean tries) throws Throwable {
        Held held = attempt.acquireFree();
        Gate tried = attempt.world.gate();
        Actor waiter = attempt.world.spawn("waiter", () -> {
            Attempt ended = attempt.acquire(HOUR);
            tried.await();
            attempt.close(ended);
            return ended;
        });
        attempt.world.awaitBlocked(waiter);
        attempt.sleep(limitNanos);
        attempt.close(held);
        Held again = tries ? attempt.tryAcquire() : attempt.acquire(0).held();
        tried.open();
        attempt.expect(again == null, "nobody to overtake a waiter that is due", "the one who released took it again");
        Attempt ended = attempt.end(waiter);
        attempt.expect(ended.isHeld(), "the waiter to get the mutex", ended);
    }

    /** MUTEX-8. */
    static void firstComeFirstServed(MutexTry attempt, long limitNanos, int waiters) throws Throwable {
        Held held = attempt.acquireFree();
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Integer> came = new ArrayList<>();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            int number = i;
            came.add(number);
            Actor actor = attempt.world.spawn("waiter" + i, () -> {
                Attempt ended = attempt.acquire(HOUR);
                served.add(number);
                attempt.close(ended);
                return null;
            });
            attempt.world.awaitBlocked(actor);
            actors.add(actor);
        }
        attempt.sleep(limitNanos);
        attempt.close(held);
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expect(served.equals(came), "waiters to be served in the order " + came, "they were in " + served);
    }

    /** MUTEX-12. */
    static void handOffDoesNotRecurse(MutexTry attempt, int waiters, boolean async) throws Throwable {
        Held held = attempt.acquireFree();
        AtomicInteger served = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        ThreadLocal<Integer> depth = ThreadLocal.withInitial(() -> 0);
        for (int i = 0; i < waiters; i++) {
            if (async) {
                CompletableFuture<Void> unused = attempt.mutex
                        .acquireAsync(attempt.world.scaled(HOUR))
                        .thenAccept(got -> {
                            served.incrementAndGet();
                            int deep = depth.get() + 1;
                            deepest.accumulateAndGet(deep, Math::max);
                            depth.set(deep);
                            got.close();
                            depth.set(deep - 1);
                        });
            } else {
                Actor unused = attempt.world.spawn("waiter" + i, () -> {
                    attempt.mutex.acquire(attempt.world.scaled(HOUR)).close();
                    return served.incrementAndGet();
                });
            }
        }
        attempt.close(held);
        attempt.awaitTrue(() -> served.get() == waiters);
        attempt.expect(served.get() == waiters, "all " + waiters + " waiters to be served", served + " were");
        attempt.expect(deepest.get() <= 1, "no hand-off inside a hand-off", "they nested " + deepest + " deep");
        attempt.expectFree("after all");
    }

    /** MUTEX-13. */
    static void stormOfShortWaits(MutexTry attempt, int threads, List<Integer> waitsMicros) throws Throwable {
        AtomicInteger holds = new AtomicInteger();
        int[] written = new int[1]; // guarded by the mutex under test
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int first = i;
            actors.add(attempt.world.spawn("storm" + i, () -> {
                for (int round = 0; round < waitsMicros.size(); round++) {
                    long nanos = waitsMicros.get((first + round) % waitsMicros.size()) * 1_000L;
                    Attempt ended = attempt.acquire(nanos);
                    if (ended.isHeld()) {
                        holds.incrementAndGet();
                        written[0]++;
                        attempt.sleep(nanos / 2);
                        attempt.close(ended);
                    }
                }
                return null;
            }));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expect(holds.get() > 0, "somebody to get the mutex", "nobody did");
        attempt.expect(written[0] == holds.get(), holds + " holds one at a time", written[0] + " writes were left");
        attempt.expectFree("after " + holds + " holds that were all closed");
    }
}
