package dev.reliability.base;

import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
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
