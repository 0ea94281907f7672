package dev.reliability.example.push.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reliability.example.push.failure.Problems;

/** Strict JSON: nothing after the document, no field twice. */
public final class Json {
    /** Reads and writes all JSON of this program. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** Reads a document; one that is not JSON is a problem with line and column, and reads as missing. */
    public static JsonNode read(String text, Problems problems) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            String where = place == null ? "" : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
            // Without the second place that some messages have.
            String what = e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
            problems.add("", "is not JSON: " + what + where);
            return MAPPER.missingNode();
        }
    }

    /** What a value is, for messages. */
    public static String typeOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            default -> "missing";
        };
    }
}
