package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.deadline.DeadlineTry.Call;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How a limited call ends. */
final class DeadlineCalls {
    private DeadlineCalls() {}

    /** How the body ends. */
    enum Ending {
        VALUE,
        CLOSEABLE,
        FAILURE
    }

    /** DEADLINE-2: a body that nothing stops, so long, and a limit. */
    static void oneDecision(
            DeadlineContract contract, World world, long lasts, long limit, Ending ending, boolean onLate) {
        AtomicReference<Object> late = new AtomicReference<>();
        DeadlineSpec spec = DeadlineSpec.PLAIN.givingLateTo(onLate ? late::set : null);
        DeadlineTry attempt = new DeadlineTry(contract, world, spec);
        IOException failure = new IOException("the body");
        DeadlineTry.Closeable closeable = new DeadlineTry.Closeable();
        Object value = ending == Ending.CLOSEABLE ? closeable : "value";
        Call call = attempt.call(limit, () -> {
            attempt.lastDeaf(lasts);
            if (ending == Ending.FAILURE) {
                throw failure;
            }
            return value;
        });
        if (lasts < limit) {
            attempt.expect(
                    call.failure() == (ending == Ending.FAILURE ? failure : null),
                    "what the body ended with",
                    "it threw " + call.failure());
            attempt.expect(ending == Ending.FAILURE || call.value() == value, "the value of the body", call.value());
            attempt.expect(late.get() == null && !closeable.closed.get(), "the value to be left alone", closeable);
            return;
        }
        attempt.expectExceeded(call);
        attempt.lastDeaf(2 * lasts); // the body may run elsewhere
        if (ending != Ending.FAILURE && onLate) {
            attempt.expect(late.get() == value, "the late value to be given to onLate", "it was given " + late.get());
        }
        if (ending == Ending.CLOSEABLE) {
            attempt.expect(
                    closeable.closed.get() != onLate,
                    onLate ? "the late value to be onLate's" : "the late value to be closed",
                    closeable);
        }
        told(contract, attempt, call, limit);
    }

    private static void told(DeadlineContract contract, DeadlineTry attempt, Call call, long limit) {
        if (!contract.has(DeadlineCapability.DETAILS) || call.failure() == null) {
            return;
        }
        DeadlineExceeded told = attempt.adapter.exceeded(call.failure());
        attempt.expect(
                told != null && !told.limit().isBlank() && told.grantedNanos() == limit && told.ranNanos() >= limit,
                "to be told which limit of " + limit + " ns was exceeded and how long the body ran",
                told);
    }

    /** DEADLINE-4: after a failing body nothing of the limit comes. */
    static void failureDisarms(DeadlineContract contract, World world, long limit, boolean error) {
        DeadlineTry attempt = new DeadlineTry(contract, world, DeadlineSpec.PLAIN);
        int timers = world.pendingTimers();
        Throwable failure = error ? new NoClassDefFoundError("the body") : new IOException("the body");
        Call call = attempt.call(limit, () -> {
            world.sleep(limit / 2);
            throw failure;
        });
        attempt.expect(call.failure() == failure, "the failure of the body itself", call.failure());
        int left = world.pendingTimers() - timers;
        world.busy(3 * limit);
        attempt.expect(!Thread.interrupted(), "no interrupt after the call", "there was one");
        attempt.expect(left == 0, "no timer to stay after the call", left + " did");
    }

    /** DEADLINE-6: with every thread of the common pool busy. */
    static void expiresThoughPoolsAreBusy(DeadlineContract contract, World world, long limit) throws Throwable {
        CountDownLatch release = new CountDownLatch(1);
        try {
            for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism() + 8; i++) {
                ForkJoinPool.commonPool().execute(() -> awaitQuietly(release));
            }
            DeadlineTry attempt = new DeadlineTry(contract, world, DeadlineSpec.PLAIN);
            Call call = attempt.call(limit, () -> {
                world.sleep(20 * limit);
                return "too late";
            });
            attempt.expectExceeded(call);
            attempt.expect(call.tookNanos() < 20 * limit, "the limit to pass in time", "it took " + call.tookNanos());
            attempt.expectTook(call, contract.isVirtual() ? limit : 0);
        } finally {
            release.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** DEADLINE-8: an inner limit that ends, so or so, after the outer one has expired; or before. */
    static void outerIsNotLost(
            DeadlineContract contract, World world, long outer, long inner, long lasts, boolean catches) {
        DeadlineTry attempt = new DeadlineTry(contract, world, DeadlineSpec.PLAIN);
        Call call = attempt.call(outer, () -> {
            @Nullable Throwable inside = null;
            try {
                attempt.adapter.call(inner, () -> {
                    attempt.lastDeaf(lasts);
                    return "inner";
                });
            } catch (Throwable failure) {
                inside = failure;
            }
            if (!catches && inside != null) {
                throw inside;
            }
            return "outer";
        });
        if (lasts < outer) {
            attempt.expect(
                    call.failure() == null || (!catches && lasts >= inner), "no expiry of the outer limit", call);
            return;
        }
        attempt.expectExceeded(call);
        attempt.expect(!call.interrupted(), "no interrupt after the call", "there is one");
    }

    /** DEADLINE-14. */
    enum Stopped {
        NOT_AT_ALL,
        BY_A_FUNCTION,
        BY_A_FAILING_FUNCTION,
        IN_TIME
    }

    /** DEADLINE-14. */
    static void stopIsChosen(DeadlineContract contract, World world, long limit, Stopped stopped) {
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<@Nullable Long> at = new AtomicReference<>();
        RuntimeException failure = new IllegalStateException("the canceller");
        long began = world.nanos();
        Runnable function = () -> {
            runs.incrementAndGet();
            at.set(world.nanos() - began);
            world.record("the function runs");
            if (stopped == Stopped.BY_A_FAILING_FUNCTION) {
                throw failure;
            }
        };
        boolean nothing = stopped == Stopped.NOT_AT_ALL;
        DeadlineSpec spec = DeadlineSpec.PLAIN.stoppingBy(
                nothing ? DeadlineSpec.Stop.NOTHING : DeadlineSpec.Stop.FUNCTION, nothing ? null : function);
        DeadlineTry attempt = new DeadlineTry(contract, world, spec);
        AtomicReference<@Nullable Throwable> disturbed = new AtomicReference<>();
        long lasts = stopped == Stopped.IN_TIME ? limit / 2 : 3 * limit;
        Call call = attempt.call(limit, () -> {
            try {
                world.sleep(lasts);
            } catch (InterruptedException e) {
                disturbed.set(e);
            }
            return "value";
        });
        attempt.expect(disturbed.get() == null, "the body not to be interrupted", "it was");
        int expected = stopped == Stopped.NOT_AT_ALL || stopped == Stopped.IN_TIME ? 0 : 1;
        attempt.lastDeaf(2 * limit);
        attempt.expect(runs.get() == expected, "the function to run " + expected + " times", "it was " + runs);
        if (stopped == Stopped.IN_TIME) {
            attempt.expect("value".equals(call.value()), "the value of the body", call);
            return;
        }
        attempt.expectExceeded(call);
        Long when = at.get();
        if (expected == 1) {
            attempt.expect(
                    when != null && when >= limit && (!attempt.virtual || when == limit),
                    "the function to run when the time is up",
                    "it was after " + when + " ns");
        }
        if (stopped == Stopped.BY_A_FAILING_FUNCTION && call.failure() != null) {
            attempt.expect(
                    List.of(call.failure().getSuppressed()).contains(failure),
                    "the failure of the function to be suppressed in the exception",
                    List.of(call.failure().getSuppressed()));
        }
    }
}
