package dev.reliability;

import dev.reliability.time.spi.PassingShortWaits;
import dev.reliability.time.spi.SteppedSeam;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;

/** Locks with a bug that a queue of waiters can have, to show that Lincheck finds it. */
public final class PlantedLocks {
    private PlantedLocks() {}

    /** A lock whose release looks for a waiter before it frees: one that comes between is never woken. */
    public static final class Forgetful {
        private final SteppedSeam seam = new SteppedSeam();
        private final AtomicInteger word = new AtomicInteger();
        private volatile Thread waiter;
        private int count;

        @Operation(blocking = true)
        public int call() {
            if (!word.compareAndSet(0, 1)) {
                waiter = Thread.currentThread();
                while (!word.compareAndSet(0, 1)) {
                    seam.park(this);
                }
            }
            int before = count;
            count = before + 1;
            Thread next = waiter;
            word.set(0);
            seam.unpark(next);
            return before;
        }
    }

    /** Hands over to whoever stands in the queue, even if that one has just given up. */
    public static final class GrantsToTheGone {
        private final AtomicInteger owner = new AtomicInteger(); // 0: nobody
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger names = new AtomicInteger();

        @Operation
        public void call() {
            int me = names.incrementAndGet();
            if (!owner.compareAndSet(0, me)) {
                boolean queued = waiting.compareAndSet(0, me);
                if (!queued || owner.get() != me) {
                    waiting.compareAndSet(me, 0); // whether it was handed over meanwhile is not looked at
                    return;
                }
            }
            owner.set(waiting.getAndSet(0));
        }

        @Validate
        public void free() {
            if (owner.get() != 0) {
                throw new IllegalStateException("held by " + owner);
            }
        }
    }

    /** Gives the lock to the first of a queue; one whose time is up goes without a look whether it was the one. */
    public static final class KeepsTheTurn {
        private final PassingShortWaits seam;
        private final Deque<Thread> queue = new ArrayDeque<>(); // guarded by this
        private Thread owner; // guarded by this

        KeepsTheTurn(Duration brief) {
            seam = new PassingShortWaits(brief);
            owner = Thread.currentThread();
        }

        /** A short wait and a long one while the lock is given back. */
        public static void passOn(Duration brief) {
            KeepsTheTurn lock = new KeepsTheTurn(brief);
            Thread gone = Interleavings.start(() -> lock.use(brief));
            Thread waits = Interleavings.start(() -> lock.use(Duration.ofHours(1)));
            lock.release();
            Interleavings.join(gone);
            Interleavings.join(waits);
        }

        private void use(Duration wait) {
            boolean mine = take();
            while (!mine) {
                seam.parkNanos(this, wait.toNanos());
                mine = isMine();
                if (!mine && seam.isShort(wait.toNanos())) {
                    leave();
                    return;
                }
            }
            release();
        }

        private synchronized boolean take() {
            if (owner == null) {
                owner = Thread.currentThread();
            } else {
                queue.add(Thread.currentThread());
            }
            return isMine();
        }

        private synchronized boolean isMine() {
            return owner == Thread.currentThread();
        }

        private synchronized void leave() {
            queue.remove(Thread.currentThread());
        }

        private void release() {
            seam.unpark(next());
        }

        private synchronized Thread next() {
            owner = queue.poll();
            return owner;
        }
    }
}
