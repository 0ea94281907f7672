package dev.reliability.limit;

import dev.reliability.Task;
import dev.reliability.base.AsyncCall;
import dev.reliability.base.Chain;
import dev.reliability.limit.ConcurrencyLimiter.Permit;
import dev.reliability.time.spi.Surroundings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call that waits to be admitted, or holds a permit. The permit is given back when the stage inside has
 * ended, also if the call was cancelled before: as long as the stage runs, it counts.
 */
final class AsyncLimitedCall<T extends @Nullable Object> extends AsyncCall<T> {
    private final Chain inner;
    private volatile @Nullable Task<? extends CompletionStage<T>, ?> task; // until it has begun, or never will
    private final Surroundings surroundings = Surroundings.here();
    private volatile @Nullable CompletableFuture<?> acquiring;
    private volatile @Nullable Permit permit; // null of a rate limiter: its permits are used up

    /** Of a task that is still to begin, if there is one. */
    AsyncLimitedCall(Chain inner, @Nullable Task<? extends CompletionStage<T>, ?> task) {
        this.inner = inner;
        this.task = task;
    }

    /** Waits to be admitted first. */
    void after(CompletableFuture<? extends @Nullable Object> acquire) {
        acquiring = acquire;
        CompletionStage<?> unused = acquire.whenComplete(this::acquired);
    }

    private void acquired(@Nullable Object acquired, @Nullable Throwable failure) {
        acquiring = null;
        Task<? extends CompletionStage<T>, ?> next = task;
        task = null;
        if (failure != null) {
            fail(failure);
            return;
        }
        Permit mine = acquired instanceof Permit one ? one : null;
        if (next != null && !isDone()) {
            begin(mine, next);
        } else if (mine != null) {
            mine.close();
        }
    }

    private void begin(@Nullable Permit mine, Task<? extends CompletionStage<T>, ?> next) {
        CompletionStage<T> stage;
        try {
            stage = surroundings.<CompletionStage<T>, RuntimeException>resume(() -> inner.proceedAsync(next));
        } catch (Throwable failure) {
            stage = CompletableFuture.failedFuture(failure);
        }
        running(mine, stage);
    }

    /** The stage inside has been started. */
    void running(@Nullable Permit mine, CompletionStage<T> stage) {
        permit = mine;
        follow(stage);
    }

    @Override
    protected void settled(T value, @Nullable Throwable failure) {
        Permit mine = permit;
        if (mine != null) {
            mine.close();
        }
        boolean unused = failure == null ? succeed(value) : fail(failure);
    }

    @Override
    protected void abandoned(@Nullable Throwable failure) {
        task = null;
        CompletableFuture<?> acquire = acquiring;
        if (acquire != null) {
            acquire.cancel(false);
        }
    }
}
