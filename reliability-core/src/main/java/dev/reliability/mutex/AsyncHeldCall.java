package dev.reliability.mutex;

import dev.reliability.Task;
import dev.reliability.base.AsyncCall;
import dev.reliability.base.Chain;
import dev.reliability.time.spi.Surroundings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An asynchronous call that waits for a mutex, or holds it. The mutex is given back when the stage inside has ended, also
 * if the call was cancelled before: as long as the stage runs, it is alone.
 */
final class AsyncHeldCall<T extends @Nullable Object> extends AsyncCall<T> {
    private final Chain inner;
    private volatile @Nullable Task<? extends CompletionStage<T>, ?> task; // until it has begun, or never will
    private final Surroundings surroundings = Surroundings.here();
    private volatile @Nullable CompletableFuture<Hold> acquiring;
    private volatile @Nullable Hold hold;

    /** Of a task that is still to begin, if there is one. */
    AsyncHeldCall(Chain inner, @Nullable Task<? extends CompletionStage<T>, ?> task) {
        this.inner = inner;
        this.task = task;
    }

    /** Waits for the mutex first. */
    void after(CompletableFuture<Hold> acquire) {
        acquiring = acquire;
        CompletionStage<Hold> unused = acquire.whenComplete(this::acquired);
    }

    private void acquired(@Nullable Hold acquired, @Nullable Throwable failure) {
        acquiring = null;
        Task<? extends CompletionStage<T>, ?> next = task;
        task = null;
        if (acquired == null) {
            fail(failure != null ? failure : new IllegalStateException("acquired nothing"));
        } else if (next == null || isDone()) {
            acquired.close();
        } else {
            begin(acquired, next);
        }
    }

    private void begin(Hold acquired, Task<? extends CompletionStage<T>, ?> next) {
        CompletionStage<T> stage;
        try {
            stage = surroundings.<CompletionStage<T>, RuntimeException>resume(() -> inner.proceedAsync(next));
        } catch (Throwable failure) {
            stage = CompletableFuture.failedFuture(failure);
        }
        running(acquired, stage);
    }

    /** The stage inside has been started, alone. */
    void running(Hold held, CompletionStage<T> stage) {
        hold = held;
        follow(stage);
    }

    @Override
    protected void settled(T value, @Nullable Throwable failure) {
        Hold held = hold;
        if (held != null) {
            held.close();
        }
        boolean unused = failure == null ? succeed(value) : fail(failure);
    }

    @Override
    protected void abandoned(@Nullable Throwable failure) {
        task = null;
        CompletableFuture<Hold> acquire = acquiring;
        if (acquire != null) {
            acquire.cancel(false);
        }
    }
}
