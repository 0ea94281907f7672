package dev.reliability.breaker;

import dev.reliability.EventListener;
import dev.reliability.breaker.BreakerFailure.Kind;
import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.Snapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one breaker.
 *
 * <pre>
 *                .------------------------- enough successes -------------------------.
 *                v                                                                    |
 *   ---------> CLOSED --- the trip condition holds ---> OPEN --- first call after ---> HALF_OPEN
 *   (reset)                                              ^       the open time           |
 *                                                        '--- a probe fails or lapses ---'
 *
 *   any state --- isolate, disable ---> the same state overridden --- endOverride ---> the same state, begun again
 * </pre>
 *
 * <p>How it works: the state is a reference to a {@link Period}. Calls are admitted by a period and record there. A
 * transition puts a new period in the place of the old one; it happens in the monitor, only if the old one is still
 * there, and adds its event in the same step, so that events have the order of the transitions. Whoever comes with a
 * period that is over changes nothing. Nothing in the monitor waits or calls out. No timer makes a transition but the
 * call limit's; the open time and the leases are looked at by whoever comes.
 *
 * <p>Memory ordering: {@code current} is volatile and written only in the monitor. Periods are published by that write,
 * and what they count is volatile or atomic. A record that makes a transition happens before every admission by the new
 * period, and all that the recording thread did before with it.
 */
final class Machine {
    private static final VarHandle FAILURES;
    private static final VarHandle REJECTIONS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            FAILURES = lookup.findVarHandle(Machine.class, "failures", long.class);
            REJECTIONS = lookup.findVarHandle(Machine.class, "rejections", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CircuitBreaker breaker;
    private final @Nullable Outbox outbox; // null: nobody listens
    private volatile Period current = new Closed(); // written under this
    private volatile long failures; // that were counted by a current period
    private volatile long rejections;
    private long transitions; // guarded by this

    Machine(CircuitBreaker breaker) {
        this.breaker = breaker;
        EventListener listener = breaker.settings().listener;
        this.outbox = listener == null ? null : new Outbox(breaker.name(), listener);
    }

    Settings settings() {
        return breaker.settings();
    }

    long now() {
        return settings().seam.nanoTime();
    }

    void checkpoint() {
        settings().seam.checkpoint();
    }

    Period current() {
        return current;
    }

    boolean isCurrent(Period period) {
        return current == period;
    }

    Admission admit() {
        return current instanceof Closed closed ? closed : admitSlowly();
    }

    private Admission admitSlowly() {
        while (true) {
            Period period = current;
            long now = now();
            Admission admission = period.admit(this, now);
            if (admission != null) {
                return admission;
            }
            if (isRefusedBy(period)) {
                throw new CircuitOpenException(
                        breaker, period.state(), period.override(), period.remainingNanos(now), settings().probes);
            }
        }
    }

    @Nullable
    Admission tryAdmit() {
        while (true) {
            Period period = current;
            Admission admission = period instanceof Closed closed ? closed : period.admit(this, now());
            if (admission != null || isRefusedBy(period)) {
                return admission;
            }
        }
    }

    /** If the period is over, its end is told first, so that no permit is held while the listener runs. */
    private boolean isRefusedBy(Period period) {
        if (isCurrent(period)) {
            REJECTIONS.getAndAdd(this, 1L);
            return true;
        }
        tell();
        return false;
    }

    void countFailure() {
        FAILURES.getAndAdd(this, 1L);
    }

    /** Opens, because of a failure that counts if this is what ends the period. */
    void open(Period from, Kind kind, @Nullable Throwable failure, long atNanos) {
        BreakerFailure cause = new BreakerFailure(
                kind, failure == null ? null : failure.getClass().getName(), atNanos);
        Open open = new Open(cause, atNanos + settings().openForNanos);
        BreakerEvent event = outbox == null
                ? null
                : new BreakerEvent.Opened(
                        breaker.name(), from.state(), cause, Duration.ofNanos(settings().openForNanos));
        checkpoint();
        synchronized (this) {
            if (move(from, open, event)) {
                countFailure();
            }
        }
    }

    void halfOpen(Open from, BreakerFailure openedBy) {
        BreakerEvent event = outbox == null ? null : new BreakerEvent.HalfOpened(breaker.name());
        move(from, new HalfOpen(openedBy, settings().probes), event);
    }

    void close(HalfOpen from) {
        move(from, new Closed(), outbox == null ? null : new BreakerEvent.Closed(breaker.name()));
    }

    void reset() {
        BreakerEvent event = outbox == null ? null : new BreakerEvent.WasReset(breaker.name());
        for (Period from = current; !move(from, new Closed(), event); from = current) {
            Thread.onSpinWait();
        }
        tell();
    }

    void override(ManualOverride override) {
        BreakerEvent event = outbox == null ? null : new BreakerEvent.Overridden(breaker.name(), override);
        for (Period from = current; from.override() != override; from = current) {
            if (move(from, new Overridden(override, from), event)) {
                break;
            }
        }
        tell();
    }

    void endOverride() {
        for (Period from = current; from.override() != ManualOverride.NONE; from = current) {
            BreakerEvent event = outbox == null ? null : new BreakerEvent.OverrideEnded(breaker.name(), from.state());
            if (move(from, from.again(settings()), event)) {
                break;
            }
        }
        tell();
    }

    /** The one step from period to period; false if somebody else ended the old one. */
    private boolean move(Period from, Period to, @Nullable BreakerEvent event) {
        synchronized (this) {
            if (current != from) {
                return false;
            }
            if (outbox != null && event != null) {
                outbox.add(event);
            }
            transitions++;
            current = to;
            return true;
        }
    }

    /** Tells what there is to tell, on this thread, unless another one does. */
    void tell() {
        if (outbox != null) {
            outbox.tell();
        }
    }

    /** For the timer's thread, which must not run a listener (rule TIME-5). */
    void tellElsewhere() {
        if (outbox != null && outbox.isStuck()) {
            settings().seam.start("reliability-breaker-listener", outbox::tell);
        }
    }

    synchronized Snapshot snapshot() {
        return new Snapshot(
                breaker.name(),
                current.state(),
                current.override(),
                current.consecutiveFailures(),
                failures,
                rejections,
                transitions);
    }
}
