package dev.reliability.testkit.contract.deadline;

import static java.util.Objects.requireNonNull;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Unsupported;
import dev.reliability.testkit.contract.World;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One try: a limit, and the calls that go through it. */
final class DeadlineTry {
    /** How a call ended. The flag is that of the caller's thread, which is cleared. */
    record Call(@Nullable Object value, @Nullable Throwable failure, long tookNanos, boolean interrupted) {}

    /** A value that is to be closed. */
    static final class Closeable implements AutoCloseable {
        final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public void close() {
            closed.set(true);
        }

        @Override
        public String toString() {
            return "a closeable value, " + (closed.get() ? "closed" : "open");
        }
    }

    final World world;
    final DeadlineAdapter adapter;
    final boolean virtual;

    DeadlineTry(DeadlineContract contract, World world, DeadlineSpec spec) {
        this.world = world;
        this.virtual = contract.isVirtual();
        this.adapter = requireNonNull(contract.create(spec, world), "adapter");
    }

    Call call(long nanos, Body body) {
        long began = world.nanos();
        Object value = null;
        Throwable failure = null;
        AtomicBoolean ran = new AtomicBoolean();
        world.history().limit("deadline", nanos);
        try {
            value = world.history()
                    .record(
                            "call within " + nanos + " ns",
                            () -> adapter.call(nanos, () -> {
                                ran.set(true);
                                return world.history().record("body", body);
                            }));
        } catch (Unsupported refusal) {
            throw refusal;
        } catch (Throwable thrown) {
            failure = thrown;
        }
        boolean interrupted = Thread.interrupted();
        expect(ran.get() || failure != null, "the body to run", "it did not, and the call gave " + value);
        return new Call(value, failure, world.nanos() - began, interrupted);
    }

    /** Lasts, whoever interrupts, as far as a thread can; the flag is afterwards as if it had not looked. */
    void lastDeaf(long nanos) {
        long began = world.nanos();
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = nanos - (world.nanos() - began)) {
            try {
                world.sleep(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void expectExceeded(Call call) {
        expect(
                call.failure != null && adapter.exceeded(call.failure) != null,
                "the exception of the exceeded limit",
                call.failure == null ? "the call returned " + call.value : "the call threw " + call.failure);
    }

    void expectTook(Call call, long nanos) {
        expect(
                call.tookNanos >= nanos && (!virtual || call.tookNanos == nanos),
                "the call to take " + nanos + " ns",
                "it took " + call.tookNanos);
    }

    void expect(boolean kept, String expected, @Nullable Object seen) {
        world.history().expect(kept, expected, seen);
    }
}
