package dev.reliability.base;

import java.util.concurrent.CancellationException;

/**
 * A wait of the library was interrupted. Thrown with the interrupt flag set; {@code callInterruptibly} turns it into
 * {@link InterruptedException}, everywhere else it reaches the caller as the {@link CancellationException} that it is.
 */
public final class InterruptedWait extends CancellationException {
    private static final long serialVersionUID = 1L;

    /** Whether it has been thrown to a caller: then it is whatever that caller makes of it. */
    private boolean hasLeft;

    /**
     * Sets the interrupt flag of the calling thread.
     *
     * @param message what was waited for
     */
    public InterruptedWait(String message) {
        super(message);
        Thread.currentThread().interrupt();
    }

    /** It reaches a caller as the {@link CancellationException} that it is. */
    InterruptedWait leaving() {
        hasLeft = true;
        return this;
    }

    boolean hasLeft() {
        return hasLeft;
    }

    /**
     * What a caller on another thread gets: nobody has interrupted that one.
     *
     * @return a plain {@link CancellationException} with this one as its cause; this one itself if a call inside the task
     *     threw it, and the task let it through
     */
    public CancellationException forAnotherThread() {
        if (hasLeft) {
            return this;
        }
        CancellationException cancellation = new CancellationException(getMessage());
        cancellation.initCause(this);
        return cancellation;
    }

    InterruptedException asInterrupt() {
        Thread.interrupted();
        InterruptedException interrupt = new InterruptedException(getMessage());
        interrupt.setStackTrace(getStackTrace());
        return interrupt;
    }
}
