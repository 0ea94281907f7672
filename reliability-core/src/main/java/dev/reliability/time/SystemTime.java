package dev.reliability.time;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Relay;
import dev.reliability.time.spi.Seam;
import dev.reliability.time.spi.Timer;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** The machine. The only class of the library that reads a clock, parks, starts a thread or draws a random number. */
final class SystemTime extends Seam {
    static final SystemTime INSTANCE = new SystemTime();

    private static final class TimerHolder {
        static final Timer TIMER = new Timer(INSTANCE);
        static final Relay RELAY = new Relay(INSTANCE);
    }

    private SystemTime() {}

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    @Override
    public void park(Object blocker) {
        LockSupport.park(blocker);
    }

    @Override
    public void parkNanos(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {
        TimerHolder.TIMER.schedule(alarm, atNanos);
    }

    @Override
    public void cancel(Alarm alarm) {
        TimerHolder.TIMER.cancel(alarm);
    }

    @Override
    public void deliver(Alarm alarm) {
        TimerHolder.RELAY.deliver(alarm);
    }

    @Override
    public void start(String name, Runnable task) {
        newThread(name, task).start();
    }

    /**
     * The thread belongs to the root group, inherits no values, has no context class loader and, up to JDK 23, no access
     * control context of the caller: it may outlive the application that caused it, and must not keep its classes.
     */
    @Override
    @SuppressWarnings("removal") // see above; nothing replaces it where it still has an effect
    public Thread newThread(String name, Runnable task) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(rootGroup(), task, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
    }

    private static ThreadGroup rootGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }
}
