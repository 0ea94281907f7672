package dev.reliability.testkit.contract.retry;

import static java.util.Objects.requireNonNull;

import dev.reliability.testkit.contract.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** RETRY-18, promise by promise. */
enum RetryAsyncs {
    CALLER_NEVER_BLOCKS {
        @Override
        void check(RetryContract contract, World world, long delay) throws Exception {
            RetryAdapter adapter = adapter(contract, world, delay);
            AtomicInteger runs = new AtomicInteger();
            long began = world.nanos();
            CompletableFuture<Object> future = adapter.callAsync(() -> endsAt(runs.incrementAndGet(), 3));
            long took = world.nanos() - began;
            expect(world, took < delay, "the caller's thread not to wait", "it waited for " + took + " ns");
            expect(world, !future.isDone(), "the call to go on", "it has ended: " + future);
            Object value = await(world, future, delay);
            expect(world, "done".equals(value), "the result of the last attempt", value);
            expect(world, runs.get() == 3, "3 attempts", "there were " + runs);
            expect(world, world.nanos() - began >= 2 * delay, "two waits of " + delay + " ns", world.nanos() - began);
        }
    },
    NO_THREAD_IS_HELD {
        @Override
        void check(RetryContract contract, World world, long delay) throws Exception {
            int calls = 100;
            RetryAdapter adapter = adapter(contract, world, 10 * delay);
            int before = Thread.activeCount();
            List<CompletableFuture<Object>> futures = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                AtomicInteger runs = new AtomicInteger();
                futures.add(adapter.callAsync(() -> endsAt(runs.incrementAndGet(), 2)));
            }
            int held = Thread.activeCount() - before;
            expect(world, held < calls / 2, "no thread to be held while calls wait", held + " were, by " + calls);
            for (CompletableFuture<Object> future : futures) {
                await(world, future, delay);
            }
        }
    },
    NO_RECURSION {
        @Override
        void check(RetryContract contract, World world, long delay) throws Exception {
            int failures = 100_000;
            RetryAdapter adapter = adapter(contract, world, 0);
            AtomicInteger runs = new AtomicInteger();
            try {
                CompletableFuture<Object> future =
                        adapter.callAsync(() -> endsAt(runs.incrementAndGet(), failures + 1));
                expect(world, "done".equals(await(world, future, delay)), "the result of the last attempt", future);
            } catch (StackOverflowError recursion) {
                throw world.history().broken("no recursion", "the stack was full at attempt " + runs);
            }
        }
    },
    CANCELLED_WAIT_ENDS {
        @Override
        void check(RetryContract contract, World world, long delay) throws Exception {
            RetryAdapter adapter = adapter(contract, world, delay);
            int timers = world.pendingTimers();
            AtomicInteger runs = new AtomicInteger();
            CompletableFuture<Object> future = adapter.callAsync(() -> endsAt(runs.incrementAndGet(), 3));
            expect(world, future.cancel(true), "the call to be cancelled", "it was not");
            expect(
                    world,
                    world.pendingTimers() == timers,
                    "the timer of the wait to be taken back",
                    world.pendingTimers() - timers + " are pending");
            world.sleep(4 * delay);
            expect(world, runs.get() == 1, "no attempt after the cancellation", "there were " + runs + " in all");
        }
    },
    CANCEL_REACHES_THE_STAGE {
        @Override
        void check(RetryContract contract, World world, long delay) throws Exception {
            RetryAdapter adapter = adapter(contract, world, delay);
            AtomicReference<CompletableFuture<Object>> stage = new AtomicReference<>();
            AtomicInteger runs = new AtomicInteger();
            CompletableFuture<Object> future = adapter.callAsync(() -> {
                if (runs.incrementAndGet() == 1) {
                    return CompletableFuture.failedFuture(new IOException("attempt 1"));
                }
                stage.set(new CompletableFuture<>());
                return stage.get();
            });
            for (int i = 0; i < 100 && stage.get() == null; i++) {
                world.sleep(delay);
            }
            CompletableFuture<Object> second = stage.get();
            expect(world, second != null, "a second attempt", "there was none");
            future.cancel(true);
            expect(world, requireNonNull(second).isDone(), "the running stage to be cancelled", "it was left alone");
        }
    },
    NOTHING_IS_RETAINED {
        @Override
        void check(RetryContract contract, World world, long delay) throws Exception {
            RetryAdapter adapter = adapter(contract, world, delay);
            int timers = world.pendingTimers();
            for (int ends = 1; ends <= 3; ends++) {
                int last = ends;
                AtomicInteger runs = new AtomicInteger();
                await(world, adapter.callAsync(() -> endsAt(runs.incrementAndGet(), last)), delay);
                int left = world.pendingTimers() - timers;
                expect(world, left == 0, "no timer to be left after " + ends + " attempts", left + " are");
            }
        }
    };

    /** Checks the promise, with such a delay between attempts. */
    abstract void check(RetryContract contract, World world, long delay) throws Exception;

    private static RetryAdapter adapter(RetryContract contract, World world, long delay) {
        return contract.create(RetrySpec.of(RetrySpec.UNLIMITED, BackoffSpec.constant(delay)), world);
    }

    private static CompletableFuture<Object> endsAt(int run, int last) {
        return run < last
                ? CompletableFuture.failedFuture(new IOException("attempt " + run))
                : CompletableFuture.completedFuture("done");
    }

    private static Object await(World world, CompletableFuture<Object> future, long delay) throws Exception {
        while (!future.isDone()) {
            world.sleep(Math.max(delay / 4, 1));
        }
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw world.history().broken("a result", "the call failed: " + e.getCause());
        }
    }

    private static void expect(World world, boolean kept, String expected, Object seen) {
        world.history().expect(kept, expected, seen);
    }
}
