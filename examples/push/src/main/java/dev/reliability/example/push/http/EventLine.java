package dev.reliability.example.push.http;

import dev.reliability.Event;
import dev.reliability.breaker.BreakerEvent;
import dev.reliability.retry.RetryEvent;
import java.time.Duration;
import java.util.Locale;

/** The events of a policy, as lines for people. */
public final class EventLine {
    private EventLine() {}

    /** One line, which begins with the name of the policy. */
    public static String of(Event event) {
        return event.policy() + ": " + what(event);
    }

    private static String what(Event event) {
        if (event instanceof RetryEvent.Scheduled retry) {
            Class<? extends Throwable> failure = retry.failure();
            return "attempt " + retry.attempt()
                    + (failure == null ? " was rejected" : " failed with " + failure.getSimpleName())
                    + ", the next one in " + seconds(retry.delay());
        }
        if (event instanceof BreakerEvent.Opened opened) {
            return "breaker OPEN for " + seconds(opened.openFor()) + ", it was " + opened.from();
        }
        if (event instanceof BreakerEvent.HalfOpened) {
            return "breaker HALF_OPEN, one call may try";
        }
        if (event instanceof BreakerEvent.Closed) {
            return "breaker CLOSED";
        }
        return event.toString();
    }

    private static String seconds(Duration span) {
        return String.format(Locale.ROOT, "%.3f s", span.toNanos() / 1e9);
    }
}
