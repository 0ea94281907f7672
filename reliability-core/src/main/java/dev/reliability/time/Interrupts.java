package dev.reliability.time;

/**
 * The interrupts that limits have sent to one thread and not yet taken back.
 *
 * <p>An interrupt is one bit. This keeps apart, as far as one bit allows, whose it is (rule DEADLINE-3). Limits of one
 * thread form a stack, linked by {@link LimitedCall#outer}, that shares one object of this class: when a limit ends, an
 * interrupt that is still out belongs to a limit around it.
 *
 * <p>The monitor guards the books and never covers {@link Thread#interrupt}, which may run code of others: it closes the
 * channel that the thread is blocked in, and a subclass of Thread may override it, like {@link Thread#isInterrupted}.
 * So a call that ends while its interrupt is on the way waits for it (see {@link LimitedCall}), and no interrupt of
 * ours arrives after the call.
 *
 * <p>The flag is therefore read before the monitor is entered, and may be one of ours that is taken back in between. So it
 * counts as one from outside only if nothing has changed since before it was read, and no interrupt is out: then none was
 * while it was read. If something has changed, the interrupt is sent. One from outside that was in the flag has come after
 * the limit then, and merges, or it has merged with that of another limit before.
 */
final class Interrupts {
    private final Thread thread;
    private boolean out; // guarded by this; whether an interrupt of a call that still runs has been sent
    private volatile int changes; // of what is out; written under the monitor

    Interrupts(Thread thread) {
        this.thread = thread;
    }

    /**
     * Decides whether the thread is to be interrupted for a call whose limit has passed. It is not if somebody from
     * outside has done so already: then the flag is not ours to clear.
     */
    boolean begin(LimitedCall call) {
        int before = changes; // before the flag
        return begin(call, before, thread.isInterrupted());
    }

    private synchronized boolean begin(LimitedCall call, int before, boolean flag) {
        if (flag && !out && changes == before) {
            return false;
        }
        changes++;
        call.interruptSent = true;
        out = true;
        return true;
    }

    /**
     * Takes the interrupt of a call back, on the thread itself, after it has been sent. The flag is cleared, or set again
     * if one of a limit around the call is out too.
     */
    void takeBack(LimitedCall call) {
        Thread.interrupted();
        if (end(call)) {
            thread.interrupt();
        }
    }

    private synchronized boolean end(LimitedCall call) {
        changes++;
        out = call.isInsideSender();
        return out;
    }

    /** Whether a call's interrupt was sent. */
    synchronized boolean wasSent(LimitedCall call) {
        return call.interruptSent;
    }
}
