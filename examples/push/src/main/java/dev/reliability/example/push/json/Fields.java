package dev.reliability.example.push.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reliability.example.push.failure.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, asked for one by one. What is wrong is noted with its path, and the answer is then what
 * stands in for the value, so that the rest can be looked at all the same. A value of null counts as given: it is wrong.
 */
public final class Fields {
    private final JsonNode object;
    private final String path;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(JsonNode object, String path, Problems problems) {
        this.object = object;
        this.path = path;
        this.problems = problems;
    }

    /** The fields of a value, which must be an object; of anything else there are none. */
    public static Fields of(JsonNode value, String path, Problems problems) {
        if (!value.isObject() && !value.isMissingNode()) {
            problems.add(path, "must be an object, but was " + Json.typeOf(value));
            return new Fields(MissingNode.getInstance(), path, problems);
        }
        return new Fields(value, path, problems);
    }

    /** Whether the field is there. */
    public boolean has(String name) {
        known.add(name);
        return object.has(name);
    }

    /** The path of a field. */
    public String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Notes what is wrong with a field. */
    public void problem(String name, String text) {
        problems.add(path(name), text);
    }

    /** A string that is not blank; null if it is not there or wrong. */
    public @Nullable String text(String name) {
        return has(name) ? textOf(object.get(name), path(name)) : null;
    }

    /** A string that is not blank and must be there; empty if it is not. */
    public String requiredText(String name) {
        if (!has(name)) {
            problem(name, "is missing");
            return "";
        }
        String text = text(name);
        return text == null ? "" : text;
    }

    private @Nullable String textOf(JsonNode value, String at) {
        if (!value.isTextual() || value.textValue().isBlank()) {
            problems.add(
                    at,
                    "must be a string that is not blank, but was "
                            + (value.isTextual() ? "blank" : Json.typeOf(value)));
            return null;
        }
        return value.textValue();
    }

    /** A whole number from min to max, however it is written: 1000, 1e3 and 1000.0 are the same number. */
    public int number(String name, int min, int max, int standard) {
        if (!has(name)) {
            return standard;
        }
        JsonNode value = object.get(name);
        double number = value.doubleValue();
        if (!value.isNumber() || number != Math.rint(number) || number < min || number > max) {
            problem(name, "must be a whole number from " + min + " to " + max + ", but was " + shown(value));
            return standard;
        }
        return (int) number;
    }

    /** An array of strings that are not blank; null if it is not there. */
    public @Nullable List<String> texts(String name) {
        if (!has(name)) {
            return null;
        }
        JsonNode value = object.get(name);
        if (!value.isArray()) {
            problem(name, "must be an array, but was " + Json.typeOf(value));
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            String text = textOf(value.get(i), path(name) + "[" + i + "]");
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** An object; one without fields if it is not there. */
    public Fields object(String name) {
        return of(has(name) ? object.get(name) : MissingNode.getInstance(), path(name), problems);
    }

    /** The value of each field, read by its name. */
    public <T> Map<String, T> each(Function<String, @Nullable T> read) {
        Map<String, T> values = new LinkedHashMap<>();
        object.fieldNames().forEachRemaining(name -> {
            T value = read.apply(name);
            if (value != null) {
                values.put(name, value);
            }
        });
        return values;
    }

    /** The value of a field as it is. */
    public JsonNode value(String name) {
        return has(name) ? object.get(name) : MissingNode.getInstance();
    }

    /** Says that all fields were asked for: any other is a problem. */
    public void nothingElse() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problem(name, "is not known here; known are " + String.join(", ", known));
            }
        });
    }

    /** A short text of a value for messages. */
    public static String shown(JsonNode value) {
        return value.isValueNode() ? value.toString() : Json.typeOf(value);
    }
}
