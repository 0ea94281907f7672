package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.breaker.BreakerTry.Ended;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rules about how calls count, and about listeners, counts and keys ask. */
final class BreakerVerdictRules {
    private static final int ROUNDS = 50;

    private BreakerVerdictRules() {}

    /** BREAKER-8. */
    static void troubleLosesNothing(BreakerTry attempt, BreakerTrouble trouble, int failures, long openNanos)
            throws Throwable {
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {}); // where trouble may be reported
        for (int i = 0; i < failures; i++) {
            attempt.expectState(BreakerState.CLOSED, "before " + trouble + " number " + (i + 1));
            fail(attempt, trouble);
        }
        attempt.expectState(BreakerState.OPEN, "after " + failures + " times " + trouble);
        attempt.sleep(openNanos);
        fail(attempt, trouble);
        attempt.expectState(BreakerState.OPEN, "after a probe with " + trouble);
        attempt.expectRefused("after a probe with " + trouble);
        attempt.sleep(openNanos);
        if (trouble == BreakerTrouble.ERROR_OF_A_CALL || trouble == BreakerTrouble.LISTENER) {
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "after another open time");
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the second probe of two");
            attempt.expectState(BreakerState.CLOSED, "after two successful probes");
        } else {
            attempt.expectAdmitted(BreakerEnding.IGNORED, "after another open time");
        }
    }

    private static void fail(BreakerTry attempt, BreakerTrouble trouble) {
        Ended ended = switch (trouble) {
            case ERROR_OF_A_CALL -> attempt.call(BreakerEnding.ERROR);
            case FAILURE_PREDICATE, LISTENER -> attempt.call(BreakerEnding.FAILURE);
            case RESULT_PREDICATE -> attempt.through("whose result is asked about", () -> "result");
        };
        attempt.expect(!ended.isRefused(), "the call to be admitted", ended);
    }

    /** BREAKER-9. */
    static void neutralIsNeutral(BreakerTry attempt, BreakerEnding neutral, int failures, long openNanos)
            throws Throwable {
        for (int i = 1; i < failures; i++) {
            attempt.expectAdmitted(BreakerEnding.FAILURE, "while closed");
        }
        for (int i = 0; i < failures; i++) {
            attempt.expectAdmitted(neutral, "while closed");
            attempt.expectState(BreakerState.CLOSED, "after " + (failures - 1) + " failures and a neutral call");
        }
        attempt.expectAdmitted(BreakerEnding.FAILURE, "while closed");
        attempt.expectState(BreakerState.OPEN, "after " + failures + " failures with neutral calls between");
        attempt.sleep(openNanos);
        for (int i = 0; i < 3; i++) {
            attempt.expectAdmitted(neutral, "as a probe, since those before were neutral");
            attempt.expectState(BreakerState.HALF_OPEN, "after a neutral probe");
        }
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as a probe");
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as a probe");
        attempt.expectState(BreakerState.CLOSED, "after two successful probes");
    }

    /** BREAKER-9: a deadline counts if the call had a fair chance. */
    static void deadlineCountsIfFair(BreakerTry attempt, int failures, long fairNanos, long limitNanos)
            throws Throwable {
        long longest = 0;
        for (int i = 0; i < failures; i++) {
            attempt.expectState(BreakerState.CLOSED, "before deadline " + (i + 1));
            long from = attempt.world.nanos();
            Ended ended = attempt.through(
                    "within " + limitNanos + " ns",
                    () -> {
                        attempt.sleep(BreakerTry.HOUR);
                        return null;
                    },
                    body -> attempt.breaker.callWithin(attempt.world.scaled(limitNanos), body));
            attempt.expect(ended.failure() != null, "the deadline to end the call", ended);
            longest = Math.max(longest, attempt.world.nanos() - from);
            if (longest >= attempt.world.scaled(fairNanos) && limitNanos < fairNanos) {
                return; // the machine was slow: the call had a fair chance after all
            }
        }
        if (limitNanos == fairNanos && !attempt.isExact()) {
            return; // the deadline begins before the call does, and real time passes between the two
        }
        boolean fair = limitNanos >= fairNanos;
        attempt.expectState(
                fair ? BreakerState.OPEN : BreakerState.CLOSED,
                "after " + failures + " calls that ran out of " + limitNanos + " ns, where " + fairNanos + " are fair");
    }

    /** What a listener hears, and what it does about it. */
    static final class Ear {
        private final List<BreakerState> heard = new ArrayList<>(); // guarded by this
        private volatile @Nullable BreakerTry attempt;
        private volatile boolean asks;

        synchronized List<BreakerState> heard() {
            return List.copyOf(heard);
        }

        void of(BreakerTry who) {
            attempt = who;
        }

        /** Asks the breaker itself, on the thread that tells. */
        void callBack(BreakerState state) {
            BreakerTry now = attempt;
            if (now != null) {
                now.world.record("heard " + state + " while " + now.breaker.state());
                Ended unused = now.unrecorded(BreakerEnding.IGNORED, () -> null);
            }
        }

        void hear(BreakerState state) {
            synchronized (this) {
                heard.add(state);
            }
            BreakerTry now = attempt;
            if (asks && now != null) {
                Actor other = now.world.spawn("asked by the listener", () -> {
                    BreakerState seen = now.breaker.state();
                    Ended unused = now.call(BreakerEnding.IGNORED);
                    return seen;
                });
                try {
                    Object unused = other.await();
                } catch (Throwable e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** BREAKER-14. */
    static void transitionsAreHeardInOrder(BreakerTry attempt, Ear ear, int failures, long openNanos, boolean asks)
            throws Throwable {
        ear.attempt = attempt;
        ear.asks = asks;
        List<BreakerState> due = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            attempt.open(failures);
            due.add(BreakerState.OPEN);
            attempt.sleep(openNanos);
            attempt.expectAdmitted(BreakerEnding.FAILURE, "as a probe");
            due.addAll(List.of(BreakerState.HALF_OPEN, BreakerState.OPEN));
            attempt.sleep(openNanos);
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "as a probe");
            due.addAll(List.of(BreakerState.HALF_OPEN, BreakerState.CLOSED));
        }
        attempt.expect(ear.heard().equals(due), "the transitions " + due + " to be heard", "it heard " + ear.heard());
    }

    /** BREAKER-15: counted by many. */
    static void countsAreExact(BreakerTry attempt, List<List<BreakerEnding>> crowd) throws Throwable {
        List<BreakerEnding> all = crowd.stream().flatMap(List::stream).toList();
        BreakerCounts due = new BreakerCounts(
                all.stream().filter(ending -> ending == BreakerEnding.SUCCESS).count(),
                all.stream().filter(BreakerEnding::isFailure).count(),
                all.stream().filter(BreakerEnding::isNeutral).count(),
                0,
                0);
        List<Actor> actors = new ArrayList<>();
        for (List<BreakerEnding> endings : crowd) {
            actors.add(attempt.world.spawn("caller" + actors.size(), () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    endings.forEach(ending -> attempt.unrecorded(ending, () -> null));
                }
                return null;
            }));
        }
        BreakerCounts before = attempt.breaker.counts();
        for (Actor actor : actors) {
            Object unused = actor.await();
            BreakerCounts now = attempt.breaker.counts();
            attempt.expect(isAfter(now, before), "counts that only rise", "there was " + before + ", then " + now);
            before = now;
        }
        BreakerCounts total =
                new BreakerCounts(due.successes() * ROUNDS, due.failures() * ROUNDS, due.ignored() * ROUNDS, 0, 0);
        attempt.expect(before.equals(total), "the counts " + total, "they were " + before);
    }

    private static boolean isAfter(BreakerCounts now, BreakerCounts before) {
        return now.successes() >= before.successes()
                && now.failures() >= before.failures()
                && now.ignored() >= before.ignored();
    }

    /** BREAKER-20. */
    static void keysAreApart(BreakerTry attempt, List<String> keys, int failures, long openNanos) throws Throwable {
        String failing = keys.get(0);
        for (int i = 0; i < failures; i++) {
            expectKey(attempt, failing, BreakerEnding.FAILURE);
        }
        Ended refused = key(attempt, failing, BreakerEnding.SUCCESS);
        attempt.expect(refused.isRefused(), "the key that failed to be refused", refused);
        for (String key : keys.subList(1, keys.size())) {
            expectKey(attempt, key, BreakerEnding.SUCCESS);
        }
        int kept = attempt.breaker.keptKeys();
        attempt.expect(kept == 1, "memory for the one key that is open", kept + " keys were kept");
        attempt.sleep(openNanos);
        expectKey(attempt, failing, BreakerEnding.SUCCESS);
        kept = attempt.breaker.keptKeys();
        attempt.expect(kept == 0, "no memory for keys that are closed and healthy", kept + " keys were kept");
    }

    private static void expectKey(BreakerTry attempt, String key, BreakerEnding ending) {
        Ended ended = key(attempt, key, ending);
        attempt.expect(!ended.isRefused(), "the call of key \"" + key + "\" to be admitted", ended);
    }

    private static Ended key(BreakerTry attempt, String key, BreakerEnding ending) {
        return attempt.through(
                ending + " of \"" + key + "\"",
                () -> {
                    Throwable failure = ending.failure();
                    if (failure != null) {
                        throw failure;
                    }
                    return ending;
                },
                body -> attempt.breaker.call(key, body));
    }
}
