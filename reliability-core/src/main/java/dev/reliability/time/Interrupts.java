package dev.reliability.time;

/**
 * The interrupts that limits have sent to one thread and not yet taken back.
 *
 * <p>An interrupt is one bit. This keeps apart, as far as one bit allows, whose it is (rule DEADLINE-3). Limits of one
 * thread form a stack, so when one ends, the interrupts still out belong to limits around it.
 *
 * <p>Everything happens under this object's monitor: the timer decides that a call has expired and interrupts the thread
 * in one step, so that the thread, once it finds its call expired and enters the monitor, finds the interrupt sent as
 * well. No interrupt of ours can arrive after that.
 */
final class Interrupts {
    private static final ThreadLocal<Interrupts> OF_THREAD =
            ThreadLocal.withInitial(() -> new Interrupts(Thread.currentThread()));

    private final Thread thread;
    private int out; // guarded by this

    private Interrupts(Thread thread) {
        this.thread = thread;
    }

    static Interrupts ofCurrentThread() {
        return OF_THREAD.get();
    }

    /**
     * Marks a call as expired and interrupts its thread, unless the call has ended or somebody else has already
     * interrupted the thread: then the flag is not ours to clear.
     */
    synchronized void expire(LimitedCall call) {
        if (call.tryExpire() && (out > 0 || !thread.isInterrupted())) {
            call.interruptSent = true;
            out++;
            thread.interrupt();
        }
    }

    /**
     * Takes the interrupt of an expired call back, on the thread itself. The flag is cleared, or set again if a limit
     * around the call has expired too. The answer is whether an interrupt had been sent.
     */
    synchronized boolean takeBack(LimitedCall call) {
        if (call.interruptSent) {
            Thread.interrupted();
            if (--out > 0) {
                thread.interrupt();
            }
        }
        return call.interruptSent;
    }
}
