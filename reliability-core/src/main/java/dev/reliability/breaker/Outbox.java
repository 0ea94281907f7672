package dev.reliability.breaker;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The events of one breaker on their way to its listener.
 *
 * <p>How it works: events are added in the order of the transitions, within the transition. Whoever made one then tells
 * all there are, outside every lock, unless somebody is telling already; that one will tell the new ones too. So events
 * are told one at a time and in order, a listener that calls the breaker back adds an event instead of going deeper, and
 * one that blocks keeps nobody but the teller.
 *
 * <p>At most {@value #LIMIT} wait: what comes while it is full is counted, and {@link BreakerEvent.Missed} takes its
 * place.
 *
 * <p>Thread-safe. What a listener does for one event happens before it hears the next.
 */
final class Outbox {
    static final int LIMIT = 1_000;

    private final String policy;
    private final EventListener listener;

    // Guarded by this.
    private final ArrayDeque<BreakerEvent> waiting = new ArrayDeque<>();
    private long missed;
    private boolean telling;

    Outbox(String policy, EventListener listener) {
        this.policy = policy;
        this.listener = listener;
    }

    synchronized void add(BreakerEvent event) {
        if (waiting.size() >= LIMIT) {
            missed++;
            return;
        }
        addMissed();
        waiting.add(event);
    }

    /** Tells what waits; returns at once if somebody does so already. */
    void tell() {
        if (!tryBegin()) {
            return;
        }
        boolean finished = false;
        try {
            for (BreakerEvent event = next(); event != null; event = next()) {
                Events.tell(listener, event);
            }
            finished = true;
        } finally {
            if (!finished) {
                end(); // an Error between two events: the next one to come goes on
            }
        }
    }

    /** Whether events wait and nobody is telling them. */
    synchronized boolean isStuck() {
        return !telling && (!waiting.isEmpty() || missed > 0);
    }

    private synchronized boolean tryBegin() {
        if (!isStuck()) {
            return false;
        }
        telling = true;
        return true;
    }

    /** Finding nothing and ending is one step: what is added after it finds nobody telling. */
    private synchronized @Nullable BreakerEvent next() {
        if (waiting.isEmpty()) {
            addMissed();
        }
        BreakerEvent event = waiting.poll();
        telling = event != null;
        return event;
    }

    private synchronized void end() {
        telling = false;
    }

    private synchronized void addMissed() {
        if (missed > 0) {
            waiting.add(new BreakerEvent.Missed(policy, missed));
            missed = 0;
        }
    }
}
