package dev.reliability.testkit.contract;

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
        NOTE
    }

    /**
     * One event.
     *
     * @param operation the number of the operation, from 1; 0 for a note
     * @param atNanos when, on {@link World#time}, from the beginning of the try
     * @param thread on which thread
     * @param kind what it says
     * @param what the name of the operation, or the note
     * @param value the result or the failure, null where there is none
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
                case NOTE -> value == null ? "" : " " + value;
                case INVOKED -> "";
                case OK -> " -> " + value;
                case FAILED -> " failed: " + value;
                case UNKNOWN -> " -> unknown";
            };
            String number = operation == 0 ? "" : "#" + operation + " ";
            return String.format("%,d ns [%s] %s%s%s", atNanos, thread, number, what, end);
        }
    }

    private static final int MOST_PRINTED = 60; // of each end

    private final LongSupplier clock;
    private final List<Event> events = new ArrayList<>(); // guarded by this
    private final List<String> operations = new ArrayList<>(); // guarded by this

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
        return new AssertionError("expected " + expected + ", but " + seen + "\n  history:" + this);
    }

    private void add(int operation, Kind kind, String what, @Nullable Object value) {
        events.add(
                new Event(operation, clock.getAsLong(), Thread.currentThread().getName(), kind, what, value));
    }

    /** A line for each event; the middle of a long history is left out. */
    @Override
    public String toString() {
        List<Event> all = events();
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
