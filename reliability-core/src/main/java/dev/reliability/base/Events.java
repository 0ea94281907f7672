package dev.reliability.base;

import dev.reliability.Event;
import dev.reliability.EventListener;

/** Tells events in such a way that a listener can do no harm. */
public final class Events {
    private Events() {}

    /**
     * Tells one event. What the listener throws, an {@link Error} included, goes to the uncaught-exception handler of
     * the calling thread; what that handler throws is dropped, as the JVM itself does.
     *
     * @param listener who is told
     * @param event what happened
     */
    public static void tell(EventListener listener, Event event) {
        try {
            listener.onEvent(event);
        } catch (Throwable failure) {
            report(failure);
        }
    }

    /**
     * Gives a failure that must change no outcome to the uncaught-exception handler of the calling thread.
     *
     * @param failure what user code threw where it could not be thrown on
     */
    public static void report(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable dropped) {
            return; // as in the JVM, what a handler throws is dropped: there is nobody left to tell
        }
    }
}
