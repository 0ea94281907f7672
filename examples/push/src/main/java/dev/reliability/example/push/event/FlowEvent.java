package dev.reliability.example.push.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A checked event.
 *
 * @param id its own, or one made for this push: what the idempotency keys of its deliveries are made of
 * @param name what happened, such as {@code page view}
 * @param json the whole event, its id included
 */
public record FlowEvent(String id, String name, ObjectNode json) {
    /** What the event is about: the name up to its first space. */
    public String entity() {
        int space = name.indexOf(' ');
        return space < 0 ? name : name.substring(0, space);
    }

    /** What happened to it: the name after its first space; null if there is none. */
    public @Nullable String action() {
        int space = name.indexOf(' ');
        return space < 0 ? null : name.substring(space + 1);
    }

    /** Whether the name is of the form ENTITY ACTION. */
    public boolean isWellNamed() {
        return name.matches("\\S+ \\S+");
    }

    /** The data of the event as JSON, an empty object if it has none. */
    public String data() {
        return json.has("data") ? json.get("data").toString() : "{}";
    }
}
