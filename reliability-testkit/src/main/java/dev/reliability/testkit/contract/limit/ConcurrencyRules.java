package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Gate;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.limit.LimiterTry.Attempt;
import dev.reliability.testkit.history.Linearizability;
import dev.reliability.testkit.history.Recording;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the rules ask of a limiter of how many at a time. */
final class ConcurrencyRules {
    private static final long MILLI = LimiterTry.MILLI;
    private static final long HOUR = LimiterTry.HOUR;

    private ConcurrencyRules() {}

    /** How a waiter gives up. */
    enum GiveUp {
        TIME_OUT,
        INTERRUPT,
        /** Of an asynchronous acquire. */
        CANCEL
    }

    /** LIMIT-2. */
    static void noMoreInFlight(LimiterTry attempt, int permits, List<List<LimiterVisit>> crowd) throws Throwable {
        Recording<LimiterModel.Call, Boolean> recording = new Recording<>();
        AtomicInteger toCome = new AtomicInteger(crowd.size());
        AtomicInteger inside = new AtomicInteger();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < crowd.size(); i++) {
            String name = "caller" + i;
            List<LimiterVisit> visits = crowd.get(i);
            actors.add(attempt.world.spawn(name, () -> {
                attempt.world.meet(toCome);
                for (LimiterVisit visit : visits) {
                    Held held = come(attempt, recording, name, visit);
                    if (held != null) {
                        int now = inside.incrementAndGet();
                        attempt.expect(now <= permits, "at most " + permits + " in flight", now + " were");
                        attempt.world.letOthersRun();
                        inside.decrementAndGet();
                        var asked = recording.asking(name, LimiterModel.Call.CLOSE);
                        attempt.close(held);
                        asked.answered(true);
                    }
                }
                return null;
            }));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expect(
                Linearizability.holds(new LimiterModel(permits), recording.operations()),
                "an order of these operations in which a limiter does them one at a time",
                "there is none: " + recording.operations());
        expectAllFree(attempt, permits, "after all");
    }

    private static @Nullable Held come(
            LimiterTry attempt, Recording<LimiterModel.Call, Boolean> recording, String name, LimiterVisit visit) {
        boolean patient = visit.waitNanos() >= 0;
        var asked = recording.asking(name, patient ? LimiterModel.Call.ACQUIRE : LimiterModel.Call.TRY_ACQUIRE);
        Held held = patient ? attempt.acquire(HOUR).held() : attempt.tryAcquire();
        asked.answered(held != null);
        return held;
    }

    /** Just so many permits can be had, and are given back. */
    private static void expectAllFree(LimiterTry attempt, int permits, String when) {
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            Held held = attempt.tryAcquire();
            attempt.expect(held != null, permits + " permits to be free " + when, "only " + i + " were");
            if (held != null) {
                all.add(held);
            }
        }
        attempt.expect(attempt.tryAcquire() == null, "no more than " + permits + " permits " + when, "there were");
        all.forEach(attempt::close);
    }

    private static List<Held> takeAll(LimiterTry attempt, int permits) {
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            Attempt taken = attempt.acquire(HOUR);
            if (taken.held() != null) {
                all.add(taken.held());
            }
        }
        return all;
    }

    /** LIMIT-2: a step below 0 takes a permit; another one closes one of those that were had so far, again and again. */
    static void aPermitIsClosedOnce(LimiterTry attempt, int permits, List<Integer> steps) {
        List<Held> had = new ArrayList<>();
        List<Held> open = new ArrayList<>();
        for (int step : steps) {
            if (step < 0) {
                Held held = attempt.tryAcquire();
                attempt.expect(
                        (held != null) == open.size() < permits,
                        open.size() + " of " + permits + " permits to be out",
                        held == null ? "it was refused" : "it was admitted");
                if (held != null) {
                    had.add(held);
                    open.add(held);
                }
            } else if (!had.isEmpty()) {
                Held held = had.get(step % had.size());
                attempt.close(held);
                open.remove(held);
            }
        }
        open.forEach(attempt::close);
        expectAllFree(attempt, permits, "after all were closed");
    }

    /** LIMIT-2: whoever gives up at about the time of a release takes no permit away. */
    static void givingUpReturnsThePermit(LimiterTry attempt, int permits, GiveUp how, boolean releaseFirst)
            throws Throwable {
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            all.add(attempt.acquireFree());
        }
        Actor quitter = null;
        CompletableFuture<Held> future = null;
        if (how == GiveUp.CANCEL) {
            future = attempt.limiter.acquireAsync(attempt.world.scaled(HOUR));
            CompletableFuture<Void> unused = future.thenAccept(Held::close);
        } else {
            quitter = attempt.visitor("quitter", how == GiveUp.TIME_OUT ? MILLI : HOUR);
            attempt.world.awaitBlocked(quitter);
        }
        if (how == GiveUp.TIME_OUT) {
            attempt.world.sleep(attempt.world.scaled(MILLI) - (releaseFirst ? 2 : 0));
        }
        if (releaseFirst) {
            all.forEach(attempt::close);
        }
        if (future != null) {
            future.cancel(true);
        } else if (quitter != null && how == GiveUp.INTERRUPT) {
            quitter.interrupt();
        }
        if (!releaseFirst) {
            all.forEach(attempt::close);
        }
        if (quitter != null) {
            Attempt unused = attempt.end(quitter);
        } else if (attempt.isExact()) {
            attempt.sleep(MILLI); // what was handed to the future comes back
        } else {
            takeAll(attempt, permits).forEach(attempt::close); // at some time
        }
        expectAllFree(attempt, permits, "after a waiter gave up");
    }

    /** LIMIT-3. */
    static void waitsItsTime(LimiterTry attempt, int permits, long waitNanos) throws Throwable {
        for (int i = 0; i < permits; i++) {
            Held unused = attempt.acquireFree();
        }
        Attempt ended = attempt.acquire(waitNanos);
        long least = attempt.world.scaled(waitNanos);
        attempt.expect(
                ended.refused() != null
                        && ended.tookNanos() >= least
                        && (!attempt.isExact() || ended.tookNanos() == least),
                "a refusal after " + least + " ns",
                ended);
    }

    /** LIMIT-3. */
    static void inOrder(LimiterTry attempt, int permits, int waiters) throws Throwable {
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            all.add(attempt.acquireFree());
        }
        firstComeFirstServed(attempt, waiters, () -> {
            attempt.close(all.get(0));
            Attempt again = attempt.acquire(0);
            attempt.expect(!again.isHeld(), "nobody to overtake those who wait", "the one who released took it again");
        });
        all.subList(1, permits).forEach(attempt::close);
    }

    /** Lets some callers wait, one after the other, and lets them be served with one permit, which the first one holds until all is done. */
    private static void firstComeFirstServed(LimiterTry attempt, int waiters, Runnable serve) throws Throwable {
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Integer> came = new ArrayList<>();
        List<Actor> actors = new ArrayList<>();
        Gate going = attempt.world.gate();
        for (int i = 0; i < waiters; i++) {
            int number = i;
            came.add(number);
            Actor actor = attempt.world.spawn("waiter" + i, () -> {
                Held held = attempt.acquire(HOUR).held();
                served.add(number);
                going.await();
                if (held != null) {
                    attempt.close(held);
                }
                return null;
            });
            attempt.world.awaitBlocked(actor);
            actors.add(actor);
        }
        serve.run();
        going.open();
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expect(served.equals(came), "waiters to be served in the order " + came, "they were in " + served);
    }
}
