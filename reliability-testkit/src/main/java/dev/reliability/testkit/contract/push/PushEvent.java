package dev.reliability.testkit.contract.push;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as plain Java values, ready to be written as JSON: maps with string keys, lists, strings, numbers, booleans
 * and null.
 *
 * <p>Valid is an event whose {@code name} is a string that is not blank ("entity action"); whose {@code data},
 * {@code user} and {@code context} are maps where they are present; whose {@code consent}, where it is present, is a map
 * with boolean values; and whose {@code nested}, where it is present, is a list of maps, each with a {@code type} that is
 * a string and not blank. An absent field is no violation except for {@code name} and {@code type}; null is one.
 * Everything else in an event is left alone.
 *
 * <p>A planted violation stands in the fields like any other value; {@link #violations} says where. Immutable.
 */
public final class PushEvent {
    /** A valid one, for rules in which the event does not matter. */
    static final PushEvent SAMPLE = named("page", "view").with("data", Map.of("title", "Home"));

    private final Map<String, @Nullable Object> fields;
    private final List<String> violations;

    private PushEvent(Map<String, @Nullable Object> fields, List<String> violations) {
        this.fields = Collections.unmodifiableMap(fields);
        this.violations = List.copyOf(violations);
    }

    static PushEvent named(String entity, String action) {
        return new PushEvent(new LinkedHashMap<>(Map.of("name", entity + " " + action)), List.of());
    }

    /** The same event with a field added or replaced by a value that keeps it valid. */
    PushEvent with(String field, Object value) {
        return replaced(field, value, violations);
    }

    /** The same event with a field replaced by a value that is wrong at the path. */
    PushEvent violating(String path, String field, @Nullable Object value) {
        List<String> more = new ArrayList<>(violations);
        more.add(path);
        return replaced(field, value, more);
    }

    /** The same event without its name. */
    PushEvent unnamed() {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>(fields);
        rest.remove("name");
        List<String> more = new ArrayList<>(violations);
        more.add("name");
        return new PushEvent(rest, more);
    }

    private PushEvent replaced(String field, @Nullable Object value, List<String> newViolations) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(fields);
        all.put(field, value);
        return new PushEvent(all, newViolations);
    }

    /**
     * The top level of the event.
     *
     * @return field names and values, in the order in which to write them
     */
    public Map<String, @Nullable Object> fields() {
        return fields;
    }

    /**
     * Where the event is wrong.
     *
     * @return paths such as {@code name}, {@code data}, {@code consent.marketing} or {@code nested[1].type}; empty for a
     *     valid event
     */
    public List<String> violations() {
        return violations;
    }

    /** The first word of the name of a valid event. */
    String entity() {
        return name().substring(0, name().indexOf(' '));
    }

    /** What follows the entity in the name of a valid event. */
    String action() {
        return name().substring(name().indexOf(' ') + 1);
    }

    private String name() {
        return String.valueOf(fields.get("name"));
    }

    @Override
    public String toString() {
        return "event" + fields + (violations.isEmpty() ? "" : " wrong at " + violations);
    }
}
