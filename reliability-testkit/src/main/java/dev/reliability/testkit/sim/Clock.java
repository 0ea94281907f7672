package dev.reliability.testkit.sim;

import dev.reliability.time.spi.Alarm;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The time of one schedule, and what is to happen at which instant. Guarded by the turn. */
final class Clock {
    private final PriorityQueue<Wake> wakes = new PriorityQueue<>();
    private final Map<Alarm, Wake> alarms = new HashMap<>();
    private final Queue<Alarm> due = new ArrayDeque<>();
    private volatile long now; // may be read by any
    private long sequence;

    long now() {
        return now;
    }

    /** The instant after a span; the end of time, 292 years away, if that is sooner. */
    long after(long nanos) {
        long at = now + nanos;
        return at < now ? Long.MAX_VALUE : at;
    }

    void wake(SimTask task, long atNanos) {
        Wake wake = new Wake(atNanos, sequence++, task, null);
        task.wake = wake;
        wakes.add(wake);
    }

    void forget(SimTask task) {
        if (task.wake != null) {
            wakes.remove(task.wake);
            task.wake = null;
        }
    }

    /** Whether the alarm is due at once. */
    boolean schedule(Alarm alarm, long atNanos) {
        if (atNanos <= now) {
            due.add(alarm);
            return true;
        }
        Wake wake = new Wake(atNanos, sequence++, null, alarm);
        alarms.put(alarm, wake);
        wakes.add(wake);
        return false;
    }

    void cancel(Alarm alarm) {
        Wake wake = alarms.remove(alarm);
        if (wake == null) {
            due.remove(alarm);
        } else {
            wakes.remove(wake);
        }
    }

    @Nullable
    Alarm pollDue() {
        return due.poll();
    }

    /** How far away the next instant is at which something happens; a very long time if there is none. */
    long nextIn() {
        Wake first = wakes.peek();
        return first == null ? Long.MAX_VALUE : first.atNanos - now;
    }

    /** Moves to the next instant at which something happens; false if there is none. */
    boolean advance(Consumer<SimTask> woken) {
        Wake first = wakes.peek();
        if (first == null) {
            return false;
        }
        now = first.atNanos;
        for (Wake wake = first; wake != null && wake.atNanos == now; wake = wakes.peek()) {
            wakes.remove(wake);
            if (wake.alarm != null) {
                alarms.remove(wake.alarm);
                due.add(wake.alarm);
            } else if (wake.task != null) {
                wake.task.wake = null;
                woken.accept(wake.task);
            }
        }
        return true;
    }

    /** How many alarms have not rung. */
    int alarms() {
        return alarms.size() + due.size();
    }

    boolean isAlarmDue() {
        return !due.isEmpty();
    }

    /** A task that is to be woken, or an alarm that is to ring. */
    record Wake(
            long atNanos,
            long sequence,
            @Nullable SimTask task,
            @Nullable Alarm alarm) implements Comparable<Wake> {
        @Override
        public int compareTo(Wake other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
