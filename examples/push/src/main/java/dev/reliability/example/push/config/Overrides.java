package dev.reliability.example.push.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an environment changes: its values laid over those of the configuration, objects field by field, anything else as
 * a whole; null takes a field away (a JSON Merge Patch, RFC 7396). Remembers what came from the environment, so that a
 * problem in the result is told where its cause stands.
 */
final class Overrides {
    private final String environment;
    private final Set<String> own = new HashSet<>();
    private final JsonNode merged;

    Overrides(JsonNode base, String environment, JsonNode override) {
        this.environment = environment;
        ObjectNode bare = base.deepCopy();
        bare.remove("environments");
        this.merged = merge(bare, override, "");
    }

    JsonNode merged() {
        return merged;
    }

    private JsonNode merge(@Nullable JsonNode base, JsonNode override, String path) {
        if (!override.isObject()) {
            own.add(path);
            return override;
        }
        ObjectNode result;
        if (base instanceof ObjectNode object) {
            result = object;
        } else {
            own.add(path);
            result = JsonNodeFactory.instance.objectNode();
        }
        override.properties().forEach(field -> {
            String name = field.getKey();
            if (field.getValue().isNull()) {
                result.remove(name);
            } else {
                String at = path.isEmpty() ? name : path + "." + name;
                result.set(name, merge(result.get(name), field.getValue(), at));
            }
        });
        return result;
    }

    /** Where the value at a path of the merged configuration stands in the written one. */
    String placeOf(String path) {
        for (int end = path.length();
                end > 0;
                end = Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1))) {
            if (own.contains(path.substring(0, end))) {
                return "environments." + environment + "." + path;
            }
        }
        return path;
    }
}
