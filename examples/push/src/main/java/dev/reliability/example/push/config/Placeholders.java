package dev.reliability.example.push.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.reliability.example.push.failure.Problems;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills <code>${NAME}</code> in the strings of a configuration from the environment variables; <code>$${</code> stands
 * for <code>${</code>. What is filled in is not looked at again. The flow's own JavaScript is left alone, for there
 * <code>${</code> has a meaning of its own.
 */
final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)}|\\$\\{");

    private final Map<String, String> variables;
    private final Problems problems;

    Placeholders(Map<String, String> variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /** Whether a string that was not filled may hold a placeholder. In a filled one <code>${</code> is plain text. */
    static boolean in(String text) {
        return text.contains("${");
    }

    /** Fills everything below a node, in place. */
    void fill(ObjectNode object, String path) {
        object.properties().forEach(field -> {
            String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (!at.equals("flow")) {
                field.setValue(filled(field.getValue(), at));
            }
        });
    }

    private JsonNode filled(JsonNode value, String path) {
        if (value instanceof ObjectNode object) {
            fill(object, path);
        } else if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, filled(array.get(i), path + "[" + i + "]"));
            }
        } else if (value.isTextual()) {
            return TextNode.valueOf(filled(value.textValue(), path));
        }
        return value;
    }

    private String filled(String text, String path) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(found.group().equals("$${") ? "${" : valueOf(found.group(1), path)));
    }

    private String valueOf(@Nullable String name, String path) {
        if (name == null) {
            problems.add(path, "has a placeholder that is not of the form ${NAME}; write $${ for a plain ${");
            return "";
        }
        String value = variables.get(name);
        if (value == null) {
            problems.add(path, "needs the environment variable " + name + ", which is not set");
            return "unset";
        }
        return value;
    }
}
