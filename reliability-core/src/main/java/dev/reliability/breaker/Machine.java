package dev.reliability.breaker;

import dev.reliability.EventListener;
import dev.reliability.base.Events;
import dev.reliability.base.Layer;
import dev.reliability.base.Nanos;
import dev.reliability.breaker.CircuitBreaker.ManualOverride;
import dev.reliability.breaker.CircuitBreaker.Snapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
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
 * transition puts a new period in the place of the old one; it happens in the monitor of the old one, only if that is
 * still there, and adds its event in the same step, so that events have the order of the transitions. Whoever comes with
 * a period that is over changes nothing. Nothing in the monitor waits or calls out. No timer makes a transition but the
 * call limit's; the open time and the leases are looked at by whoever comes.
 *
 * <p>Memory ordering: {@code current} is volatile and written only in the monitor of the period that it held, so each
 * transition happens before the next one, whose monitor is that of the period it published. Periods are published by that
 * write, and what they count is volatile, atomic or in a monitor of its own. A record that makes a transition happens
 * before every admission by the new period, and all that the recording thread did before with it.
 *
 * <p>Counts: a failure that opens is counted within the transition, any other outcome after its period has taken it. A
 * snapshot reads the period first and lets the counts be no less than what the period says, so that an outcome which is
 * just being counted makes no contradiction.
 *
 * <p>The breaker is one object with its machine, since a program may have a million of them: 64 bytes, and 24 for a
 * closed period (rule BREAKER-16).
 */
abstract sealed class Machine extends Layer permits CircuitBreaker {
    private static final VarHandle FAILURES;
    private static final VarHandle IGNORED;
    private static final VarHandle REJECTIONS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            FAILURES = lookup.findVarHandle(Machine.class, "failures", long.class);
            IGNORED = lookup.findVarHandle(Machine.class, "ignored", long.class);
            REJECTIONS = lookup.findVarHandle(Machine.class, "rejections", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final String name;
    private final Settings settings;
    private final @Nullable Outbox outbox; // null: nobody listens
    private final @Nullable LongAdder successes; // null: they are not counted
    private volatile Period current; // written in the monitor of the period that it holds
    private volatile long failures; // that were counted by a current period
    private volatile long ignored;
    private volatile long rejections;
    private long transitions; // guarded by the monitor of the current period

    Machine(String name, Settings settings) {
        this.name = name;
        this.settings = settings;
        EventListener listener = settings.listener;
        this.outbox = listener == null ? null : new Outbox(name, listener);
        this.successes = settings.counting ? new LongAdder() : null;
        this.current = initial();
    }

    private Period initial() {
        return switch (settings.initialState) {
            case CLOSED -> settings.trip.closed();
            case OPEN -> new Open(null, now() + withJitter(settings.openForNanos), settings.openForNanos);
            case HALF_OPEN -> new HalfOpen(null, settings.openForNanos, settings.probes);
        };
    }

    final Settings settings() {
        return settings;
    }

    final long now() {
        return settings.seam.nanoTime();
    }

    final void checkpoint() {
        settings.seam.checkpoint();
    }

    final Period current() {
        return current;
    }

    final boolean isCurrent(Period period) {
        return current == period;
    }

    final boolean isHealthy() {
        return current instanceof Closed closed && closed.isHealthy(this);
    }

    final Admission admit() {
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
                        this, period.state(), period.override(), period.remainingNanos(now), settings.probes);
            }
        }
    }

    final @Nullable Admission tryAdmit() {
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

    final void countFailure() {
        FAILURES.getAndAdd(this, 1L);
    }

    final void countIgnored() {
        IGNORED.getAndAdd(this, 1L);
    }

    /** Counts a success, if successes are counted. */
    final void countSuccess() {
        LongAdder counter = successes;
        if (counter != null) {
            counter.increment();
        }
    }

    /** Counts a success of a period, if that is not over and successes are counted. */
    final void countSuccessOf(Period period) {
        if (successes != null && isCurrent(period)) {
            countSuccess();
        }
    }

    /** Opens as of an instant. The outcome that made it do so counts if this is what ends the period. */
    final void open(Period from, BreakerFailure cause, long atNanos, boolean byFailure) {
        long openNanos = from.nextOpenNanos(settings);
        long lengthened = withJitter(openNanos);
        Open open = new Open(cause, atNanos + lengthened, openNanos);
        BreakerEvent event =
                !isHeard() ? null : new BreakerEvent.Opened(name, from.state(), cause, Duration.ofNanos(lengthened));
        move(from, open, event, byFailure ? Counts.FAILURE : Counts.SUCCESS);
    }

    /** Never shorter, so that jitter cannot bring the probes of a fleet forward. */
    private long withJitter(long nanos) {
        double fraction = settings.openTimeJitter;
        return fraction == 0
                ? nanos
                : Math.min(
                        nanos
                                + (long) (nanos
                                        * fraction
                                        * settings.seam.random().nextDouble()),
                        Nanos.MAX);
    }

    final void halfOpen(Open from, HalfOpen to) {
        move(from, to, !isHeard() ? null : new BreakerEvent.HalfOpened(name));
    }

    final void close(HalfOpen from) {
        move(from, settings.trip.closed(), !isHeard() ? null : new BreakerEvent.Closed(name));
    }

    final void beginAnew() {
        BreakerEvent event = !isHeard() ? null : new BreakerEvent.WasReset(name);
        for (Period from = current; !move(from, settings.trip.closed(), event); from = current) {
            Thread.onSpinWait();
        }
        tell();
    }

    final void override(ManualOverride override) {
        BreakerEvent event = !isHeard() ? null : new BreakerEvent.Overridden(name, override);
        for (Period from = current; from.override() != override; from = current) {
            if (move(from, new Overridden(override, from), event)) {
                break;
            }
        }
        tell();
    }

    final void resume() {
        for (Period from = current; from.override() != ManualOverride.NONE; from = current) {
            BreakerEvent event = !isHeard() ? null : new BreakerEvent.OverrideEnded(name, from.state());
            if (move(from, from.again(settings), event)) {
                break;
            }
        }
        tell();
    }

    private boolean move(Period from, Period to, @Nullable BreakerEvent event) {
        return move(from, to, event, Counts.NOTHING);
    }

    private boolean isHeard() {
        return outbox != null || Events.isHeard(null);
    }

    private boolean move(Period from, Period to, @Nullable BreakerEvent event, Counts by) {
        boolean moved = tryMove(from, to, event, by);
        if (moved && outbox == null && event != null) {
            Events.tell(null, event); // into a recording
        }
        return moved;
    }

    /** The one step from period to period; false if somebody else ended the old one. */
    private boolean tryMove(Period from, Period to, @Nullable BreakerEvent event, Counts by) {
        checkpoint();
        synchronized (from) {
            if (current != from) {
                return false;
            }
            if (outbox != null && event != null) {
                outbox.add(event);
            }
            if (by == Counts.FAILURE) {
                countFailure();
            } else if (by == Counts.SUCCESS) {
                countSuccess();
            }
            transitions++;
            current = to;
            return true;
        }
    }

    final Snapshot read() {
        while (true) {
            Period period = current;
            int consecutive = period.consecutiveFailures();
            Window.Figures window = period.window(this);
            synchronized (period) {
                if (current == period) {
                    return snapshot(period, consecutive, window);
                }
            }
        }
    }

    private Snapshot snapshot(Period period, int consecutive, Window.Figures window) {
        long failed = Math.max(failures, Math.max(consecutive, period.windowFailures(window)));
        long neutral = ignored;
        OptionalLong succeeded = successes == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(successes.sum(), window.calls() - failed));
        return new Snapshot(
                name,
                period.state(),
                period.override(),
                consecutive,
                window.calls(),
                window.hits(),
                succeeded,
                failed,
                neutral,
                rejections,
                transitions);
    }

    /** Tells what there is to tell, on this thread, unless another one does. */
    final void tell() {
        if (outbox != null) {
            outbox.tell();
        }
    }

    /** For the timer's thread, which must not run a listener (rule TIME-5). */
    final void tellElsewhere() {
        if (outbox != null && outbox.isStuck()) {
            settings.seam.start("reliability-breaker-listener", outbox::tell);
        }
    }

    /** What a transition counts as. */
    private enum Counts {
        NOTHING,
        FAILURE,
        SUCCESS
    }
}
