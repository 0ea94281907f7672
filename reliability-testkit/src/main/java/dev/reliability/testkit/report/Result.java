package dev.reliability.testkit.report;

import dev.reliability.testkit.json.Json;
import dev.reliability.testkit.rule.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What came of one rule for one adapter.
 *
 * @param rule its id
 * @param adapter what was under test
 * @param own whether that belongs to the project that ran the rule
 * @param mode where it was tried
 * @param tries how many tries were carried out
 * @param outcome {@code kept}, {@code broken}, {@code refused} or {@code waived}
 * @param at when, ISO-8601 with seconds, in UTC
 * @param jdk the version of Java that ran it
 * @param seed what fixed the data, empty where nothing was tried
 * @param effort how many tries, in words, and why no more
 * @param note why it was waived; or what should be so, and is not; or empty
 * @param failure null unless it was broken
 */
public record Result(
        String rule,
        String adapter,
        boolean own,
        String mode,
        int tries,
        String outcome,
        String at,
        String jdk,
        String seed,
        String effort,
        String note,
        @Nullable Failure failure) {
    private static final int LONGEST_NAME = 200;
    private static final Map<String, Integer> ORDER = order();

    /** Cuts a name that is too long to be shown. */
    public Result {
        adapter = Text.shortened(adapter, LONGEST_NAME);
    }

    private static Map<String, Integer> order() {
        List<Rule> all = Rule.all();
        return IntStream.range(0, all.size())
                .boxed()
                .collect(Collectors.toMap(i -> all.get(i).id(), Function.identity()));
    }

    /** Sorts by the catalogue. */
    String key() {
        return String.format("%04d %s", ORDER.get(rule), adapter);
    }

    String toJson() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("rule", rule);
        fields.put("adapter", adapter);
        fields.put("own", own);
        fields.put("mode", mode);
        fields.put("tries", tries);
        fields.put("outcome", outcome);
        fields.put("at", at);
        fields.put("jdk", jdk);
        fields.put("seed", seed);
        fields.put("effort", effort);
        fields.put("note", note);
        if (failure != null) {
            fields.put("failure", failure.toJson());
        }
        return Json.write(fields);
    }

    /** @throws IllegalArgumentException if it does not speak of a rule of the catalogue */
    static Result ofJson(Fields fields) {
        Fields failure = fields.object("failure");
        return new Result(
                Rule.of(fields.text("rule")).id(),
                fields.text("adapter"),
                fields.flag("own"),
                fields.text("mode"),
                (int) fields.number("tries"),
                fields.text("outcome"),
                fields.text("at"),
                fields.text("jdk"),
                fields.text("seed"),
                fields.text("effort"),
                fields.text("note"),
                failure == null ? null : Failure.ofJson(failure));
    }
}
