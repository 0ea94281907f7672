package dev.reliability.testkit.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a rule was broken.
 *
 * @param failedTry the number of the try that failed first
 * @param summary what was expected and what happened, as one sentence
 * @param details all that the failure says
 * @param repeat the command that repeats it
 * @param moments what happened in the shrunk counterexample, in order; empty where nobody noted it
 */
public record Failure(int failedTry, String summary, String details, String repeat, List<Moment> moments) {
    private static final int LONGEST_SUMMARY = 2_000;
    private static final int LONGEST_DETAILS = 20_000;

    /** Cuts what is too long to be shown. */
    public Failure {
        summary = Text.shortened(summary, LONGEST_SUMMARY);
        details = Text.shortened(details, LONGEST_DETAILS);
        moments = Moment.ends(moments);
    }

    Map<String, Object> toJson() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("try", failedTry);
        fields.put("summary", summary);
        fields.put("details", details);
        fields.put("repeat", repeat);
        fields.put("moments", moments.stream().map(Moment::toJson).toList());
        return fields;
    }

    static Failure ofJson(Fields fields) {
        return new Failure(
                (int) fields.number("try"),
                fields.text("summary"),
                fields.text("details"),
                fields.text("repeat"),
                fields.list("moments").map(Moment::ofJson).toList());
    }
}
