package dev.reliability.base;

import dev.reliability.Task;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What layers ask of stages. */
public final class Stages {
    private Stages() {}

    /**
     * Starts a task. Whatever it throws is the failure of the stage. A call of this library that the task has made may
     * be known to others: it is followed by one of our own, so that who ends this one does not end theirs.
     *
     * @param <T> the type of the result
     * @param task gives a stage
     * @return its stage, or a failed one
     */
    static <T extends @Nullable Object> CompletionStage<T> start(Task<? extends CompletionStage<T>, ?> task) {
        CompletionStage<T> stage;
        try {
            stage = task.call();
        } catch (Throwable failure) {
            return CompletableFuture.failedFuture(failure);
        }
        if (stage == null) {
            return CompletableFuture.failedFuture(new NullPointerException("stage of the task"));
        }
        return stage instanceof AsyncCall<T> && !hasEnded(stage) ? new Following<>(stage) : stage;
    }

    /**
     * Whether a stage has ended already, so that {@link #failureOf} and {@link #valueOf} may be asked.
     *
     * @param stage any
     * @return false also if that cannot be seen
     */
    public static boolean hasEnded(CompletionStage<?> stage) {
        // A minimal stage is a CompletableFuture that shows a copy of itself instead of its state.
        try {
            return stage instanceof CompletableFuture<?> future
                    && future.toCompletableFuture() == future
                    && future.isDone();
        } catch (Throwable notShown) {
            return false; // a stage need not show a future: it is followed like any other of foreign make
        }
    }

    /**
     * What a stage that has ended failed with, as the task threw it.
     *
     * @param stage one that has ended
     * @return the failure, or null
     */
    public static @Nullable Throwable failureOf(CompletionStage<?> stage) {
        CompletableFuture<?> future = (CompletableFuture<?>) stage;
        if (!future.isCompletedExceptionally()) {
            return null;
        }
        try {
            Object unused = future.getNow(null);
            throw new IllegalStateException("a stage that has failed gave a value");
        } catch (CompletionException wrapped) {
            return unwrap(wrapped);
        } catch (CancellationException cancelled) {
            return cancelled;
        }
    }

    /**
     * The value of a stage that has ended and not failed.
     *
     * @param <T> its type
     * @param stage one that has ended
     * @return its value
     */
    @SuppressWarnings("NullAway") // the value is null where T admits it
    public static <T extends @Nullable Object> T valueOf(CompletionStage<T> stage) {
        return ((CompletableFuture<T>) stage).getNow(null);
    }

    /**
     * The failure that a task threw, without what stages wrap around it.
     *
     * @param failure what a stage gave
     * @return its cause if it is a {@link CompletionException} with one
     */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
