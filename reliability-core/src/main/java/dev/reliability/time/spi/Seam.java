package dev.reliability.time.spi;

import static java.util.Objects.requireNonNull;

import dev.reliability.base.Events;
import dev.reliability.base.Nanos;
import dev.reliability.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the library asks of the machine beside memory. Rule TIME-1: nothing else in it reads a clock, parks,
 * schedules, starts a thread or draws a random number.
 */
public abstract non-sealed class Seam extends TimeSource {
    /** For the machine's source and the test kit's. */
    protected Seam() {}

    /**
     * The seam behind a time source.
     *
     * @param time any source
     * @return the same object
     */
    public static Seam of(TimeSource time) {
        return (Seam) time;
    }

    /**
     * Parks the calling thread until {@link #unpark} or an interrupt, or for no reason.
     *
     * @param blocker what is waited for, for thread dumps
     */
    public abstract void park(Object blocker);

    /**
     * Parks the calling thread like {@link #park}, at most for a span.
     *
     * @param blocker what is waited for, for thread dumps
     * @param nanos the span; not positive returns at once
     */
    public abstract void parkNanos(Object blocker, long nanos);

    /**
     * Lets a parked thread go on, or its next park return at once.
     *
     * @param thread which one
     */
    public abstract void unpark(Thread thread);

    /**
     * Has an alarm ring at an instant, or soon after, never before. An alarm is scheduled at most once in its life.
     *
     * @param alarm what rings
     * @param atNanos the instant on {@link #nanoTime}; one in the past rings at once, on the timer's thread
     */
    public abstract void schedule(Alarm alarm, long atNanos);

    /**
     * Takes an alarm back, so that nothing keeps it any longer. One that is about to ring may still ring.
     *
     * @param alarm one that was scheduled here; nothing happens if it has rung or was taken back
     */
    public abstract void cancel(Alarm alarm);

    /**
     * Has an alarm's {@link Alarm#deliver} run soon, not on the timer's thread. One that blocks delays neither the timer
     * nor, for longer than a millisecond, the others.
     *
     * @param alarm one that rings; it is delivered at most once in its life
     */
    public abstract void deliver(Alarm alarm);

    /**
     * Runs what continues an asynchronous call, soon, on another thread: by default of everything asynchronous. It may
     * block.
     *
     * @param continuation what to run
     */
    public abstract void execute(Runnable continuation);

    /**
     * Calls a user's executor, soon, on another thread: it may block, or run at once what it is given, and the calling
     * thread may be the timer's.
     *
     * @param call the call
     */
    protected void callExecutor(Runnable call) {
        execute(call);
    }

    /**
     * Runs what continues an asynchronous call on an executor, and where that refuses, by {@link #execute(Runnable)}. The
     * executor is not called on the calling thread (rules TIME-5, DEADLINE-6), unless no other thread can be had: late and
     * in the wrong place is better than never.
     *
     * @param executor the user's; null if there is none
     * @param continuation what to run
     */
    public final void execute(@Nullable Executor executor, Runnable continuation) {
        try {
            if (executor == null) {
                execute(continuation);
            } else {
                callExecutor(() -> submit(executor, continuation));
            }
        } catch (Throwable noThread) {
            Events.report(noThread);
            if (executor == null) {
                continuation.run();
            } else {
                submit(executor, continuation);
            }
        }
    }

    private void submit(Executor executor, Runnable continuation) {
        try {
            executor.execute(continuation);
        } catch (Throwable refused) {
            Events.report(refused);
            execute(null, continuation);
        }
    }

    /**
     * Makes a thread as {@link #start} does, without starting it.
     *
     * @param name its name
     * @param task what it will run
     * @return a daemon thread
     */
    public abstract Thread newThread(String name, Runnable task);

    /**
     * Starts a daemon thread that holds neither the caller's context class loader nor its inheritable values.
     *
     * @param name its name
     * @param task what it runs
     */
    public abstract void start(String name, Runnable task);

    /**
     * A place where a simulator may switch threads: called before the decisive step of each slow path, outside every
     * monitor. Nothing on a real machine.
     */
    public void checkpoint() {}

    @Override
    public final void sleep(Duration span) throws InterruptedException {
        sleepNanos(Nanos.of(requireNonNull(span, "span")));
    }

    /**
     * Waits on this source.
     *
     * @param nanos how long, in full; zero or negative only looks at the interrupt flag
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared
     */
    public final void sleepNanos(long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long end = nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - nanoTime()) {
            parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
