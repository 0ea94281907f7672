package dev.reliability.base;

import static java.util.Objects.requireNonNull;

import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A composition: an immutable linked list of layers that ends in the task.
 *
 * <p>The list is built once, by {@code around}. While a call runs, each layer is handed the rest of the list as an
 * argument, and the task unchanged, so that no layer has to wrap the task in an object of its own.
 */
public final class Chain extends EntryPoint {
    /** The empty composition: proceeding runs the task itself. */
    public static final Chain TASK = new Chain(null, null);

    private final @Nullable Layer layer;
    private final @Nullable Chain inner;

    Chain(@Nullable Layer layer, @Nullable Chain inner) {
        this.layer = layer;
        this.inner = inner;
    }

    static Chain of(Policy policy) {
        requireNonNull(policy, "inner");
        if (policy instanceof Chain chain) {
            return chain;
        }
        return new Chain(policy instanceof Layer layer ? layer : new Foreign(policy), TASK);
    }

    /**
     * Runs the rest of the chain.
     *
     * @param <T> the type of the result
     * @param <X> what the task throws
     * @param task the task at its end
     * @return the result of the task
     * @throws X what the task throws
     * @throws InterruptedException what the task throws
     */
    @Override
    public <T extends @Nullable Object, X extends Exception> T proceed(InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException {
        return layer == null || inner == null ? task.call() : layer.execute(inner, task);
    }

    /**
     * Begins the rest of the chain; neither blocks nor throws.
     *
     * @param <T> the type of the result
     * @param task the task at its end
     * @return how the rest ends
     */
    @Override
    public <T extends @Nullable Object> CompletionStage<T> proceedAsync(Task<? extends CompletionStage<T>, ?> task) {
        return layer == null || inner == null ? Stages.start(task) : layer.executeAsync(inner, task);
    }

    @Override
    public Policy around(Policy policy) {
        return append(of(policy));
    }

    private Chain append(Chain tail) {
        return layer == null || inner == null ? tail : new Chain(layer, inner.append(tail));
    }

    @Override
    public String toString() {
        if (layer == null || inner == null) {
            return "task";
        }
        return inner.layer == null ? layer.toString() : layer + " around " + inner;
    }

    /** A policy that is not ours: it is run by its own {@code callInterruptibly}, at the price of one object a call. */
    private static final class Foreign extends Layer {
        private final Policy policy;

        Foreign(Policy policy) {
            this.policy = policy;
        }

        @Override
        protected <T extends @Nullable Object, X extends Exception> T execute(
                Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
            Rest<T, X> rest = new Rest<>(inner, task);
            try {
                return policy.<T, X>callInterruptibly(rest);
            } catch (InterruptedException interrupt) {
                if (interrupt == rest.interrupt) {
                    throw interrupt;
                }
                InterruptedWait wait = new InterruptedWait("interrupted while waiting in " + policy);
                wait.initCause(interrupt);
                throw wait;
            }
        }

        @Override
        protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
                Chain inner, Task<? extends CompletionStage<T>, ?> task) {
            return Stages.start(() -> policy.callAsync(() -> inner.proceedAsync(task)));
        }

        @Override
        public String toString() {
            return policy.toString();
        }
    }
    /** The rest of the chain as a task. It notes which interrupt is the task's own: another one is of the policy's wait. */
    private static final class Rest<T extends @Nullable Object, X extends Exception>
            implements InterruptibleTask<T, X> {
        private final Chain inner;
        private final InterruptibleTask<? extends T, X> task;
        private @Nullable InterruptedException interrupt; // of the last run

        Rest(Chain inner, InterruptibleTask<? extends T, X> task) {
            this.inner = inner;
            this.task = task;
        }

        @Override
        public T call() throws X, InterruptedException {
            try {
                return inner.<T, X>proceed(task);
            } catch (InterruptedException thrown) {
                interrupt = thrown;
                throw thrown;
            }
        }
    }
}
