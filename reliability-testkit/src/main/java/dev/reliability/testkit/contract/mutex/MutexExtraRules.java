package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Person;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.mutex.MutexTry.Attempt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the rules about optional capabilities ask. */
final class MutexExtraRules {
    private static final long MILLI = MutexTry.MILLI;
    private static final long HOUR = MutexTry.HOUR;

    private MutexExtraRules() {}

    /** MUTEX-9. */
    static void timeOutTellsWhy(
            MutexTry attempt, String name, long heldNanos, long waitNanos, int others, boolean timing)
            throws Throwable {
        Person holder = attempt.world.person("holder of " + name);
        List<Actor> waiting = new ArrayList<>();
        try {
            long from = attempt.world.nanos();
            Held held = attempt.acquireFree(holder);
            attempt.sleep(heldNanos);
            for (int i = 0; i < others; i++) {
                waiting.add(attempt.waiter("other" + i, HOUR, 0));
            }
            Attempt ended = attempt.acquire(waitNanos);
            MutexTimedOut timedOut = ended.timedOut();
            if (timedOut == null) {
                throw attempt.history.broken("a time-out", ended);
            }
            long now = attempt.world.nanos() - from;
            MutexDiagnosis says = timedOut.diagnosis();
            attempt.expect(says.mutex().equals(name), "the time-out to name the mutex " + name, "it said " + says);
            attempt.expect(
                    says.holder().equals("holder of " + name),
                    "the time-out to name the thread \"holder of " + name + "\"",
                    "it said " + says);
            attempt.expect(says.waiting() == others, "the time-out to count " + others + " others", "it said " + says);
            long least = timing ? attempt.world.scaled(heldNanos + waitNanos) : attempt.world.scaled(waitNanos);
            attempt.expect(
                    says.heldAtLeastNanos() >= least && says.heldAtLeastNanos() <= now,
                    "the time-out to say that it was held for " + least + " to " + now + " ns",
                    "it said " + says);
            attempt.expect(
                    !timing || attempt.world.timeMode() == TimeMode.REAL || says.heldAtLeastNanos() == now,
                    "a mutex that keeps the time to say " + now + " ns",
                    "it said " + says);
            Object unused = holder.ask(() -> {
                attempt.close(held);
                return null;
            });
        } finally {
            holder.dismiss();
        }
        for (Actor other : waiting) {
            Attempt ended = attempt.end(other);
            attempt.expect(ended.isHeld(), "each of the others to get the mutex", ended);
        }
    }

    /** MUTEX-10. */
    static void longHoldIsReported(MutexTry attempt, long limitNanos, long heldNanos) throws Throwable {
        Person holder = attempt.world.person("holder");
        try {
            long from = attempt.world.nanos();
            Held held = attempt.acquireFree(holder);
            attempt.sleep(heldNanos);
            boolean due = heldNanos > limitNanos;
            attempt.awaitTrue(() -> !due || attempt.mutex.longHolds().contains("holder"));
            attempt.expectHeld("however long it is held");
            Object unused = holder.ask(() -> {
                attempt.close(held);
                return null;
            });
            long longest = attempt.world.nanos() - from; // on the machine's clock it may have lasted longer than meant
            attempt.expectFree("after the close");
            attempt.sleep(3 * limitNanos);
            List<String> reported = attempt.mutex.longHolds().stream()
                    .filter(name -> name.equals("holder")) // others were slow if the machine is
                    .toList();
            boolean kept = reported.equals(List.of("holder"))
                    ? longest >= attempt.world.scaled(limitNanos)
                    : reported.isEmpty() && !due;
            attempt.expect(
                    kept,
                    (due ? "one report" : "no report") + " of a hold of " + heldNanos + " ns at a limit of "
                            + limitNanos + " ns",
                    "there were " + reported);
        } finally {
            holder.dismiss();
        }
    }

    /** MUTEX-14. */
    static void asyncSharesTheQueue(MutexTry attempt, long limitNanos, List<Boolean> kinds) throws Throwable {
        Held held = attempt.acquireFree();
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Integer> came = new ArrayList<>();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            int number = i;
            came.add(number);
            if (kinds.get(i)) {
                CompletableFuture<Void> unused = attempt.mutex
                        .acquireAsync(attempt.world.scaled(HOUR))
                        .thenAccept(got -> {
                            served.add(number);
                            attempt.close(got);
                        });
            } else {
                Actor actor = attempt.world.spawn("waiter" + i, () -> {
                    Held got = attempt.acquire(HOUR).hold();
                    served.add(number);
                    attempt.close(got);
                    return null;
                });
                attempt.world.awaitBlocked(actor);
                actors.add(actor);
            }
        }
        attempt.sleep(limitNanos);
        attempt.close(held);
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.awaitTrue(() -> served.size() == came.size());
        attempt.expect(served.equals(came), "waiters to be served in the order " + came, "they were in " + served);
    }

    /** MUTEX-14. */
    static void continuationsRunOutside(MutexTry attempt) throws Throwable {
        Held held = attempt.acquireFree();
        List<Thread> ran = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> unused = attempt.mutex
                .acquireAsync(attempt.world.scaled(HOUR))
                .thenAccept(got -> {
                    ran.add(Thread.currentThread());
                    got.close();
                });
        attempt.close(held);
        attempt.awaitTrue(() -> !ran.isEmpty());
        attempt.expect(ran.size() == 1, "what depends on the future to run", "it did not");
        attempt.expect(
                ran.get(0) != Thread.currentThread(),
                "what depends on the future to run outside the hand-off",
                "it ran on the thread that released");
    }

    /** MUTEX-15. */
    static void keysDoNotBlock(MutexTry attempt, List<String> keys) throws Throwable {
        List<Held> all = new ArrayList<>();
        for (String key : keys) {
            Attempt ended = attempt.attempt("acquire " + key, () -> attempt.mutex.acquire(key, 0));
            attempt.expect(ended.isHeld(), "a key not to block another one", "for " + key + " " + ended);
            all.add(ended.hold());
        }
        for (String key : keys) {
            Actor second = attempt.world.spawn(
                    "second", () -> attempt.attempt("acquire " + key, () -> attempt.mutex.acquire(key, MILLI)));
            Attempt ended = attempt.end(second);
            attempt.expect(ended.isTimedOut(), "a key that is held to be refused", "for " + key + " " + ended);
        }
        attempt.expect(
                attempt.mutex.keptKeys() >= keys.size(),
                "the keys that are held to be kept",
                "only " + attempt.mutex.keptKeys() + " were");
        all.forEach(attempt::close);
        attempt.expect(
                attempt.mutex.keptKeys() == 0,
                "no memory for keys without a holder and a waiter",
                attempt.mutex.keptKeys() + " were kept");
    }
}
