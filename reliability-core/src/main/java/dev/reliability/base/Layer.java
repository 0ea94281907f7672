package dev.reliability.base;

import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One policy. A concept extends this and says in {@link #execute} how it runs what is inside it; calling and composing
 * are the same for all.
 */
public abstract class Layer extends EntryPoint {
    /** For the concepts. */
    protected Layer() {}

    /**
     * Runs the rest of the chain under this policy. A wait of the policy that is interrupted and has no failure of the
     * task to throw ends with {@link InterruptedWait}, never with {@link InterruptedException}: that is the task's own.
     *
     * @param <T> the type of the result
     * @param <X> what the task throws
     * @param inner the rest of the chain, to be run by {@link Chain#proceed} with the same task
     * @param task the task, to be handed on
     * @return the result of the task
     * @throws X what the task throws
     * @throws InterruptedException what the task throws
     */
    protected abstract <T extends @Nullable Object, X extends Exception> T execute(
            Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException;

    /**
     * Begins the rest of the chain under this policy. Neither blocks nor throws: whatever goes wrong is the failure of
     * the stage.
     *
     * <p>A layer that finds that the stage inside {@linkplain Stages#hasEnded has ended} as it should hands it on, so that
     * a healthy call costs no object here; else it makes an {@link AsyncCall}.
     *
     * @param <T> the type of the result
     * @param inner the rest of the chain, to be begun by {@link Chain#proceedAsync} with the same task
     * @param task the task, to be handed on
     * @return how the call ends
     */
    protected abstract <T extends @Nullable Object> CompletionStage<T> executeAsync(
            Chain inner, Task<? extends CompletionStage<T>, ?> task);

    @Override
    final <T extends @Nullable Object> CompletionStage<T> proceedAsync(Task<? extends CompletionStage<T>, ?> task) {
        return executeAsync(Chain.TASK, task);
    }

    @Override
    final <T extends @Nullable Object, X extends Exception> T proceed(InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException {
        return execute(Chain.TASK, task);
    }

    @Override
    public final Policy around(Policy inner) {
        return new Chain(this, Chain.of(inner));
    }
}
