package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Gate;
import dev.reliability.testkit.contract.History;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One try: a breaker in its world, and what is asked of it, all of it recorded. Spans are those of the rules. */
final class BreakerTry {
    static final String NAME = "provider";
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000_000_000;
    static final long HOUR = 3_600 * SECOND;

    final World world;
    final History history;
    final BreakerAdapter breaker;

    BreakerTry(World world, BreakerAdapter breaker) {
        this.world = world;
        this.history = world.history();
        this.breaker = breaker;
    }

    /** How a call came back: refused, or with what its body gave. */
    record Ended(
            @Nullable BreakerRefused refused,
            @Nullable Throwable failure,
            @Nullable Object value) {
        boolean isRefused() {
            return refused != null;
        }

        BreakerRefused refusal() {
            if (refused == null) {
                throw new IllegalStateException("not refused");
            }
            return refused;
        }

        @Override
        public String toString() {
            return isRefused() ? "it was refused" : failure == null ? "it gave " + value : "it threw " + failure;
        }
    }

    Ended call(BreakerEnding ending) {
        return call(ending, () -> null);
    }

    /** Makes a call that does something and then ends as it is told; it gives the caller just that. */
    Ended call(BreakerEnding ending, Body first) {
        Throwable failure = ending.failure();
        AtomicInteger ran = new AtomicInteger();
        Ended ended = through(ending.toString(), () -> {
            ran.incrementAndGet();
            Object unused = first.run();
            if (failure != null) {
                throw failure;
            }
            return ending;
        });
        expect(
                ran.get() == (ended.isRefused() ? 0 : 1),
                ended.isRefused() ? "nothing of a refused call to run" : "an admitted call to run once",
                "it ran " + ran + " times");
        expect(
                ended.isRefused() || (failure == null ? ended.value() == ending : ended.failure() == failure),
                "what the call itself gives, the same instance",
                ended);
        return ended;
    }

    /** Makes a call without a word in the history: many would fill the heap. */
    Ended unrecorded(BreakerEnding ending, Body first) {
        Throwable failure = ending.failure();
        try {
            Object value = breaker.call(() -> {
                Object unused = first.run();
                if (failure != null) {
                    throw failure;
                }
                return ending;
            });
            return new Ended(null, null, value);
        } catch (BreakerRefused refused) {
            return new Ended(refused, null, null);
        } catch (Throwable thrown) {
            return new Ended(null, thrown, null);
        }
    }

    /** Makes any call, and takes what comes. */
    Ended through(String what, Body body) {
        return through(what, body, breaker::call);
    }

    /** One of the ways to make a call. */
    interface Way {
        @Nullable
        Object call(Body body) throws Throwable;
    }

    Ended through(String what, Body body, Way way) {
        int operation = history.invoked("call: " + what);
        try {
            Object value = way.call(body);
            history.ok(operation, value);
            return new Ended(null, null, value);
        } catch (BreakerRefused refused) {
            history.failed(operation, refused);
            return new Ended(refused, null, null);
        } catch (AssertionError broken) {
            throw broken;
        } catch (Throwable failure) {
            history.failed(operation, failure);
            return new Ended(null, failure, null);
        }
    }

    /** A call that is under way until it is told how to end. */
    final class Hanging {
        private final Gate gate = world.gate();
        private final Actor actor;
        private volatile BreakerEnding ending = BreakerEnding.SUCCESS;
        private volatile boolean running;

        private Hanging(String name) {
            actor = world.spawn(
                    name,
                    () -> through("that hangs", () -> {
                        running = true;
                        gate.await();
                        Throwable failure = ending.failure();
                        if (failure != null) {
                            throw failure;
                        }
                        return ending;
                    }));
        }

        boolean isRunning() {
            return running;
        }

        Ended end(BreakerEnding how) throws Throwable {
            ending = how;
            gate.open();
            Object ended = actor.await();
            running = false;
            if (ended instanceof Ended known) {
                return known;
            }
            throw new IllegalStateException("not a call");
        }
    }

    /** Begins a call that hangs, and lets it get as far as it gets. */
    Hanging hang(String name) throws InterruptedException {
        Hanging hanging = new Hanging(name);
        world.awaitBlocked(hanging.actor);
        return hanging;
    }

    /** Begins a call that hangs and must be admitted. */
    Hanging hangAdmitted(String name) throws InterruptedException {
        Hanging hanging = hang(name);
        expect(hanging.isRunning(), "the call of " + name + " to be admitted", "it was not");
        return hanging;
    }

    /** Has so many calls fail that it opens. */
    void open(int failures) {
        for (int i = 0; i < failures; i++) {
            expectState(BreakerState.CLOSED, "before failure " + (i + 1));
            Ended unused = call(BreakerEnding.FAILURE);
        }
        expectState(BreakerState.OPEN, "after " + failures + " failures");
    }

    void sleep(long nanos) throws InterruptedException {
        world.sleep(world.scaled(nanos));
    }

    void expectState(BreakerState expected, String when) {
        BreakerState seen = breaker.state();
        history.state("breaker", seen);
        expect(seen == expected, "the breaker to be " + expected + " " + when, "it was " + seen);
    }

    void expectRefused(String when) {
        Ended ended = call(BreakerEnding.SUCCESS);
        expect(ended.isRefused(), "a call to be refused " + when, ended);
    }

    void expectAdmitted(BreakerEnding ending, String when) {
        Ended ended = call(ending);
        expect(!ended.isRefused(), "a call to be admitted " + when, ended);
    }

    boolean isExact() {
        return world.timeMode() != TimeMode.REAL;
    }

    void expect(boolean kept, String expected, @Nullable Object seen) {
        history.expect(kept, expected, seen);
    }
}
