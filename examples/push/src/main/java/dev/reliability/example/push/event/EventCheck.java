package dev.reliability.example.push.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reliability.example.push.failure.Problems;
import dev.reliability.example.push.json.Fields;
import dev.reliability.example.push.json.Json;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks an event. Fields that are not named here may hold anything. */
public final class EventCheck {
    /** An event that is nested deeper is refused. The event itself is the first level. */
    public static final int MAX_DEPTH = 200;

    private static final List<String> OBJECTS = List.of("data", "user", "context", "consent");

    /** What may stand in an HTTP header without quoting. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~:@/+=-]{1,128}");

    private EventCheck() {}

    /** The event of a JSON text; null if something is wrong with it, all of which is then among the problems. */
    public static @Nullable FlowEvent check(String text, Problems problems) {
        JsonNode event = Json.read(text, problems);
        if (!problems.isEmpty()) {
            return null;
        }
        // An empty text reads as missing.
        Fields fields = Fields.of(event instanceof MissingNode ? Json.MAPPER.nullNode() : event, "", problems);
        if (!(event instanceof ObjectNode object)) {
            return null;
        }
        new JavaScriptLimits(problems).check(event);
        String name = fields.requiredText("name");
        OBJECTS.forEach(fields::object);
        Fields consent = Fields.of(
                fields.value("consent").isObject() ? fields.value("consent") : MissingNode.getInstance(),
                "consent",
                problems);
        consent.each(purpose -> checked(consent, purpose));
        nested(fields.value("nested"), "nested", problems);
        String id = id(fields);
        if (!problems.isEmpty()) {
            return null;
        }
        object.put("id", id);
        return new FlowEvent(id, name, object);
    }

    private static boolean checked(Fields consent, String purpose) {
        boolean isBoolean = consent.value(purpose).isBoolean();
        if (!isBoolean) {
            consent.problem(purpose, "must be true or false, but was " + Json.typeOf(consent.value(purpose)));
        }
        return isBoolean;
    }

    private static void nested(JsonNode nested, String path, Problems problems) {
        if (nested.isMissingNode()) {
            return;
        }
        if (!nested.isArray()) {
            problems.add(path, "must be an array, but was " + Json.typeOf(nested));
            return;
        }
        for (int i = 0; i < nested.size(); i++) {
            Fields entity = Fields.of(nested.get(i), path + "[" + i + "]", problems);
            if (nested.get(i).isObject()) {
                entity.requiredText("type");
                entity.object("data");
                nested(entity.value("nested"), entity.path("nested"), problems);
            }
        }
    }

    private static String id(Fields fields) {
        String id = fields.text("id");
        if (id == null) {
            return UUID.randomUUID().toString();
        }
        if (!ID.matcher(id).matches()) {
            fields.problem("id", "must be 1 to 128 letters, digits and . _ ~ : @ / + = -");
        }
        return id;
    }
}
