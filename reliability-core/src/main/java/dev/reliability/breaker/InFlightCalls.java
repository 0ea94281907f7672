package dev.reliability.breaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one closed period that run and are under the call limit: a slot for each, with nothing of the caller in it.
 *
 * <p>How it works: the word of a slot goes up by one when a call takes it and by one when the call ends, so it is odd
 * while a call runs and never the same for two calls. The caller reads no clock. {@link CallSampler} looks at the slots
 * from time to time; one that has the same odd word as at the look before belongs to a call that has run on since, and
 * after enough looks the call has run into the limit.
 *
 * <pre>
 *             begin                        end, by the caller
 *   even n ----------> odd n+1 ------------------------------------> even n+2     its result counts
 *     |                   '---- limit, by the sampler -------------> even n+2     the limit has counted, the result is stale
 *     '---- retire, by the sampler ----> retired n
 * </pre>
 *
 * <p>The compare-and-set out of the odd word is the decision between the call and the limit: exactly one of the two counts
 * (rule BREAKER-1). A call takes a slot near the one that its thread's id points to, so that threads do not meet; if all
 * near ones are taken, the call gets a {@link CallRecord} of its own, and the table grows for the calls to come.
 *
 * <p>Before the sampler lets go of a table it retires every slot. So no call can take a slot that nobody looks at: one
 * that comes late finds them taken.
 *
 * <p>Memory ordering: all words are read and set with volatile semantics. What only the sampler uses is handed from look
 * to look by the scheduling of the next one.
 */
final class InFlightCalls {
    static final long NO_TICKET = -1;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long RETIRED = Long.MIN_VALUE; // a flag beside the count
    private static final int SLOT_BITS = 10;
    private static final int MOST_SLOTS = 1 << SLOT_BITS;
    private static final int FIRST_SLOTS = 8;
    private static final int TRIES = 8;
    private static final int STRIDE = 8; // longs: a slot has a cache line to itself

    private final int mask;
    private final long[] words;
    private @Nullable InFlightCalls older; // smaller, and on its way out; used by the sampler

    // Used by the sampler only.
    private final long[] seen;
    private final int[] looks;

    InFlightCalls() {
        this(FIRST_SLOTS, null);
    }

    private InFlightCalls(int slots, @Nullable InFlightCalls older) {
        this.mask = slots - 1;
        this.words = new long[slots * STRIDE];
        this.seen = new long[slots];
        this.looks = new int[slots];
        this.older = older;
    }

    /** Takes a slot. The answer is the ticket to give back, or NO_TICKET if none was found. */
    long begin() {
        int home = (int) Thread.currentThread().getId();
        for (int i = 0; i < TRIES; i++) {
            int slot = (home + i) & mask;
            long word = (long) WORD.getVolatile(words, slot * STRIDE);
            if (isFree(word) && WORD.compareAndSet(words, slot * STRIDE, word, word + 1)) {
                return (word + 1) << SLOT_BITS | slot;
            }
        }
        return NO_TICKET;
    }

    /** Gives a slot back. The answer is whether the call's result counts: false if the limit was first. */
    boolean end(long ticket) {
        long word = ticket >>> SLOT_BITS;
        int slot = (int) ticket & (MOST_SLOTS - 1);
        return WORD.compareAndSet(words, slot * STRIDE, word, word + 1);
    }

    private static boolean isFree(long word) {
        return word >= 0 && !isRunning(word);
    }

    private static boolean isRunning(long word) {
        return (word & 1) != 0;
    }

    /** A larger table that is looked at together with this one; null if this one is as large as can be. */
    @Nullable
    InFlightCalls larger() {
        return mask + 1 == MOST_SLOTS ? null : new InFlightCalls(2 * (mask + 1), this);
    }

    /**
     * Looks at all calls and ends those that were seen at enough looks before. Only for the sampler.
     *
     * @param limit after how many looks beyond the first one a call has run into its limit
     * @param expired is told about each of them
     * @return whether any call goes on
     */
    boolean look(int limit, Expiry expired) {
        boolean running = false;
        for (int slot = 0; slot <= mask; slot++) {
            running |= look(slot, limit, expired);
        }
        InFlightCalls before = older;
        if (before != null && !before.look(limit, expired) && before.retire()) {
            older = null;
        }
        return running || older != null;
    }

    private boolean look(int slot, int limit, Expiry expired) {
        long word = (long) WORD.getVolatile(words, slot * STRIDE);
        if (!isRunning(word)) {
            return false;
        }
        if (seen[slot] != word) {
            seen[slot] = word;
            looks[slot] = 0;
            return true;
        }
        if (++looks[slot] < limit) {
            return true;
        }
        if (WORD.compareAndSet(words, slot * STRIDE, word, word + 1)) {
            expired.onExpiry();
        }
        return false;
    }

    /** Closes all slots for good if no call runs; otherwise leaves them as they were. Only for the sampler. */
    boolean retire() {
        for (int slot = 0; slot <= mask; slot++) {
            long word = (long) WORD.getVolatile(words, slot * STRIDE);
            if (word < 0) {
                continue;
            }
            if (isRunning(word) || !WORD.compareAndSet(words, slot * STRIDE, word, word | RETIRED)) {
                reopen(slot);
                return false;
            }
        }
        return true;
    }

    private void reopen(int upTo) {
        for (int slot = 0; slot < upTo; slot++) {
            long word = (long) WORD.getVolatile(words, slot * STRIDE);
            WORD.setVolatile(words, slot * STRIDE, word & ~RETIRED);
        }
    }

    /** Hears that a call has run into its limit. */
    interface Expiry {
        void onExpiry();
    }
}
