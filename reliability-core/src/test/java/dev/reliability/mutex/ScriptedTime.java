package dev.reliability.mutex;

import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Manual virtual time for tests of races: a thread runs what the test says at its n-th checkpoint, unparks can be held
 * back until the test delivers them, something can be done before an alarm is scheduled, and readings of the clock are
 * counted.
 */
public final class ScriptedTime extends ForwardingSeam {
    public final VirtualTime virtual;
    public final AtomicInteger clockReads = new AtomicInteger();

    private final Map<String, AtomicInteger> checkpoints = new ConcurrentHashMap<>();
    private final Map<String, Runnable> scripts = new ConcurrentHashMap<>();
    private final Queue<Thread> heldBack = new ConcurrentLinkedQueue<>();
    private volatile boolean holdBack;
    private volatile @Nullable Runnable beforeScheduling;

    /** It wraps after 100 ms, so that no test is right only because its time begins at zero. */
    public ScriptedTime() {
        this(VirtualTime.manual().startingAt(Long.MAX_VALUE - 100_000_000));
    }

    private ScriptedTime(VirtualTime virtual) {
        super(virtual);
        this.virtual = virtual;
    }

    /** Has a thread run something at one of its checkpoints, the first being number 1. */
    public void atCheckpoint(String thread, int number, Runnable action) {
        scripts.put(thread + "#" + number, action);
    }

    /** Does something, or fails, each time before it schedules an alarm; null: nothing. */
    public void beforeScheduling(@Nullable Runnable action) {
        beforeScheduling = action;
    }

    /** Does something the next time before it schedules an alarm. */
    public void beforeSchedulingOnce(Runnable action) {
        beforeScheduling = () -> {
            beforeScheduling = null;
            action.run();
        };
    }

    public void holdBackUnparks() {
        holdBack = true;
    }

    public void deliverUnparks() {
        holdBack = false;
        for (Thread thread = heldBack.poll(); thread != null; thread = heldBack.poll()) {
            virtual.unpark(thread);
        }
    }

    /** Runs something on a thread of its own. Cancelling the future interrupts nobody. */
    public <T> CompletableFuture<T> fork(String name, Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        virtual.spawn(name, () -> {
            try {
                outcome.complete(work.call());
            } catch (Throwable failure) {
                outcome.completeExceptionally(failure);
            }
        });
        return outcome;
    }

    @Override
    public void checkpoint() {
        String thread = Thread.currentThread().getName();
        int number =
                checkpoints.computeIfAbsent(thread, t -> new AtomicInteger()).incrementAndGet();
        Runnable action = scripts.remove(thread + "#" + number);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {
        Runnable action = beforeScheduling;
        if (action != null) {
            action.run();
        }
        virtual.schedule(alarm, atNanos);
    }

    @Override
    public long nanoTime() {
        clockReads.incrementAndGet();
        return virtual.nanoTime();
    }

    @Override
    public void unpark(Thread thread) {
        if (holdBack) {
            heldBack.add(thread);
        } else {
            virtual.unpark(thread);
        }
    }
}
