package dev.reliability.base;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One object for each key, kept only while it is used or has something to remember.
 *
 * <p><b>How it works.</b> The map holds an entry with the object and a word: how many use it, and how many ever did. Who
 * uses it enters by adding to both, unless the word says that the entry is gone. The last one to leave looks whether the
 * object may be forgotten, and marks the entry as gone by a compare-and-set of the word that it left. Only users change an
 * object, and every one that entered since has changed the word for good: so what was forgettable at the look is so, and
 * unused, at the mark. An entry that is gone is used by nobody and never comes back; a new one takes its place only after
 * it was removed. So no two objects of a key are ever in use together, and none that remembers anything is lost.
 *
 * <p>Thread-safe; nobody waits for anybody.
 *
 * @param <K> the type of the keys, with {@code equals} and {@code hashCode}
 * @param <V> the type of the objects
 */
public final class Kept<K, V> {
    private final ConcurrentHashMap<K, Entry<V>> entries = new ConcurrentHashMap<>();
    private final Function<K, V> factory;
    private final Predicate<V> forgettable;
    private final Runnable checkpoint;

    /**
     * Nothing kept yet.
     *
     * @param factory makes the object of a key; may make one that is not used
     * @param forgettable whether an object that nobody uses remembers nothing
     * @param checkpoint called before the decisive steps, for simulators
     */
    public Kept(Function<K, V> factory, Predicate<V> forgettable, Runnable checkpoint) {
        this.factory = factory;
        this.forgettable = forgettable;
        this.checkpoint = checkpoint;
    }

    /**
     * Begins to use the object of a key.
     *
     * @param key which one
     * @return the entry with the object, to be {@linkplain #leave left} once
     */
    public Entry<V> enter(K key) {
        while (true) {
            Entry<V> entry = entries.get(key);
            if (entry == null) {
                Entry<V> fresh = new Entry<>(factory.apply(key));
                entry = entries.putIfAbsent(key, fresh);
                if (entry == null) {
                    return fresh;
                }
            }
            checkpoint.run();
            if (entry.tryEnter()) {
                return entry;
            }
            entries.remove(key, entry);
        }
    }

    /**
     * Ends the use of an object.
     *
     * @param key the same key
     * @param entry what {@link #enter} gave
     */
    public void leave(K key, Entry<V> entry) {
        long left = entry.exit();
        if (Entry.isUnused(left) && forgettable.test(entry.value)) {
            checkpoint.run();
            if (entry.tryMarkGone(left)) {
                entries.remove(key, entry);
            }
        }
    }

    /**
     * The object of a key.
     *
     * @param key which one
     * @return the object that is kept, for a look; null if there is none
     */
    public @Nullable V get(K key) {
        Entry<V> entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    /**
     * How many objects are kept.
     *
     * @return the number of keys; an estimate while others come and go
     */
    public int size() {
        return entries.size();
    }

    /**
     * An object that is kept, and who uses it.
     *
     * @param <V> its type
     */
    public static final class Entry<V> {
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

        private final V value;
        private volatile long word = ENTERED; // ever:40 | users:24, or GONE

        private Entry(V value) {
            this.value = value;
        }

        /**
         * The object.
         *
         * @return the same one for all who use the entry
         */
        public V value() {
            return value;
        }

        private boolean tryEnter() {
            for (long seen = word; seen != GONE; seen = word) {
                if (WORD.compareAndSet(this, seen, seen + ENTERED)) {
                    return true;
                }
            }
            return false;
        }

        private long exit() {
            return (long) WORD.getAndAdd(this, -1L) - 1;
        }

        private static boolean isUnused(long word) {
            return (word & ((1L << USERS_BITS) - 1)) == 0;
        }

        private boolean tryMarkGone(long left) {
            return WORD.compareAndSet(this, left, GONE);
        }
    }
}
