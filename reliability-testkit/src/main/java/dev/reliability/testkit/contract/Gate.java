package dev.reliability.testkit.contract;

import dev.reliability.time.spi.Seam;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps threads of a {@link World} waiting until it is opened. Thread-safe. */
public final class Gate {
    private final Seam seam;
    private final Queue<Thread> waiters = new ConcurrentLinkedQueue<>();
    private volatile boolean open;

    Gate(World world) {
        this.seam = Seam.of(world.time());
    }

    /**
     * Waits until the gate is open.
     *
     * @throws InterruptedException if the thread is or gets interrupted; its flag is cleared
     */
    public void await() throws InterruptedException {
        waiters.add(Thread.currentThread());
        while (!open) {
            if (Thread.interrupted()) {
                throw new InterruptedException("at the gate");
            }
            seam.park(this);
        }
    }

    /** Lets all through, now and from now on. */
    public void open() {
        open = true;
        waiters.forEach(seam::unpark);
    }
}
