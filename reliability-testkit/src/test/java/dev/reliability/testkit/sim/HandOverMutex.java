package dev.reliability.testkit.sim;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** A mutex on the seam that is handed over to who waits longest, with faults. For simulations only: one task runs. */
final class HandOverMutex {
    enum Fault {
        NONE,
        /** Sees that it is free, and takes it later. */
        TAKES_IN_TWO_STEPS,
        /** Who gives up does not look whether it has been handed over meanwhile. */
        LOSES_TURNS
    }

    private final Seam seam;
    private final Fault fault;
    private final Queue<Waiter> waiters = new ArrayDeque<>();
    private boolean held;

    HandOverMutex(TimeSource time, Fault fault) {
        this.seam = Seam.of(time);
        this.fault = fault;
    }

    /** Returns false if it took too long. */
    boolean lock(Duration wait) throws InterruptedException {
        if (!held) {
            if (fault == Fault.TAKES_IN_TWO_STEPS) {
                seam.checkpoint();
            }
            held = true;
            return true;
        }
        Waiter me = new Waiter(Thread.currentThread());
        waiters.add(me);
        long end = seam.nanoTime() + wait.toNanos();
        boolean interrupted = false;
        while (!me.mine && !interrupted && seam.nanoTime() < end) {
            seam.parkNanos(this, end - seam.nanoTime());
            interrupted = Thread.interrupted();
        }
        if (interrupted || seam.nanoTime() >= end) {
            waiters.remove(me);
            if (me.mine && fault != Fault.LOSES_TURNS) {
                unlock();
            }
            if (interrupted) {
                throw new InterruptedException();
            }
            return false;
        }
        return true;
    }

    void unlock() {
        Waiter next = waiters.poll();
        if (next == null) {
            held = false;
        } else {
            next.mine = true;
            seam.unpark(next.thread);
        }
    }

    private static final class Waiter {
        private final Thread thread;
        private boolean mine;

        Waiter(Thread thread) {
            this.thread = thread;
        }
    }
}
