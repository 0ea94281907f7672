package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.limit.LimiterTry.Attempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the rules ask of a limiter of a rate. */
final class RateRules {
    private RateRules() {}

    /** LIMIT-1. */
    static void noWindowSeesMore(LimiterTry attempt, LimiterSpec spec, List<List<LimiterVisit>> crowd)
            throws Throwable {
        Queue<Attempt> admitted = new ConcurrentLinkedQueue<>();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < crowd.size(); i++) {
            List<LimiterVisit> visits = crowd.get(i);
            actors.add(attempt.world.spawn("caller" + i, () -> {
                for (LimiterVisit visit : visits) {
                    attempt.sleep(visit.pauseNanos());
                    take(attempt, visit, admitted);
                }
                return null;
            }));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expect(!admitted.isEmpty(), "the first caller of all to be admitted", "nobody was");
        int most = spec.mostInAWindow();
        long perNanos = attempt.world.scaled(spec.perNanos());
        List<Attempt> tooMany = tooMany(admitted, most, perNanos, attempt.isExact());
        attempt.expect(tooMany.isEmpty(), "at most " + most + " permits in any window of " + perNanos + " ns", tooMany);
        attempt.sleep(spec.perNanos());
        attempt.expect(attempt.tryAcquire() != null, "a permit after a whole span without callers", "it was refused");
    }

    private static void take(LimiterTry attempt, LimiterVisit visit, Queue<Attempt> admitted) {
        if (visit.waitNanos() >= 0) {
            Attempt ended = attempt.acquire(visit.waitNanos());
            if (ended.isHeld()) {
                admitted.add(ended);
            }
            return;
        }
        long from = attempt.world.nanos();
        Held held = attempt.tryAcquire();
        if (held != null) {
            admitted.add(new Attempt(held, null, from, attempt.world.nanos()));
        }
    }

    /**
     * Those that a window saw beyond its limit, with those before them; none if there is no such window. A permit was
     * taken at the end of the wait where time is exact, and else at some time from its begin to its end.
     */
    static List<Attempt> tooMany(Collection<Attempt> admitted, int most, long perNanos, boolean exact) {
        List<Attempt> order = admitted.stream()
                .sorted(Comparator.comparingLong(Attempt::toNanos))
                .toList();
        for (int i = 0; i + most < order.size(); i++) {
            List<Attempt> some = order.subList(i, i + most + 1);
            long first = some.stream()
                    .mapToLong(one -> exact ? one.toNanos() : one.fromNanos())
                    .min()
                    .orElseThrow();
            if (some.get(most).toNanos() - first < perNanos) {
                return some;
            }
        }
        return List.of();
    }

    /** LIMIT-3: what cannot fit is refused at once, and told how long it would take. */
    static void refusesAtOnce(LimiterTry attempt, LimiterSpec spec, long waitNanos) throws Throwable {
        exhaust(attempt, spec);
        Attempt refused = attempt.acquire(waitNanos);
        LimitRefused refusal = refused.refused();
        if (refusal == null) {
            attempt.expect(
                    refused.isHeld() && (!attempt.isExact() || refused.tookNanos() <= waitNanos),
                    "a permit within the wait, or a refusal",
                    refused);
            return;
        }
        attempt.expect(
                !attempt.isExact() || refused.tookNanos() == 0,
                "a wait that cannot fit to be refused at once",
                refused);
        attempt.expect(
                refusal.waitNanos() > attempt.world.scaled(waitNanos) || !attempt.isExact(),
                "a refusal only of a wait that cannot fit, with the wait as a hint",
                refused);
        attempt.expect(refusal.waitNanos() >= 0, "the wait as a hint", refused);
        if (attempt.isExact()) {
            attempt.world.sleep(refusal.waitNanos() - 1);
            attempt.expect(attempt.tryAcquire() == null, "a hint that is not longer than the wait", "it was");
            attempt.world.sleep(1);
        } else {
            attempt.world.sleep(refusal.waitNanos());
        }
        attempt.expect(attempt.tryAcquire() != null, "a permit when the wait that was told is over", "it was refused");
    }

    /** LIMIT-3. */
    static void firstComeFirstServed(LimiterTry attempt, LimiterSpec spec, int waiters) throws Throwable {
        exhaust(attempt, spec);
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            Actor actor = attempt.visitor("waiter" + i, LimiterTry.HOUR);
            attempt.world.awaitBlocked(actor);
            actors.add(actor);
        }
        Attempt before = null;
        for (Actor actor : actors) {
            Attempt ended = attempt.end(actor);
            attempt.expect(ended.isHeld(), "each waiter to be admitted within an hour", ended);
            attempt.expect(
                    before == null || !attempt.isExact() || before.toNanos() <= ended.toNanos(),
                    "waiters to be served in the order of their coming",
                    actor.thread().getName() + " was before the one in front of it");
            before = ended;
        }
    }

    private static void exhaust(LimiterTry attempt, LimiterSpec spec) {
        Held first = attempt.tryAcquire();
        attempt.expect(first != null, "the first caller of all to be admitted", "it was refused");
        for (int i = 0; i <= spec.mostInAWindow(); i++) {
            Held unused = attempt.tryAcquire();
        }
    }
}
