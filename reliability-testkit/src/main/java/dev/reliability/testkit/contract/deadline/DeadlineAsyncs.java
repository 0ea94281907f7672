package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.deadline.DeadlineTry.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Limits of work that runs elsewhere. */
final class DeadlineAsyncs {
    /** How the stage ends. */
    enum Ending {
        VALUE,
        FAILURE,
        CANCELLED_FROM_OUTSIDE,
        NEVER
    }

    private DeadlineAsyncs() {}

    /** DEADLINE-11: so many stages, which end half-way to the limit, or never. */
    static void stageIsLimited(DeadlineContract contract, World world, long limit, Ending ending, int calls)
            throws Throwable {
        DeadlineTry attempt = new DeadlineTry(contract, world, DeadlineSpec.PLAIN);
        int timers = world.pendingTimers();
        List<CompletableFuture<Object>> stages = new ArrayList<>();
        List<CompletableFuture<Object>> futures = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            CompletableFuture<Object> stage = new CompletableFuture<>();
            stages.add(stage);
            futures.add(attempt.adapter.callAsync(limit, () -> stage));
        }
        world.sleep(limit / 2);
        for (int i = 0; i < calls; i++) {
            boolean unused = switch (ending) {
                case VALUE -> stages.get(i).complete("value");
                case FAILURE -> stages.get(i).completeExceptionally(new IOException("the work"));
                case CANCELLED_FROM_OUTSIDE -> futures.get(i).cancel(true);
                case NEVER -> false;
            };
        }
        if (ending == Ending.NEVER) {
            while (futures.stream().anyMatch(future -> !future.isDone())) {
                world.sleep(limit);
            }
            world.sleep(limit);
        }
        int left = world.pendingTimers() - timers;
        attempt.expect(left == 0, "no timer to stay", left + " of " + calls + " did");
        for (int i = 0; i < calls; i++) {
            Throwable failure = failure(futures.get(i));
            boolean right = switch (ending) {
                case VALUE -> failure == null;
                case FAILURE -> failure instanceof IOException;
                case CANCELLED_FROM_OUTSIDE -> futures.get(i).isCancelled();
                case NEVER -> failure != null && attempt.adapter.exceeded(failure) != null;
            };
            attempt.expect(right, "the call to end by " + ending, "it threw " + failure);
            attempt.expect(stages.get(i).isDone(), "the work to be cancelled", "it goes on");
        }
    }

    private static @Nullable Throwable failure(CompletableFuture<Object> future) throws InterruptedException {
        try {
            Object unused = future.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (CancellationException e) {
            return e;
        }
    }

    /** DEADLINE-13: so many deaf bodies are abandoned, and one more is refused. */
    static void deafIsAbandoned(DeadlineContract contract, World world, long limit, int most, boolean onLate)
            throws Throwable {
        List<Object> late = new CopyOnWriteArrayList<>();
        List<DeadlineTry.Closeable> values = new CopyOnWriteArrayList<>();
        List<Actor> threads = new CopyOnWriteArrayList<>();
        DeadlineSpec spec = DeadlineSpec.PLAIN
                .givingLateTo(onLate ? late::add : null)
                .abandoningOn(
                        work -> threads.add(world.spawn("executor-" + threads.size(), () -> {
                            work.run();
                            return null;
                        })),
                        most);
        DeadlineTry attempt = new DeadlineTry(contract, world, spec);
        long lasts = 100 * limit;
        for (int i = 0; i < most; i++) {
            Call call = attempt.call(limit, () -> {
                attempt.lastDeaf(lasts);
                DeadlineTry.Closeable value = new DeadlineTry.Closeable();
                values.add(value);
                return value;
            });
            attempt.expectExceeded(call);
            attempt.expect(
                    attempt.virtual ? call.tookNanos() == limit : values.isEmpty(),
                    "the caller to have its answer in time",
                    "it took " + call.tookNanos() + " ns");
        }
        AtomicInteger ran = new AtomicInteger();
        Call refused = attempt.call(limit, ran::incrementAndGet);
        attempt.expect(
                refused.failure() != null && attempt.adapter.exceeded(refused.failure()) == null && ran.get() == 0,
                "a refusal while " + most + " abandoned bodies run",
                refused);
        for (Actor thread : threads) {
            thread.await();
        }
        for (DeadlineTry.Closeable value : values) {
            boolean given = late.contains(value);
            attempt.expect(
                    onLate ? given && !value.closed.get() : value.closed.get(),
                    onLate ? "each late value to be given to onLate" : "each late value to be closed",
                    value + ", and onLate has " + late);
        }
        Call again = attempt.call(limit, () -> "value");
        attempt.expect("value".equals(again.value()), "calls to be accepted again", again);
    }
}
