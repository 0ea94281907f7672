package dev.reliability.base;

import dev.reliability.Event;
import dev.reliability.EventListener;
import org.jspecify.annotations.Nullable;

/** Tells events in such a way that a listener can do no harm. */
public final class Events {
    private Events() {}

    /**
     * Whether anybody hears what happens, so that an event is worth making.
     *
     * @param listener who is told; null if nobody is
     * @return true if there is a listener, or events are being recorded
     */
    public static boolean isHeard(@Nullable EventListener listener) {
        return listener != null || Flight.isRecording();
    }

    /**
     * Tells one event, and records it if events are being recorded. What the listener throws, an {@link Error}
     * included, goes to the uncaught-exception handler of the calling thread; what that handler throws is dropped, as
     * the JVM itself does.
     *
     * @param listener who is told; null if nobody is
     * @param event what happened
     */
    public static void tell(@Nullable EventListener listener, Event event) {
        Flight.record(event);
        if (listener == null) {
            return;
        }
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
