package dev.reliability.testkit.contract;

import dev.reliability.time.spi.Seam;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Work on a thread of its own in a {@link World}, to be waited for by that world's time. Thread-safe. */
public final class Actor {
    private final Seam seam;
    private final Queue<Thread> waiters = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Thread thread; // set before the work begins
    private volatile @Nullable Object value; // set before ended
    private volatile @Nullable Throwable failure; // set before ended

    Actor(Seam seam) {
        this.seam = seam;
    }

    void started(Thread newThread) {
        thread = newThread;
    }

    boolean isStarted() {
        return thread != null;
    }

    void run(Body body) {
        try {
            value = body.run();
        } catch (Throwable thrown) {
            failure = thrown;
        } finally {
            ended.countDown();
            waiters.forEach(seam::unpark);
        }
    }

    /**
     * Waits until the work has ended, without regard to interrupts: one that arrives is kept for after.
     *
     * @return its result
     * @throws Throwable what it failed with
     */
    public @Nullable Object await() throws Throwable {
        Thread waiter = Thread.currentThread();
        boolean interrupted = false;
        waiters.add(waiter);
        while (!hasEnded()) {
            seam.park(this);
            interrupted |= Thread.interrupted();
        }
        waiters.remove(waiter);
        if (interrupted) {
            waiter.interrupt();
        }
        return result();
    }

    /** Waits in real time; false if the work has not ended by then. */
    boolean awaitReal(long nanos) throws InterruptedException {
        return ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    @Nullable
    Object result() throws Throwable {
        Throwable thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        return value;
    }

    /**
     * Whether the work has ended.
     *
     * @return true once it has
     */
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Interrupts the thread of the work, if it runs. */
    public void interrupt() {
        thread().interrupt();
    }

    /**
     * The thread of the work.
     *
     * @return the same one always
     */
    public Thread thread() {
        Thread known = thread;
        if (known == null) {
            throw new IllegalStateException("the actor has not been started");
        }
        return known;
    }
}
