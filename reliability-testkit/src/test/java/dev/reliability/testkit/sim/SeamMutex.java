package dev.reliability.testkit.sim;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** A small mutex without limits on the seam. With the planted fault a release may miss a waiter. */
final class SeamMutex {
    private final Seam seam;
    private final boolean losesWakeUps;
    private final AtomicBoolean held = new AtomicBoolean();
    private final Queue<Thread> waiters = new ConcurrentLinkedQueue<>();

    SeamMutex(TimeSource time, boolean losesWakeUps) {
        this.seam = Seam.of(time);
        this.losesWakeUps = losesWakeUps;
    }

    void lock() {
        Thread me = Thread.currentThread();
        if (losesWakeUps) {
            while (!held.compareAndSet(false, true)) {
                seam.checkpoint(); // released here: nobody is there to wake
                waiters.add(me);
                seam.park(this);
            }
            return;
        }
        waiters.add(me);
        seam.checkpoint();
        boolean interrupted = false;
        while (waiters.peek() != me || !held.compareAndSet(false, true)) {
            seam.park(this);
            interrupted |= Thread.interrupted();
        }
        waiters.remove(me);
        if (interrupted) {
            me.interrupt();
        }
    }

    void unlock() {
        held.set(false);
        seam.checkpoint();
        Thread first = losesWakeUps ? waiters.poll() : waiters.peek();
        if (first != null) {
            seam.unpark(first);
        }
    }
}
