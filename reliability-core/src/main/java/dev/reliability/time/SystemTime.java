package dev.reliability.time;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Relay;
import dev.reliability.time.spi.Seam;
import dev.reliability.time.spi.Timer;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    public void execute(Runnable continuation) {
        Continuations.EXECUTOR.execute(continuation);
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

    /** Threads on demand: virtual ones where the JVM has them, else daemons that end after 10 s without work. */
    private static final class Continuations {
        static final Executor EXECUTOR = Runtime.version().feature() >= 21 ? virtualThreads() : platformThreads();

        /** They inherit no values; their context class loader is the system's. Found by name: JDK 17 has none. */
        private static Executor virtualThreads() {
            try {
                Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
                Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                builder = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                        .invoke(builder, false);
                ThreadFactory threads =
                        (ThreadFactory) type.getMethod("factory").invoke(builder);
                return continuation -> threads.newThread(continuation).start();
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private static Executor platformThreads() {
            return new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    10,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    work -> INSTANCE.newThread("reliability-async", work));
        }
    }
}
