package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.History;
import dev.reliability.testkit.contract.Holds;
import dev.reliability.testkit.contract.Person;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One try: a mutex in its world, and what is asked of it, all of it recorded. Spans are those of the rules. */
final class MutexTry {
    static final long MILLI = 1_000_000;
    static final long HOUR = 3_600_000_000_000L;

    final World world;
    final History history;
    final MutexAdapter mutex;
    private final Holds holds;

    MutexTry(World world, MutexAdapter mutex) {
        this.world = world;
        this.history = world.history();
        this.mutex = mutex;
        this.holds = new Holds(history, "mutex");
    }

    /** How an acquire ended: a hold, a time-out, or neither if it was interrupted. */
    record Attempt(@Nullable Held held, @Nullable MutexTimedOut timedOut, long tookNanos) {
        boolean isHeld() {
            return held != null;
        }

        boolean isTimedOut() {
            return timedOut != null;
        }

        boolean isInterrupted() {
            return !isHeld() && !isTimedOut();
        }

        Held hold() {
            if (held == null) {
                throw new IllegalStateException("no hold");
            }
            return held;
        }

        @Override
        public String toString() {
            return (isHeld() ? "it was held" : isTimedOut() ? "it timed out" : "it was interrupted") + " after "
                    + String.format("%,d ns", tookNanos);
        }
    }

    /** Acquires by one of the ways of the adapter. */
    interface Acquire {
        @Nullable
        Held run() throws InterruptedException, MutexTimedOut;
    }

    Attempt acquire(long nanos) {
        history.limit("time-out", world.scaled(nanos));
        return attempt("acquire within " + nanos + " ns", () -> mutex.acquire(world.scaled(nanos)));
    }

    Attempt attempt(String what, Acquire acquire) {
        int operation = history.invoked(what);
        long from = world.nanos();
        try {
            Held held = acquire.run();
            expect(held != null, "a hold or an exception", what + " gave null");
            history.ok(operation, "held");
            holds.began(held);
            return new Attempt(held, null, world.nanos() - from);
        } catch (MutexTimedOut timedOut) {
            history.failed(operation, timedOut);
            return new Attempt(null, timedOut, world.nanos() - from);
        } catch (InterruptedException interrupted) {
            history.failed(operation, interrupted);
            return new Attempt(null, null, world.nanos() - from);
        }
    }

    /** Acquires what must be there to be acquired. */
    Held acquireFree() {
        Attempt attempt = acquire(HOUR);
        expect(attempt.isHeld(), "a free mutex to be acquired", attempt);
        return attempt.hold();
    }

    /** The same, by somebody else. */
    Held acquireFree(Person person) throws Throwable {
        if (person.ask(this::acquireFree) instanceof Held held) {
            return held;
        }
        throw new IllegalStateException("no hold");
    }

    @Nullable
    Held tryAcquire() {
        int operation = history.invoked("tryAcquire");
        Held held = mutex.tryAcquire();
        history.ok(operation, held == null ? "refused" : "held");
        holds.began(held);
        return held;
    }

    void close(Held held) {
        int operation = history.invoked("close");
        holds.close(held);
        history.ok(operation, "closed");
    }

    void close(Attempt attempt) {
        if (attempt.held() != null) {
            close(attempt.hold());
        }
    }

    /** Somebody else finds the mutex free, and leaves it so. */
    void expectFree(String when) throws Throwable {
        boolean free = isTrue(() -> {
            Held held = tryAcquire();
            if (held != null) {
                close(held);
            }
            return held != null;
        });
        expect(free, "the mutex to be free " + when, "it was held");
    }

    /** Somebody else finds the mutex held. */
    void expectHeld(String when) throws Throwable {
        boolean held = isTrue(() -> {
            Held found = tryAcquire();
            if (found != null) {
                close(found);
            }
            return found == null;
        });
        expect(held, "the mutex to be held " + when, "it was free");
    }

    /** Asks on a thread of its own. */
    private boolean isTrue(Body question) throws Throwable {
        return Boolean.TRUE.equals(world.spawn("other", question).await());
    }

    /** A thread that acquires, holds for a while, and closes. */
    Actor visitor(String name, long waitNanos, long holdNanos) {
        return world.spawn(name, () -> {
            Attempt attempt = acquire(waitNanos);
            if (holdNanos > 0 && attempt.isHeld()) {
                sleep(holdNanos);
            }
            close(attempt);
            return attempt;
        });
    }

    /** Starts a visitor and lets it get as far as its wait. */
    Actor waiter(String name, long waitNanos, long holdNanos) throws InterruptedException {
        Actor visitor = visitor(name, waitNanos, holdNanos);
        world.awaitBlocked(visitor);
        return visitor;
    }

    Attempt end(Actor visitor) throws Throwable {
        Object ended = visitor.await();
        if (ended instanceof Attempt attempt) {
            return attempt;
        }
        throw new IllegalStateException("not a visitor");
    }

    void sleep(long nanos) throws InterruptedException {
        world.sleep(world.scaled(nanos));
    }

    /** Judges how long something took: never less than a span of the rules, and exactly that where time is virtual. */
    void expectTook(long tookNanos, long nanos, String what) {
        long least = world.scaled(nanos);
        expect(
                tookNanos >= least && (tookNanos == least || world.timeMode() == TimeMode.REAL),
                what + " to take " + least + " ns",
                "it took " + tookNanos + " ns");
    }

    /** Judges that something did not wait, as far as the time can tell. */
    void expectNoWait(long tookNanos, String what) {
        if (world.timeMode() != TimeMode.REAL) {
            expect(tookNanos == 0, what + " not to wait", "it took " + tookNanos + " ns");
        }
    }

    /** The time-out of an acquire of a mutex that is held. */
    MutexTimedOut timedOut() throws Throwable {
        Held held = acquireFree();
        Attempt ended = end(world.spawn("second", () -> acquire(MILLI)));
        close(held);
        MutexTimedOut timedOut = ended.timedOut();
        if (timedOut == null) {
            throw history.broken("a time-out", ended);
        }
        return timedOut;
    }

    String acquireAsync() {
        return mutex.acquireAsync(HOUR).toString();
    }

    Held acquireKey(String key) throws InterruptedException, MutexTimedOut {
        return mutex.acquire(key, 0);
    }

    /** Lets time pass until something holds, or for an hour; then the rule judges. */
    void awaitTrue(BooleanSupplier condition) throws InterruptedException {
        for (long slept = 0; !condition.getAsBoolean() && slept < HOUR / 2; slept += MILLI * 100) {
            sleep(MILLI * 100);
        }
    }

    /** Whether the time of this try is exact. */
    boolean isExact() {
        return world.timeMode() != TimeMode.REAL;
    }

    void expect(boolean kept, String expected, @Nullable Object seen) {
        history.expect(kept, expected, seen);
    }
}
