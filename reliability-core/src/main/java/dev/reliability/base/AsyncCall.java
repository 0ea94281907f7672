package dev.reliability.base;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call in one layer, from when it turns out that it cannot end at once. It is the future that the layer
 * gives outwards, and it follows the stage that runs inside.
 *
 * <p>It ends once: by the layer, through {@link #succeed} and {@link #fail}, or from outside, by whoever has the future
 * and completes or cancels it. In the latter case {@link #abandoned} tells the layer, and the stage inside is cancelled:
 * so a cancellation travels inwards, through all layers, as far as the innermost stage allows.
 *
 * <p>Thread-safe as far as the layer's own part is. What ends the stage inside happens before {@link #settled}.
 *
 * @param <T> the type of the result
 */
public abstract class AsyncCall<T extends @Nullable Object> extends CompletableFuture<T>
        implements BiConsumer<T, @Nullable Throwable> {
    private volatile @Nullable CompletionStage<T> inside; // written by the layer, read by who abandons the call
    private volatile boolean isAbandoned; // written by who abandons the call, read by the layer
    private volatile @Nullable Consumer<Object> late; // written by a limit outside, before it abandons the call
    private volatile boolean isGivenUp; // written before the call ends

    /** Not ended, following nothing. */
    protected AsyncCall() {}

    /**
     * Follows a stage: {@link #settled} hears how it ends, at once if it has ended. If this call has been abandoned, the
     * stage is cancelled.
     *
     * @param stage what runs inside; after the one before has ended
     */
    protected final void follow(CompletionStage<T> stage) {
        inside = stage;
        if (isAbandoned) {
            cancelInside(late);
        }
        try {
            CompletionStage<T> unused = stage.whenComplete(this);
        } catch (Throwable failure) {
            cannotFollow(failure);
        }
    }

    @SuppressWarnings("NullAway") // there is no value where there is a failure
    private void cannotFollow(Throwable failure) {
        accept(null, failure); // a stage of foreign make, as if it had failed
    }

    /** Not to be called: for the stage that is followed. */
    @Override
    public final void accept(T value, @Nullable Throwable failure) {
        if (failure != null && inside instanceof AsyncCall<?> call && call.isGivenUp) {
            isGivenUp = true;
        }
        inside = null;
        try {
            settled(value, failure == null ? null : Stages.unwrap(failure));
        } catch (Throwable broken) {
            fail(broken); // nobody else would hear of it
        }
    }

    /**
     * The stage inside has ended. Called also after this call was abandoned.
     *
     * @param value its value, if it did not fail
     * @param failure what it failed with, as the task threw it; null if it did not fail
     */
    protected abstract void settled(T value, @Nullable Throwable failure);

    /**
     * Somebody outside has ended this call: nothing is to be begun any more. Called once at most; by default nothing.
     *
     * @param failure what the call was ended with; null if it was a value
     */
    protected void abandoned(@Nullable Throwable failure) {}

    /**
     * Ends this call with a value. A value that comes after a limit outside has ended the call goes to that limit, which
     * knows what becomes of late ones (rule DEADLINE-2).
     *
     * @param value the result
     * @return whether this ended it
     */
    protected final boolean succeed(T value) {
        boolean ended = trySucceed(value);
        if (!ended && value != null && late != null) {
            late.accept(value);
        }
        return ended;
    }

    /**
     * Ends this call with a value, which stays with the layer if the call has ended already.
     *
     * @param value the result
     * @return whether this ended it
     */
    protected final boolean trySucceed(T value) {
        return super.complete(value);
    }

    /** The failure that this call will end with is not to be retried by anybody outside (rule RETRY-22). */
    protected final void giveUp() {
        isGivenUp = true;
    }

    /**
     * Whether a retry inside has used all its attempts.
     *
     * @return true also if that retry lies behind other layers
     */
    protected final boolean isGivenUp() {
        return isGivenUp;
    }

    /**
     * Ends this call with a failure.
     *
     * @param failure the same instance reaches the caller
     * @return whether this ended it
     */
    protected final boolean fail(Throwable failure) {
        return super.completeExceptionally(failure);
    }

    /**
     * Cancels the stage inside, if there is one that has not ended.
     *
     * @param ofLateValue gets the value with which the work inside may end all the same; null: it is dropped
     */
    protected final void cancelInside(@Nullable Consumer<Object> ofLateValue) {
        CompletionStage<T> stage = inside;
        if (stage instanceof AsyncCall<T> call) {
            call.late = ofLateValue;
        }
        if (stage != null) {
            cancel(stage);
        }
    }

    private static void cancel(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(true); // of a stage that shows no future this is a copy: nothing happens
        } catch (Throwable failure) {
            Events.report(failure);
        }
    }

    @Override
    public final boolean complete(T value) {
        return abandon(super.complete(value), null);
    }

    @Override
    public final boolean completeExceptionally(Throwable failure) {
        return abandon(super.completeExceptionally(failure), failure);
    }

    @Override
    public final boolean cancel(boolean mayInterruptIfRunning) {
        CancellationException cancellation = new CancellationException();
        abandon(super.completeExceptionally(cancellation), cancellation);
        return isCancelled();
    }

    @Override
    public final CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        requireNonNull(supplier, "supplier");
        executor.execute(() -> {
            try {
                complete(supplier.get());
            } catch (Throwable failure) {
                completeExceptionally(failure);
            }
        });
        return this;
    }

    private boolean abandon(boolean fromOutside, @Nullable Throwable failure) {
        if (fromOutside) {
            isAbandoned = true; // before looking at the stage inside, as follow writes the stage before it looks here
            abandoned(failure);
            cancelInside(late);
        }
        return fromOutside;
    }

    /** Futures that depend on this one are plain ones. */
    @Override
    public final <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
