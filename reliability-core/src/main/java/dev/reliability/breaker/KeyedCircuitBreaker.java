package dev.reliability.breaker;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Layer;
import dev.reliability.base.Stages;
import dev.reliability.breaker.CircuitBreaker.Snapshot;
import dev.reliability.breaker.CircuitBreaker.State;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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
 * <p><b>One breaker for a key.</b> The map holds an entry with the breaker and a word: how many calls use it, and how many
 * ever did. A call enters by adding to both, unless the word says that the entry is gone. The last one to leave looks
 * whether the breaker is healthy, and marks the entry as gone by a compare-and-set of the word that it left. Only calls
 * change a breaker, and every call that entered since has changed the word for good, so what was healthy at the look is
 * healthy and unused at the mark. An entry that is gone is used by nobody and never comes back; a new one takes its place
 * only after it was removed. So no two breakers of a key are ever in use together, and none that has counted anything is
 * lost.
 *
 * @param <K> the type of the keys, with {@code equals} and {@code hashCode}
 */
public final class KeyedCircuitBreaker<K> {
    private final String name;
    private final Settings settings;
    private final ConcurrentHashMap<K, Entry> kept = new ConcurrentHashMap<>();

    KeyedCircuitBreaker(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
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
        Entry entry = kept.get(requireNonNull(key, "key"));
        return entry == null ? State.CLOSED : entry.breaker.state();
    }

    /**
     * The state of a key and its counts since something is kept for it.
     *
     * @param key which one
     * @return a copy; that of a new breaker if nothing is kept
     */
    public Snapshot snapshot(K key) {
        Entry entry = kept.get(requireNonNull(key, "key"));
        return (entry == null ? breaker(key) : entry.breaker).snapshot();
    }

    /**
     * Makes the breaker of a key as new, and keeps nothing for it once no call of it runs. Calls that are running count no
     * more.
     *
     * @param key which one
     */
    public void reset(K key) {
        Entry entry = enter(requireNonNull(key, "key"));
        try {
            entry.breaker.reset();
        } finally {
            leave(key, entry);
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

    private Entry enter(K key) {
        while (true) {
            Entry entry = kept.get(key);
            if (entry == null) {
                Entry fresh = new Entry(breaker(key));
                entry = kept.putIfAbsent(key, fresh);
                if (entry == null) {
                    return fresh;
                }
            }
            settings.seam.checkpoint();
            if (entry.tryEnter()) {
                return entry;
            }
            kept.remove(key, entry);
        }
    }

    private void leave(K key, Entry entry) {
        if (entry.leave(settings)) {
            kept.remove(key, entry);
        }
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
            Entry entry = enter(key);
            try {
                return entry.breaker.<T, X>execute(inner, task);
            } finally {
                leave(key, entry);
            }
        }

        @Override
        protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
                Chain inner, Task<? extends CompletionStage<T>, ?> task) {
            Entry entry = enter(key);
            CompletionStage<T> stage = entry.breaker.executeAsync(inner, task);
            if (Stages.hasEnded(stage)) {
                leave(key, entry);
            } else {
                CompletionStage<T> unused = stage.whenComplete((value, failure) -> leave(key, entry));
            }
            return stage;
        }

        @Override
        public String toString() {
            Entry entry = kept.get(key);
            return (entry == null ? breaker(key) : entry.breaker).toString();
        }
    }

    /** A breaker that is kept: see the class. */
    private static final class Entry {
        private static final VarHandle WORD;

        static {
            try {
                WORD = MethodHandles.lookup().findVarHandle(Entry.class, "word", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private static final int USERS_BITS = 24;
        private static final long ENTERED = (1L << USERS_BITS) + 1; // one more that ever did, one more that does
        private static final long GONE = -1;

        private final CircuitBreaker breaker;
        private volatile long word = ENTERED; // ever:40 | users:24, or GONE

        Entry(CircuitBreaker breaker) {
            this.breaker = breaker;
        }

        boolean tryEnter() {
            for (long seen = word; seen != GONE; seen = word) {
                if (WORD.compareAndSet(this, seen, seen + ENTERED)) {
                    return true;
                }
            }
            return false;
        }

        /** The answer is whether the entry is gone now. */
        boolean leave(Settings settings) {
            long left = (long) WORD.getAndAdd(this, -1L) - 1;
            if ((left & ((1L << USERS_BITS) - 1)) != 0 || !breaker.isHealthy()) {
                return false;
            }
            settings.seam.checkpoint();
            return WORD.compareAndSet(this, left, GONE);
        }
    }
}
