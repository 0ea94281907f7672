package dev.reliability.mutex;

import static java.util.Objects.requireNonNull;

import dev.reliability.Action;
import dev.reliability.InterruptibleTask;
import dev.reliability.Policy;
import dev.reliability.Task;
import dev.reliability.base.Chain;
import dev.reliability.base.Kept;
import dev.reliability.base.Layer;
import dev.reliability.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One {@link TimedMutex} for each key: work on one key excludes other work on it, and nothing else.
 *
 * <p>A key with a holder or somebody waiting has a mutex; a key without has none, and keeps no memory. Keys do not block
 * one another. The name of the mutex of a key, in messages and events, is {@code name[key]}: keys that must not be seen in
 * logs need a {@code toString} that hides them.
 *
 * <p>Thread-safe; what {@link TimedMutex} says about waiting, overtaking, reentrance and memory holds for each key.
 *
 * @param <K> the type of the keys, with {@code equals} and {@code hashCode}
 */
public final class KeyedMutex<K> {
    private final TimedMutex.Builder options;
    private final Kept<K, TimedMutex> kept;

    KeyedMutex(TimedMutex.Builder options) {
        this.options = options;
        this.kept = new Kept<>(
                key -> options.buildNamed(options.name() + "[" + key + "]"), mutex -> true, options.checkpoint());
    }

    /**
     * Mutexes with the default options; for others see {@link TimedMutex.Builder#buildKeyed}.
     *
     * @param <K> the type of the keys
     * @param name what they guard, for messages
     * @param wait how long {@link #call} and {@link #acquire(Object)} wait at most; zero or negative is one try; more than
     *     100 years count as 100
     * @return no mutex yet
     */
    public static <K> KeyedMutex<K> of(String name, Duration wait) {
        return TimedMutex.builder(name, wait).buildKeyed();
    }

    /** Acquires by one of the ways of a mutex; null if it was not acquired. */
    private interface Acquire<X extends Exception> {
        @Nullable
        Hold from(TimedMutex mutex) throws X;
    }

    private <X extends Exception> @Nullable Hold acquire(K key, Acquire<X> acquire) throws X {
        Kept.Entry<TimedMutex> entry = kept.enter(requireNonNull(key, "key"));
        Hold hold = null;
        try {
            hold = acquire.from(entry.value());
        } finally {
            if (hold == null) {
                kept.leave(key, entry);
            } else {
                hold.whenReleased(() -> kept.leave(key, entry));
            }
        }
        return hold;
    }

    private static Hold present(@Nullable Hold hold) {
        return requireNonNull(hold);
    }

    /**
     * Acquires the mutex of a key, waiting as long as the mutexes were made to wait.
     *
     * @param key which one
     * @return the hold, to be closed
     * @throws InterruptedException as {@link TimedMutex#acquire()}
     * @throws MutexTimeoutException if the mutex was not acquired in time
     */
    public Hold acquire(K key) throws InterruptedException {
        return present(acquire(key, TimedMutex::acquire));
    }

    /**
     * Acquires the mutex of a key, waiting for a span.
     *
     * @param key which one
     * @param wait how long to wait at most; zero or negative is one try; more than 100 years count as 100
     * @return the hold, to be closed
     * @throws InterruptedException as {@link TimedMutex#acquire(Duration)}
     * @throws MutexTimeoutException if the mutex was not acquired in time
     */
    public Hold acquire(K key, Duration wait) throws InterruptedException {
        requireNonNull(wait, "wait");
        return present(acquire(key, mutex -> mutex.acquire(wait)));
    }

    /**
     * Acquires the mutex of a key, waiting until a deadline.
     *
     * @param key which one
     * @param deadline when to give up
     * @return the hold, to be closed
     * @throws InterruptedException as {@link TimedMutex#acquire(Deadline)}
     * @throws MutexTimeoutException if the mutex was not acquired in time
     */
    public Hold acquire(K key, Deadline deadline) throws InterruptedException {
        requireNonNull(deadline, "deadline");
        return present(acquire(key, mutex -> mutex.acquire(deadline)));
    }

    /**
     * Acquires the mutex of a key if it is free. Never waits.
     *
     * @param key which one
     * @return the hold, to be closed; null if the mutex is held
     */
    public @Nullable Hold tryAcquire(K key) {
        return this.<RuntimeException>acquire(key, TimedMutex::tryAcquire);
    }

    /**
     * Acquires the mutex of a key without blocking.
     *
     * @param key which one
     * @param wait how long to wait at most; zero or negative is one try; more than 100 years count as 100
     * @return see {@link TimedMutex#acquireAsync(Duration)}
     */
    public CompletableFuture<Hold> acquireAsync(K key, Duration wait) {
        requireNonNull(wait, "wait");
        Kept.Entry<TimedMutex> entry = kept.enter(requireNonNull(key, "key"));
        CompletableFuture<Hold> acquiring;
        try {
            acquiring = entry.value().acquireAsync(wait, () -> kept.leave(key, entry));
        } catch (Throwable failure) {
            kept.leave(key, entry);
            throw failure;
        }
        return acquiring;
    }

    /**
     * Runs a task while it holds the mutex of a key, as {@link Policy#call} does.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws
     * @param key which one
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws, the same instance
     * @throws MutexTimeoutException if the mutex was not acquired in time
     */
    public <T extends @Nullable Object, X extends Exception> T call(K key, Task<? extends T, X> task) throws X {
        return policy(key).<T, X>call(task);
    }

    /**
     * Runs a task that answers to interrupts while it holds the mutex of a key, as {@link Policy#callInterruptibly} does.
     *
     * @param <T> the type of the result, which may be null
     * @param <X> the checked exception that the task throws besides {@link InterruptedException}
     * @param key which one
     * @param task what to run
     * @return the result of the task
     * @throws X what the task throws, the same instance
     * @throws InterruptedException if the task throws it, or the thread is interrupted while it waits
     * @throws MutexTimeoutException if the mutex was not acquired in time
     */
    public <T extends @Nullable Object, X extends Exception> T callInterruptibly(
            K key, InterruptibleTask<? extends T, X> task) throws X, InterruptedException {
        return policy(key).<T, X>callInterruptibly(task);
    }

    /**
     * Runs an action while it holds the mutex of a key, as {@link Policy#run} does.
     *
     * @param <X> the checked exception that the action throws
     * @param key which one
     * @param action what to run
     * @throws X what the action throws, the same instance
     * @throws MutexTimeoutException if the mutex was not acquired in time
     */
    public <X extends Exception> void run(K key, Action<X> action) throws X {
        policy(key).run(action);
    }

    /**
     * The mutex of a key as a policy, to be composed with others.
     *
     * @param key which one
     * @return a policy, for asynchronous calls too; having one keeps no mutex
     */
    public Policy policy(K key) {
        return new OfKey(requireNonNull(key, "key"));
    }

    /**
     * The state of a key's mutex.
     *
     * @param key which one
     * @return what is known at this moment; free if nothing is kept for it
     */
    public TimedMutex.Snapshot snapshot(K key) {
        TimedMutex mutex = kept.get(requireNonNull(key, "key"));
        return mutex == null ? new TimedMutex.Snapshot(false, null, Duration.ZERO, 0) : mutex.snapshot();
    }

    /**
     * For how many keys a mutex is kept.
     *
     * @return the number of keys that are held or waited for; an estimate while holds come and go
     */
    public int keptKeys() {
        return kept.size();
    }

    @Override
    public String toString() {
        return "KeyedMutex[\"" + options.name() + "\", " + keptKeys() + " kept]";
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
            Kept.Entry<TimedMutex> entry = kept.enter(key);
            try {
                return entry.value().<T, X>execute(inner, task);
            } finally {
                kept.leave(key, entry);
            }
        }

        @Override
        protected <T extends @Nullable Object> CompletionStage<T> executeAsync(
                Chain inner, Task<? extends CompletionStage<T>, ?> task) {
            Kept.Entry<TimedMutex> entry = kept.enter(key);
            return entry.value().executeAsync(inner, task, () -> kept.leave(key, entry));
        }

        @Override
        public String toString() {
            return "TimedMutex[\"" + options.name() + "[" + key + "]\"]";
        }
    }
}
