package dev.reliability.base;

import static java.util.Objects.requireNonNull;

import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The ways into a policy, the same for a single one and for a composition. Public, so that whoever finds the methods of a
 * policy by reflection can invoke them.
 */
public abstract class EntryPoint implements Policy {
    EntryPoint() {}

    /** Runs the task under this policy; {@link InterruptedException} is always the task's own. */
    abstract <T extends @Nullable Object, X extends Exception> T proceed(InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException;

    /** Begins the task under this policy; neither blocks nor throws. */
    abstract <T extends @Nullable Object> CompletionStage<T> proceedAsync(Task<? extends CompletionStage<T>, ?> task);

    @Override
    public final <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Task<? extends CompletionStage<T>, ? extends Exception> task) {
        requireNonNull(task, "task");
        CompletionStage<T> stage = proceedAsync(task);
        if (stage instanceof AsyncCall<T> call) {
            return call;
        }
        if (!Stages.hasEnded(stage)) {
            return new Following<>(stage); // completing it does not complete the task's
        }
        Throwable failure = Stages.failureOf(stage);
        return failure == null
                ? CompletableFuture.completedFuture(Stages.valueOf(stage))
                : CompletableFuture.failedFuture(failure);
    }

    @Override
    public final <T extends @Nullable Object, X extends Exception> T call(Task<? extends T, X> task) throws X {
        requireNonNull(task, "task");
        try {
            return proceed(task);
        } catch (InterruptedWait e) {
            throw e.leaving();
        } catch (InterruptedException e) {
            throw EntryPoint.<X>thrownByTask(e);
        }
    }

    @Override
    public final <T extends @Nullable Object, X extends Exception> T callInterruptibly(
            InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        requireNonNull(task, "task");
        try {
            return proceed(task);
        } catch (InterruptedWait e) {
            if (e.hasLeft()) {
                throw e; // a call inside the task threw it, and the task let it through
            }
            throw e.asInterrupt();
        }
    }

    /** A {@link Task} threw it, so its X admits it. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // see above; the cast is erased
    private static <X extends Exception> X thrownByTask(InterruptedException e) {
        return (X) (Exception) e;
    }
}
