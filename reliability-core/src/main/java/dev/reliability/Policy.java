package dev.reliability;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A way of running a task: again, not now, not longer than, not beside another.
 *
 * <p>Policies are composed with {@link #around}, outermost first: {@code retry.around(breaker).around(timeout)} retries
 * calls through the breaker, each of which is limited by the timeout. Composing is associative, and a composition is
 * built once: running a task through it makes no object for the layers.
 *
 * <p><b>Exceptions stay what they are.</b> What the task throws reaches the caller as the same instance and with its own
 * static type, through any number of layers. What the library throws itself is unchecked.
 *
 * <p><b>Interrupts.</b> {@link #callInterruptibly} throws {@link InterruptedException} when a wait of the policy is
 * interrupted that has no failure of the task to throw; {@link #call} and {@link #run} throw {@link
 * java.util.concurrent.CancellationException} there, with the thread's interrupt flag set.
 *
 * <p>The policies of this library are immutable or thread-safe: one object serves all threads. The interface is not
 * meant to be implemented outside the library, since methods may be added to it; one that is takes part in compositions
 * all the same.
 */
public interface Policy {
    /**
     * Runs a task under this policy, on the calling thread unless the policy says otherwise.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws, {@link RuntimeException} where it throws none
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws, the same instance
     * @throws RuntimeException what the policy throws if it refuses or ends the task; its class says which
     */
    <T extends @Nullable Object, X extends Exception> T call(Task<? extends T, X> task) throws X;

    /**
     * Runs a task that answers to interrupts under this policy.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws besides {@link InterruptedException}
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws, the same instance
     * @throws InterruptedException if the task throws it, or if the thread is interrupted in a wait of the policy that
     *     has no failure of the task to throw
     * @throws RuntimeException what the policy throws if it refuses or ends the task; its class says which
     */
    <T extends @Nullable Object, X extends Exception> T callInterruptibly(InterruptibleTask<? extends T, X> task)
            throws X, InterruptedException;

    /**
     * Runs an action under this policy.
     *
     * @param <X> the checked exception that the action throws, {@link RuntimeException} where it throws none
     * @param action what to run
     * @throws X what the action throws, the same instance
     * @throws RuntimeException what the policy throws if it refuses or ends the action; its class says which
     */
    default <X extends Exception> void run(Action<X> action) throws X {
        requireNonNull(action, "action");
        call(action);
    }

    /**
     * Runs asynchronous work under this policy, without ever blocking the calling thread, and without keeping any thread
     * while the policy waits.
     *
     * <p>The task is started on the calling thread, unless the policy makes it wait. Later attempts start on the thread
     * that ended the one before, or after a wait on the policy's executor: by default a daemon thread made on demand, a
     * virtual one where the JVM has them. What the stage of the task gives or fails with reaches the future as the same
     * instance; a task that throws instead of giving a stage, or gives null, has failed.
     *
     * <p>Cancelling the future, or completing it in any other way from outside, ends the call: what the policy waits for
     * is given up, and the stage of the task is cancelled, as far as {@link CompletableFuture#cancel} of that stage stops
     * anything.
     *
     * <p>The ambient deadline of the calling thread is that of the call, and is bound where the task is started.
     *
     * @param <T> the type of the result, which may be null
     * @param task starts the work and gives its stage
     * @return the future of the call; a new one, of which nobody else depends
     */
    <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Task<? extends CompletionStage<T>, ? extends Exception> task);

    /**
     * This policy around another: a call goes through this one first.
     *
     * @param inner the policy that is run inside this one
     * @return the composition
     */
    Policy around(Policy inner);
}
