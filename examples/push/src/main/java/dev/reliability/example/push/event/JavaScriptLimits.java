package dev.reliability.example.push.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reliability.example.push.failure.Problems;

/** Refuses what JSON can say and the flow's JavaScript cannot hold: it would fail there, or become something else. */
final class JavaScriptLimits {
    private final Problems problems;

    JavaScriptLimits(Problems problems) {
        this.problems = problems;
    }

    /** Checks an event, which is the first level itself. */
    void check(JsonNode event) {
        event.properties().forEach(field -> {
            if (isDeeper(field.getValue(), EventCheck.MAX_DEPTH - 1)) {
                problems.add(field.getKey(), "is nested deeper than " + EventCheck.MAX_DEPTH + " levels");
            } else {
                checkNumbers(field.getValue(), field.getKey());
            }
        });
    }

    private static boolean isDeeper(JsonNode value, int levels) {
        if (!value.isContainerNode()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : value) {
            if (isDeeper(child, levels - 1)) {
                return true;
            }
        }
        return false;
    }

    private void checkNumbers(JsonNode value, String path) {
        if (value.isNumber() && !Double.isFinite(value.doubleValue())) {
            problems.add(path, "must be a number that JavaScript has, at most 1.797e308");
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                checkNumbers(value.get(i), path + "[" + i + "]");
            }
        } else {
            value.properties().forEach(field -> checkNumbers(field.getValue(), path + "." + field.getKey()));
        }
    }
}
