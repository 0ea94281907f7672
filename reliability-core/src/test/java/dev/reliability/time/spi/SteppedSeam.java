package dev.reliability.time.spi;

import dev.reliability.time.TimeSource;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A seam for model checking, where a clock of the machine would make runs differ: time goes on when {@link #pass} says
 * so. Alarms are not kept.
 *
 * <p>Parking is done with monitors. Lincheck lets {@code LockSupport.park} return for no reason, which is allowed and
 * hides each wake-up that is lost; here a thread that nobody unparks waits for ever, and Lincheck reports that.
 */
public class SteppedSeam extends ForwardingSeam {
    private final ConcurrentHashMap<Long, Parking> parkings = new ConcurrentHashMap<>();
    private volatile long nanos;

    public SteppedSeam() {
        super(TimeSource.system());
    }

    public final synchronized void pass(long span) {
        nanos += span;
    }

    @Override
    public final long nanoTime() {
        return nanos;
    }

    @Override
    public void park(Object blocker) {
        of(Thread.currentThread()).park();
    }

    @Override
    public void parkNanos(Object blocker, long span) {
        park(blocker);
    }

    @Override
    public void unpark(Thread thread) {
        if (thread != null) {
            of(thread).unpark();
        }
    }

    private Parking of(Thread thread) {
        return parkings.computeIfAbsent(thread.getId(), id -> new Parking());
    }

    @Override
    public void schedule(Alarm alarm, long atNanos) {}

    @Override
    public void cancel(Alarm alarm) {}

    private static final class Parking {
        private boolean permit; // guarded by this

        synchronized void park() {
            while (!permit) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            permit = false;
        }

        synchronized void unpark() {
            permit = true;
            notifyAll();
        }
    }
}
