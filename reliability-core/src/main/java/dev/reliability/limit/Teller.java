package dev.reliability.limit;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells of callers who were refused or had to wait. Nobody listening and nothing recorded costs a look at two fields.
 *
 * @param name the limiter's name
 * @param title kind and name of the limiter
 * @param limit what it allows, in words
 * @param listener who hears the events
 */
record Teller(
        String name, String title, String limit, @Nullable EventListener listener) {
    /** For a wait that nobody can know. */
    static final long UNKNOWN = -1;

    boolean isHeard() {
        return Events.isHeard(listener);
    }

    void refused(long waitedNanos, long retryAfterNanos) {
        if (isHeard()) {
            Duration hint = retryAfterNanos < 0 ? null : Duration.ofNanos(retryAfterNanos);
            Events.tell(listener, new LimitEvent.Refused(name, Duration.ofNanos(waitedNanos), hint));
        }
    }

    void waited(long waitedNanos) {
        if (isHeard()) {
            Events.tell(listener, new LimitEvent.Waited(name, Duration.ofNanos(waitedNanos)));
        }
    }

    LimitExceededException refusal(Patience patience, long waitedNanos, long retryAfterNanos, int waiting) {
        refused(waitedNanos, retryAfterNanos);
        return new LimitExceededException(this, patience, waitedNanos, retryAfterNanos, waiting);
    }
}
