package dev.reliability.example.push.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reliability.example.push.failure.Problems;
import java.util.regex.Pattern;

/** Strict JSON: nothing after the document, no field twice. */
public final class Json {
    /** Reads and writes all JSON of this program. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** What the parser says about itself: a second place, and settings that nobody can reach here. */
    private static final Pattern OF_THE_PARSER =
            Pattern.compile("(?s) \\(start marker at .*|: enable `.*| \\(not recognized as .*");

    private Json() {}

    /**
     * Reads a document. One that is not JSON is a problem with line and column if the parser has them, and reads as missing. A byte order mark at
     * its begin is skipped: some editors write one.
     */
    public static JsonNode read(String text, Problems problems) {
        try {
            return MAPPER.readTree(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            String where = place == null ? "" : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
            problems.add("", what(e) + where);
            return MAPPER.missingNode();
        }
    }

    private static String what(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        if (e instanceof StreamConstraintsException) {
            return message.contains("nesting depth")
                    ? "is nested too deep"
                    : message.startsWith("Number")
                            ? "has a number of too many digits"
                            : "has too long a name or string";
        }
        return "is not JSON: "
                + (e instanceof MismatchedInputException
                        ? "more follows after its end"
                        : OF_THE_PARSER.matcher(message).replaceFirst(""));
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
