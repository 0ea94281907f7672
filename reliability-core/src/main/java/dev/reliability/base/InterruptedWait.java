package dev.reliability.base;

import java.util.concurrent.CancellationException;

/**
 * A wait of the library was interrupted. Thrown with the interrupt flag set; {@code callInterruptibly} turns it into
 * {@link InterruptedException}, everywhere else it reaches the caller as the {@link CancellationException} that it is.
 */
public final class InterruptedWait extends CancellationException {
    private static final long serialVersionUID = 1L;

    /**
     * Sets the interrupt flag of the calling thread.
     *
     * @param message what was waited for
     */
    public InterruptedWait(String message) {
        super(message);
        Thread.currentThread().interrupt();
    }

    InterruptedException asInterrupt() {
        Thread.interrupted();
        InterruptedException interrupt = new InterruptedException(getMessage());
        interrupt.setStackTrace(getStackTrace());
        return interrupt;
    }
}
