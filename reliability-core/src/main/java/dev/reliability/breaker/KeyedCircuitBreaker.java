package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Kept;
import dev.reliability.base.Layer;
import dev.reliability.breaker.CircuitBreaker.Snapshot;
import dev.reliability.breaker.CircuitBreaker.State;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker per key: per host, per tenant. What fails for one key does not stop the others.
 *
 * <p>Each key behaves as a {@link CircuitBreaker} with the options of this one, named {@code name[key]}. A key keeps memory
 * only while a call of it runs, or while its breaker is not closed, or has counted a failure (a slow call) that is not
 * forgotten. When the last call of a closed and healthy key ends, its breaker goes, with its counts and with the successes
 * in its window: the window and its minimum number of calls begin again. A key that fails and is never called again stays,
 * so keys should come from a set that an attacker cannot grow; {@link #reset} lets one go.
 *
 * <p>Calls count under the call limit at the limit itself. Thread-safe. What a thread did before recording a result that
 * changes a key's state happens before every call that the new state admits.
 *
 * <p><b>One breaker for a key.</b> No two breakers of a key are ever in use together, and none that has counted anything
 * is lost: see {@link Kept}. Only calls change a breaker, so that one which was healthy when its last call left may go.
 *
 * @param <K> the type of the keys, with {@code equals} and {@code hashCode}
 */
public final class KeyedCircuitBreaker<K> {
    private final String name;
    private final Settings settings;
    private final Kept<K, CircuitBreaker> kept;

    KeyedCircuitBreaker(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
        this.kept = new Kept<>(this::breaker, CircuitBreaker::isHealthy, settings.seam::checkpoint);
    }

    /**
     * Breakers with the defaults of {@link CircuitBreaker#of}; for options see {@link CircuitBreakerBuilder#buildKeyed}.
     *
     * @param <K> the type of the keys
     * @param name what is protected, for messages and events
     * @return breakers, none of which exists yet
     */
    public static <K> KeyedCircuitBreaker<K> of(String name) {
        return CircuitBreaker.builder(name).buildKeyed();
    }

    /**
     * Runs a task under the breaker of a key, as {@link Policy#call} does.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws
     * @param key which breaker
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws, the same instance
     * @throws CircuitOpenException if the call was refused
     */
    public <T extends @Nullable Object, X extends Exception> T call(K key, Task<? extends T, X> task) throws X {
        return policy(key).<T, X>call(task);
    }

    /**
     * Runs a task that answers to interrupts under the breaker of a key, as {@link Policy#callInterruptibly} does.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws besides {@link InterruptedException}
     * @param key which breaker
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws, the same instance
     * @throws InterruptedException if the task throws it
     * @throws CircuitOpenException if the call was refused
     */
    public <T extends @Nullable Object, X extends Exception> T callInterruptibly(
            K key, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        return policy(key).<T, X>callInterruptibly(task);
    }

    /**
     * Runs an action under the breaker of a key, as {@link Policy#run} does.
     *
     * @param <X> the checked exception that the action throws
     * @param key which breaker
     * @param action what to run
     * @throws X what the action throws, the same instance
     * @throws CircuitOpenException if the call was refused
     */
    public <X extends Exception> void run(K key, Action<X> action) throws X {
        policy(key).run(action);
    }

    /**
     * The breaker of a key as a policy, to be composed with others.
     *
     * @param key which breaker
     * @return a policy, for asynchronous calls too; having one keeps no breaker
     */
    public Policy policy(K key) {
        return new OfKey(requireNonNull(key, "key"));
    }

    /**
     * The state of a key.
     *
     * @param key which one
     * @return its state; CLOSED if nothing is kept for it
     */
    public State state(K key) {
        CircuitBreaker breaker = kept.get(requireNonNull(key, "key"));
        return breaker == null ? State.CLOSED : breaker.state();
    }

    /**
     * The state of a key and its counts since something is kept for it.
     *
     * @param key which one
     * @return a copy; that of a new breaker if nothing is kept
     */
    public Snapshot snapshot(K key) {
        CircuitBreaker breaker = kept.get(requireNonNull(key, "key"));
        return (breaker == null ? breaker(key) : breaker).snapshot();
    }

    /**
     * Makes the breaker of a key as new, and keeps nothing for it once no call of it runs. Calls that are running count no
     * more.
     *
     * @param key which one
     */
    public void reset(K key) {
        Kept.Entry<CircuitBreaker> entry = kept.enter(requireNonNull(key, "key"));
        try {
            entry.value().reset();
        } finally {
            kept.leave(key, entry);
        }
    }

    /**
     * For how many keys something is kept.
     *
     * @return the number of keys that are in use, not closed, or not healthy; an estimate while calls begin and end
     */
    public int keptKeys() {
        return kept.size();
    }

    private CircuitBreaker breaker(K key) {
        return new CircuitBreaker(name + "[" + key + "]", settings);
    }

    @Override
    public String toString() {
        return "KeyedCircuitBreaker[\"" + name + "\" " + keptKeys() + " kept]";
    }

    /** The policy of one key. */
    private final class OfKey extends Layer {
        private final K key;

        OfKey(K key) {
            this.key = key;
        }

        @Override
        protected <T extends @Nullable Object, X extends Exception> T execute(
                Chain inner, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
            Kept.Entry<CircuitBreaker> entry = kept.enter(key);
            try {
                return entry.value().<T, X>execute(inner, task);
            } finally {
                kept.leave(key, entry);
            }
        }

        @Override
        protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
                Chain inner, Task<? extends CompletionStage<T>, ?> task) {
            Kept.Entry<CircuitBreaker> entry = kept.enter(key);
            return entry.value().executeAsync(inner, task, () -> kept.leave(key, entry));
        }

        @Override
        public String toString() {
            CircuitBreaker breaker = kept.get(key);
            return (breaker == null ? breaker(key) : breaker).toString();
        }
    }
}
