package dev.reliability;

import java.util.Objects;

/**
 * Hears the events of a policy.
 *
 * <p>A listener is called on the thread that caused the event, outside every lock, and while it runs that thread does
 * not go on: be quick. It changes no outcome: what it throws goes to the thread's uncaught-exception handler, once per
 * event. It may call the policy back.
 *
 * <p>A listener must be thread-safe: threads that share a policy share its listener.
 */
@FunctionalInterface
public interface EventListener {
    /**
     * Hears one event.
     *
     * @param event what happened
     */
    void onEvent(Event event);

    /**
     * Joins two listeners. The second one hears the event even if the first one throws; if it throws too, both failures
     * are in a new {@link IllegalStateException}: the first as its cause, the second suppressed. Either may be an instance
     * that is thrown again and again, so neither is changed.
     *
     * @param next the one that is told after this one
     * @return a listener that tells both
     */
    default EventListener andThen(EventListener next) {
        Objects.requireNonNull(next, "next");
        return event -> {
            try {
                onEvent(event);
            } catch (Throwable first) {
                try {
                    next.onEvent(event);
                } catch (Throwable second) {
                    IllegalStateException both = new IllegalStateException("two listeners threw", first);
                    both.addSuppressed(second);
                    throw both;
                }
                throw first;
            }
            next.onEvent(event);
        };
    }
}
