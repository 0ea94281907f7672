package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.World;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One asynchronous call of the reference: it retries every failure, without end. */
final class ReferenceAsync {
    private final class Future extends CompletableFuture<Object> {
        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled) {
                abandon();
            }
            return cancelled;
        }
    }

    private final class Wait extends Alarm {
        @Override
        protected void ring() {
            seam.execute(ReferenceAsync.this::attempts);
        }
    }

    private final long delayNanos;
    private final Seam seam;
    private final RetryDefect defect;
    private final Callable<? extends CompletionStage<Object>> task;
    private final Future future = new Future();
    private volatile CompletableFuture<Object> stage;
    private volatile Wait wait;

    ReferenceAsync(long delayNanos, World world, RetryDefect defect, Callable<? extends CompletionStage<Object>> task) {
        this.delayNanos = delayNanos;
        this.seam = Seam.of(world.time());
        this.defect = defect;
        this.task = task;
    }

    CompletableFuture<Object> begin() {
        attempts();
        return future;
    }

    /** Runs attempts for as long as their stages end at once and no delay is due. */
    private void attempts() {
        while (!future.isDone()) {
            CompletableFuture<Object> next = start();
            stage = next;
            if (!next.isDone()) {
                CompletableFuture<Void> unused = next.handle((value, failure) -> {
                    if (ended(value, failure)) {
                        attempts();
                    }
                    return null;
                });
                return;
            }
            Throwable failure = failure(next);
            if (!ended(failure == null ? next.join() : null, failure)) {
                return;
            }
            if (defect == RetryDefect.ASYNC_RECURSES) {
                attempts();
                return;
            }
        }
    }

    private CompletableFuture<Object> start() {
        try {
            return task.call().toCompletableFuture();
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Throwable failure(CompletableFuture<Object> ended) {
        try {
            ended.join();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /** Whether another attempt is due at once. */
    private boolean ended(Object value, Throwable failure) {
        if (failure == null) {
            future.complete(value);
            return false;
        }
        if (future.isDone() || delayNanos == 0) {
            return !future.isDone();
        }
        if (defect == RetryDefect.ASYNC_BLOCKS) {
            return sleeps();
        }
        if (defect == RetryDefect.ASYNC_HOLDS_A_THREAD) {
            seam.start("wait", () -> {
                if (sleeps()) {
                    attempts();
                }
            });
            return false;
        }
        Wait alarm = new Wait();
        wait = alarm;
        seam.schedule(alarm, seam.nanoTime() + delayNanos);
        return false;
    }

    private boolean sleeps() {
        try {
            seam.sleepNanos(delayNanos);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void abandon() {
        Wait alarm = wait;
        if (alarm != null && defect != RetryDefect.CANCEL_LEAVES_THE_TIMER) {
            seam.cancel(alarm);
        }
        CompletableFuture<Object> running = stage;
        if (running != null && defect != RetryDefect.CANCEL_SPARES_THE_STAGE) {
            running.cancel(true);
        }
    }
}
