package dev.reliability.time.spi;

import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timing wheel: alarms by the tick at which they are due, insert and remove in constant time.
 *
 * <p>Source: G. Varghese, T. Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 7. A tick is written with
 * {@value #LEVELS} digits of 6 bits. An alarm sits on the level of the highest digit in which its tick differs from the
 * present one, in the slot of that digit. Hence, on each level only slots above the present digit are in use, every
 * alarm of a lower level is due before every alarm of a higher one, and the first slot in use of the lowest level in use
 * holds what comes next. When the present reaches a slot of a higher level, its alarms move down.
 *
 * <p>Not thread-safe: {@link Timer} guards it.
 */
final class Wheel {
    static final int LEVELS = 8;

    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int DUE = LEVELS * SLOTS;

    private final @Nullable Alarm[] heads = new @Nullable Alarm[DUE + 1];
    private final long[] inUse = new long[LEVELS];
    private long now;
    private int size;

    /** Adds an alarm that is due at a tick; one that is not in the future is due at once. */
    void add(Alarm alarm, long tick) {
        alarm.tick = tick;
        link(alarm);
        size++;
    }

    /** Removes an alarm, if it is here. */
    void remove(Alarm alarm) {
        if (alarm.place != Alarm.UNSCHEDULED) {
            unlink(alarm);
            size--;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The next tick at which there is something to do; only to be asked if the wheel is not empty. */
    long next() {
        return heads[DUE] != null ? now : startOf(firstLevel());
    }

    /** Takes one alarm that is due at or before a tick, moving the present there; null if there is none. */
    @Nullable
    Alarm poll(long tick) {
        while (heads[DUE] == null && size > 0) {
            int level = firstLevel();
            long start = startOf(level);
            if (start > tick) {
                break;
            }
            now = start;
            moveDown(level * SLOTS + Long.numberOfTrailingZeros(inUse[level]));
        }
        Alarm due = heads[DUE];
        if (due != null) {
            remove(due);
        } else {
            now = Math.max(now, tick);
        }
        return due;
    }

    private int firstLevel() {
        int level = 0;
        while (inUse[level] == 0) {
            level++;
        }
        return level;
    }

    private long startOf(int level) {
        long above = now >>> ((level + 1) * BITS) << ((level + 1) * BITS);
        return above | (long) Long.numberOfTrailingZeros(inUse[level]) << (level * BITS);
    }

    private void moveDown(int place) {
        for (Alarm alarm = heads[place]; alarm != null; alarm = heads[place]) {
            unlink(alarm);
            link(alarm);
        }
    }

    private void link(Alarm alarm) {
        int place = DUE;
        if (alarm.tick > now) {
            int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(alarm.tick ^ now)) / BITS;
            int slot = (int) (alarm.tick >>> (level * BITS)) & (SLOTS - 1);
            inUse[level] |= 1L << slot;
            place = level * SLOTS + slot;
        }
        Alarm head = heads[place];
        alarm.place = place;
        alarm.next = head;
        if (head != null) {
            head.previous = alarm;
        }
        heads[place] = alarm;
    }

    private void unlink(Alarm alarm) {
        Alarm previous = alarm.previous;
        Alarm next = alarm.next;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            heads[alarm.place] = next;
            if (next == null && alarm.place != DUE) {
                inUse[alarm.place / SLOTS] &= ~(1L << (alarm.place % SLOTS));
            }
        }
        alarm.previous = null;
        alarm.next = null;
        alarm.place = Alarm.UNSCHEDULED;
    }
}
