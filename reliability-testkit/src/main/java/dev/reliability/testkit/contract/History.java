package dev.reliability.testkit.contract;

import dev.reliability.testkit.report.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one try, in order: operations that began and how they ended, and notes.
 *
 * <p>An operation that has no end in the history may have taken effect or not: its outcome is unknown. What is judged from
 * a history is a function of its events alone. Thread-safe; the order is that in which the methods were called.
 */
public final class History {
    /** What an event says. */
    public enum Kind {
        /** An operation has begun. */
        INVOKED,
        /** It has given a result. */
        OK,
        /** It has failed, and not taken effect. */
        FAILED,
        /** Nobody knows whether it has taken effect, or will. */
        UNKNOWN,
        /** Something else happened that matters to the reader. */
        NOTE,
        /** Something begins to be so, such as a state or a hold: drawn, not printed. */
        BEGAN,
        /** It is so no longer: drawn, not printed. */
        ENDED,
        /** A limit was set, for an instant: drawn, not printed. */
        LIMIT,
        /** The rule was found broken: drawn; the failure has the words. */
        BROKEN;

        boolean isPrinted() {
            return compareTo(NOTE) <= 0;
        }
    }

    /**
     * One event.
     *
     * @param operation the number of the operation, or of what began to be so, each from 1; 0 where there is none
     * @param atNanos when, on {@link World#time}, from the beginning of the try
     * @param thread on which thread
     * @param kind what it says
     * @param what the name of the operation, or the note; of what began or ended to be so, what it is about
     * @param value the result, the failure, what is so, or the instant of the limit; null where there is none
     */
    public record Event(
            int operation,
            long atNanos,
            String thread,
            Kind kind,
            String what,
            @Nullable Object value) {
        @Override
        public String toString() {
            String end = switch (kind) {
                case NOTE, BEGAN, ENDED, LIMIT, BROKEN -> value == null ? "" : " " + value;
                case INVOKED -> "";
                case OK -> " -> " + value;
                case FAILED -> " failed: " + value;
                case UNKNOWN -> " -> unknown";
            };
            String number = operation == 0 ? "" : "#" + operation + " ";
            return String.format("%,d ns [%s] %s%s%s", atNanos, thread, number, what, end);
        }
    }

    /** Separates what was expected and seen from what happened. */
    static final String HEADING = "\n  history:";

    private static final int MOST_PRINTED = 60; // of each end

    private final LongSupplier clock;
    private final List<Event> events = new ArrayList<>(); // guarded by this
    private final List<String> operations = new ArrayList<>(); // guarded by this
    private final List<@Nullable Event> begun = new ArrayList<>(); // what began to be so; guarded by this

    History(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * An operation begins.
     *
     * @param what its name, with its arguments
     * @return its number, for its end
     */
    public synchronized int invoked(String what) {
        operations.add(what);
        add(operations.size(), Kind.INVOKED, what, null);
        return operations.size();
    }

    /**
     * An operation has given a result.
     *
     * @param operation its number
     * @param value the result
     */
    public synchronized void ok(int operation, @Nullable Object value) {
        add(operation, Kind.OK, operations.get(operation - 1), value);
    }

    /**
     * An operation has failed and has not taken effect.
     *
     * @param operation its number
     * @param failure with what
     */
    public synchronized void failed(int operation, Throwable failure) {
        add(operation, Kind.FAILED, operations.get(operation - 1), failure);
    }

    /**
     * An operation was given up, and nobody knows whether it has taken effect.
     *
     * @param operation its number
     */
    public synchronized void unknown(int operation) {
        add(operation, Kind.UNKNOWN, operations.get(operation - 1), null);
    }

    /**
     * Something else happened.
     *
     * @param what for the reader
     */
    public synchronized void note(String what) {
        add(0, Kind.NOTE, what, null);
    }

    /**
     * Something begins to be so: drawn as a bar, and not printed.
     *
     * @param about what it is about, such as {@code mutex}: bars about the same stand together
     * @param now what is so from now on, such as {@code held by worker 1}
     * @return its number, for its end
     */
    public synchronized int began(String about, String now) {
        int number = begun.size() + 1;
        add(number, Kind.BEGAN, about, now);
        begun.add(events.get(events.size() - 1));
        return number;
    }

    /**
     * It is so no longer; a second time, or with number 0, nothing happens.
     *
     * @param number of what began
     */
    public synchronized void ended(int number) {
        Event event = number > 0 ? begun.get(number - 1) : null;
        if (event != null) {
            begun.set(number - 1, null);
            Event last = events.get(events.size() - 1);
            if (last == event && last.atNanos() == clock.getAsLong()) {
                events.remove(events.size() - 1); // no time passed and nothing happened: it was never so
            } else {
                add(number, Kind.ENDED, event.what(), event.value());
            }
        }
    }

    /**
     * What is about the same has one state at a time: drawn where it changes, and not printed.
     *
     * @param about what it is about, such as {@code breaker}
     * @param now its state from now on, or still
     */
    public synchronized void state(String about, Object now) {
        String text = String.valueOf(now);
        for (int i = begun.size(); i > 0; i--) {
            Event last = begun.get(i - 1);
            if (last != null && last.what().equals(about)) {
                if (text.equals(last.value())) {
                    return;
                }
                ended(i);
                break;
            }
        }
        int unused = began(about, text);
    }

    /**
     * The calling thread has a limit: drawn, and not printed.
     *
     * @param what kind of limit
     * @param nanos nanoseconds from now, on {@link World#time}; what has no end counts as the latest instant there is
     */
    public synchronized void limit(String what, long nanos) {
        long at = clock.getAsLong() + nanos;
        add(0, Kind.LIMIT, what, at < 0 ? Long.MAX_VALUE : at);
    }

    /**
     * Runs an operation between its two events.
     *
     * @param what its name, with its arguments
     * @param body the operation
     * @return its result
     * @throws Throwable what it failed with
     */
    public @Nullable Object record(String what, Body body) throws Throwable {
        int operation = invoked(what);
        try {
            Object value = body.run();
            ok(operation, value);
            return value;
        } catch (Throwable failure) {
            failed(operation, failure);
            throw failure;
        }
    }

    /**
     * All that has happened so far.
     *
     * @return a copy, in order
     */
    public synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /**
     * Judges: a rule is broken unless it is kept.
     *
     * @param kept whether it is
     * @param expected what the rule asks for, to follow "expected"
     * @param seen what happened instead, to follow "but"
     */
    public void expect(boolean kept, String expected, @Nullable Object seen) {
        if (!kept) {
            throw broken(expected, seen);
        }
    }

    /**
     * Words a broken rule, with the history.
     *
     * @param expected what the rule asks for, to follow "expected"
     * @param seen what happened instead, to follow "but"
     * @return an error to be thrown
     */
    public AssertionError broken(String expected, @Nullable Object seen) {
        AssertionError broken = new AssertionError("expected " + expected + ", but " + seen + HEADING + this);
        synchronized (this) {
            add(0, Kind.BROKEN, "expected " + expected, "but " + seen);
        }
        return broken;
    }

    /** The events for the report. */
    List<Moment> moments() {
        return events().stream().map(History::moment).toList();
    }

    private static Moment moment(Event event) {
        boolean lasts = event.kind() == Kind.BEGAN || event.kind() == Kind.ENDED;
        int number = lasts ? -event.operation() : event.operation(); // numbered apart from the operations
        return new Moment(
                event.atNanos(),
                lasts ? event.what() : event.thread(),
                Moment.Kind.valueOf(event.kind().name()),
                number,
                lasts ? text(event.value()) : event.what(),
                lasts || event.value() == null ? "" : text(event.value()));
    }

    /** What the adapter's own objects say they are; the report must not fail where that fails. */
    private static String text(@Nullable Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException | StackOverflowError e) {
            return "(its toString threw " + e.getClass().getName() + ")";
        }
    }

    private void add(int operation, Kind kind, String what, @Nullable Object value) {
        events.add(
                new Event(operation, clock.getAsLong(), Thread.currentThread().getName(), kind, what, value));
    }

    /** A line for each event; the middle of a long history is left out. */
    @Override
    public String toString() {
        List<Event> all =
                events().stream().filter(event -> event.kind().isPrinted()).toList();
        int left = all.size() - 2 * MOST_PRINTED;
        if (left <= 0) {
            return lines(all);
        }
        return lines(all.subList(0, MOST_PRINTED)) + "\n    ... " + left + " more ..."
                + lines(all.subList(all.size() - MOST_PRINTED, all.size()));
    }

    private static String lines(List<Event> some) {
        return some.stream().map(event -> "\n    " + event).collect(Collectors.joining());
    }
}
