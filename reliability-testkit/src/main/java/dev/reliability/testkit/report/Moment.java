package dev.reliability.testkit.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing that happened in a try, as the report keeps and draws it.
 *
 * @param atNanos when, on the time of the try, from its beginning
 * @param lane the thread; for what began or ended to be so, the name of what it was so of, such as {@code mutex}
 * @param kind what it says
 * @param span joins the beginning and the end of an operation, or of a state; 0 for what has no length
 * @param what the name of the operation, the state, or the note
 * @param value the result or the failure, empty where there is none; for a limit, its instant in nanoseconds
 */
public record Moment(long atNanos, String lane, Kind kind, int span, String what, String value) {
    /** What a moment says. */
    public enum Kind {
        /** An operation has begun. */
        INVOKED,
        /** It has given a result. */
        OK,
        /** It has failed. */
        FAILED,
        /** Nobody knows what came of it. */
        UNKNOWN,
        /** Something else happened. */
        NOTE,
        /** Something begins to be so: a state, a hold, a wait. */
        BEGAN,
        /** It is so no longer. */
        ENDED,
        /** A limit was set: {@code value} says for when. */
        LIMIT,
        /** The rule was found broken. */
        BROKEN,
        /** Here some are left out; {@code value} says how many. */
        OMITTED
    }

    private static final int MOST_OF_EACH_END = 60;
    private static final int LONGEST_TEXT = 400;

    /** Cuts texts that are too long. */
    public Moment {
        lane = Text.shortened(lane, LONGEST_TEXT);
        what = Text.shortened(what, LONGEST_TEXT);
        value = Text.shortened(value, LONGEST_TEXT);
    }

    /**
     * Leaves out the middle of what is too much to be shown.
     *
     * @param all moments in order
     * @return at most 121, one of which says how many are missing
     */
    public static List<Moment> ends(List<Moment> all) {
        int left = all.size() - 2 * MOST_OF_EACH_END;
        if (left <= 0) {
            return List.copyOf(all);
        }
        List<Moment> some = new ArrayList<>(all.subList(0, MOST_OF_EACH_END));
        long at = all.get(MOST_OF_EACH_END).atNanos();
        some.add(new Moment(at, "", Kind.OMITTED, 0, "", String.valueOf(left)));
        some.addAll(all.subList(all.size() - MOST_OF_EACH_END, all.size()));
        return List.copyOf(some);
    }

    Map<String, Object> toJson() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", atNanos);
        fields.put("lane", lane);
        fields.put("kind", kind.name());
        fields.put("span", span);
        fields.put("what", what);
        fields.put("value", value);
        return fields;
    }

    static Moment ofJson(Fields fields) {
        return new Moment(
                fields.number("at"),
                fields.text("lane"),
                Kind.valueOf(fields.text("kind")),
                (int) fields.number("span"),
                fields.text("what"),
                fields.text("value"));
    }
}
