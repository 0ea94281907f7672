package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.History;
import dev.reliability.testkit.contract.Holds;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import org.jspecify.annotations.Nullable;

/** One try: a limiter in its world, and what is asked of it, all of it recorded. Spans are those of the rules. */
final class LimiterTry {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000_000_000;
    static final long HOUR = 3_600 * SECOND;

    final World world;
    final History history;
    final LimiterAdapter limiter;
    private final Holds holds;

    LimiterTry(World world, LimiterAdapter limiter) {
        this.world = world;
        this.history = world.history();
        this.limiter = limiter;
        this.holds = new Holds(history, "permits");
    }

    /** How an acquire ended: a permit, a refusal, or neither if it was interrupted. */
    record Attempt(@Nullable Held held, @Nullable LimitRefused refused, long fromNanos, long toNanos) {
        boolean isHeld() {
            return held != null;
        }

        long tookNanos() {
            return toNanos - fromNanos;
        }

        @Override
        public String toString() {
            return (isHeld()
                            ? "it was admitted"
                            : refused != null ? "it was " + refused.getMessage() : "it was interrupted")
                    + " after " + String.format("%,d ns", tookNanos());
        }
    }

    Attempt acquire(long nanos) {
        history.limit("time-out", world.scaled(nanos));
        int operation = history.invoked("acquire within " + nanos + " ns");
        long from = world.nanos();
        try {
            Held held = limiter.acquire(world.scaled(nanos));
            expect(held != null, "a permit or an exception", "the limiter gave null");
            history.ok(operation, "admitted");
            holds.began(held);
            return new Attempt(held, null, from, world.nanos());
        } catch (LimitRefused refused) {
            history.failed(operation, refused);
            return new Attempt(null, refused, from, world.nanos());
        } catch (InterruptedException interrupted) {
            history.failed(operation, interrupted);
            return new Attempt(null, null, from, world.nanos());
        }
    }

    /** Takes what must be there. */
    Held acquireFree() {
        Attempt attempt = acquire(0);
        if (attempt.held() == null) {
            throw history.broken("a permit that is there to be had", attempt);
        }
        return attempt.held();
    }

    @Nullable
    Held tryAcquire() {
        int operation = history.invoked("tryAcquire");
        Held held = limiter.tryAcquire();
        history.ok(operation, held == null ? "refused" : "admitted");
        holds.began(held);
        return held;
    }

    void close(Held held) {
        int operation = history.invoked("close");
        holds.close(held);
        history.ok(operation, "closed");
    }

    /** A thread that takes a permit, and gives it back. */
    Actor visitor(String name, long waitNanos) {
        return world.spawn(name, () -> {
            Attempt attempt = acquire(waitNanos);
            if (attempt.held() != null) {
                close(attempt.held());
            }
            return attempt;
        });
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

    boolean isExact() {
        return world.timeMode() != TimeMode.REAL;
    }

    void expect(boolean kept, String expected, @Nullable Object seen) {
        history.expect(kept, expected, seen);
    }
}
