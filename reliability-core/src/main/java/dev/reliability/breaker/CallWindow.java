package dev.reliability.breaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The last N calls, without a lock.
 *
 * <p>How it works: a ring of N slots holds the outcomes. One word holds the sums and the place in the ring:
 *
 * <pre>
 *   full:1 | lap:31 | place:14 | hits:14 | last:1
 * </pre>
 *
 * <p>Lap and place say where the next outcome goes; {@code full} whether the ring was filled once; {@code hits} is the
 * sum over the window; {@code last} is the outcome of the record before, which is <em>not in its slot yet</em>. A record
 * first puts that one into its slot, then reads the outcome that it will push out, and makes the new word by a
 * compare-and-set. That is the one instant at which it happens: sum, place and outcome change together, and the verdict
 * is taken from the word that was set. So the verdicts are those of the order of these instants (rule BREAKER-2).
 *
 * <p>Why the sums stay true: a slot carries the lap in which it was written. Only a compare-and-set from the lap before
 * writes it, so whoever comes late, with an outcome that somebody else has put there, changes nothing. Nobody moves the
 * word past a place whose outcome is not in its slot, hence, if the word is unchanged between reading it and setting it,
 * the slot that was read in between held the outcome of the lap before, and no other.
 *
 * <p>Memory ordering: the word is read and set with volatile semantics, a slot read with acquire and written by a
 * compare-and-set; a slot's write happens before every set of the word that moves past it. Laps are told apart modulo 2^31:
 * only a thread that is stopped between two of its steps for exactly 2^31 rounds of the ring would be misled.
 *
 * <p>Source: the helping of the pending step is that of M. Herlihy, "Wait-free synchronization", 1991.
 */
final class CallWindow extends Window {
    private static final VarHandle WORD;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(CallWindow.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int FIELD_BITS = 14; // of place and of hits: up to 16,383
    private static final int FIELD = (1 << FIELD_BITS) - 1;
    private static final int HITS = 1;
    private static final int PLACE = HITS + FIELD_BITS;
    private static final int LAP = PLACE + FIELD_BITS;
    private static final int FULL = LAP + 31;
    private static final int LAP_MASK = Integer.MAX_VALUE;

    private final TripCondition.Rate condition;
    private final int[] slots; // lap:31 | hit:1
    private volatile long word = 1L << LAP; // the slots are those of lap 0

    CallWindow(TripCondition.Rate condition, int calls) {
        this.condition = condition;
        this.slots = new int[calls];
    }

    @Override
    boolean record(boolean hit, long now) {
        while (true) {
            long seen = word;
            settle(seen);
            int out = (int) SLOT.getAcquire(slots, place(seen)) & 1;
            long next = next(seen, hits(seen) - out + (hit ? 1 : 0), hit);
            if (WORD.compareAndSet(this, seen, next)) {
                long calls = calls(next);
                return (hit || (calls == condition.minimumCalls() && !isFull(seen)))
                        && condition.holds(calls, hits(next));
            }
        }
    }

    /** Puts the outcome of the last record into its slot, unless that was done. A word of long ago changes nothing. */
    void settle(long seen) {
        boolean first = place(seen) == 0;
        int place = first ? slots.length - 1 : place(seen) - 1;
        int lap = (lap(seen) - (first ? 1 : 0)) & LAP_MASK;
        int slot = (int) SLOT.getAcquire(slots, place);
        if (slot >>> 1 == ((lap - 1) & LAP_MASK)) {
            SLOT.compareAndSet(slots, place, slot, lap << 1 | (int) (seen & 1));
        }
    }

    private long next(long seen, int hits, boolean hit) {
        int place = place(seen) + 1;
        int lap = lap(seen);
        boolean full = isFull(seen);
        if (place == slots.length) {
            place = 0;
            lap = (lap + 1) & LAP_MASK;
            full = true;
        }
        return (full ? 1L << FULL : 0)
                | (long) lap << LAP
                | (long) place << PLACE
                | (long) (hits & FIELD) << HITS
                | (hit ? 1 : 0);
    }

    private static boolean isFull(long word) {
        return word >>> FULL != 0;
    }

    private static int lap(long word) {
        return (int) (word >>> LAP) & LAP_MASK;
    }

    private static int place(long word) {
        return (int) (word >>> PLACE) & FIELD;
    }

    private static int hits(long word) {
        return (int) (word >>> HITS) & FIELD;
    }

    private long calls(long word) {
        return isFull(word) ? slots.length : place(word);
    }

    long word() {
        return word;
    }

    @Override
    Figures figures(long now) {
        long seen = word;
        return new Figures(calls(seen), hits(seen));
    }
}
