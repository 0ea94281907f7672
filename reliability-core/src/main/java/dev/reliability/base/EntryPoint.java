package dev.reliability.base;

import static java.util.Objects.requireNonNull;

import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import org.jspecify.annotations.Nullable;

/** The two ways into a policy, the same for a single one and for a composition. */
abstract class EntryPoint implements Policy {
    /** Runs the task under this policy; {@link InterruptedException} is always the task's own. */
    abstract <T extends @Nullable Object, X extends Exception> T proceed(InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException;

    @Override
    public final <T extends @Nullable Object, X extends Exception> T call(Task<? extends T, X> task) throws X {
        requireNonNull(task, "task");
        try {
            return proceed(task);
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
            throw e.asInterrupt();
        }
    }

    /** A {@link Task} threw it, so its X admits it. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // see above; the cast is erased
    private static <X extends Exception> X thrownByTask(InterruptedException e) {
        return (X) (Exception) e;
    }
}
