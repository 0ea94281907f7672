package dev.reliability.testkit.rule;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One promise, with an id that never changes.
 *
 * @param id area and number, such as {@code PUSH-1}
 * @param area the part of the id before the number
 * @param mark who has to keep it
 * @param text what is promised
 * @param why the real defect behind it, or empty
 */
public record Rule(String id, String area, Mark mark, String text, String why) {
    private static final List<RuleArea> AREAS = read();
    private static final Map<String, Rule> BY_ID = AREAS.stream()
            .flatMap(area -> area.rules().stream())
            .collect(Collectors.toUnmodifiableMap(Rule::id, Function.identity()));

    /**
     * Checks that nothing is null.
     *
     * @param id area and number
     * @param area the part of the id before the number
     * @param mark who has to keep it
     * @param text what is promised
     * @param why the real defect behind it
     */
    public Rule {
        requireNonNull(id, "id");
        requireNonNull(area, "area");
        requireNonNull(mark, "mark");
        requireNonNull(text, "text");
        requireNonNull(why, "why");
    }

    /**
     * The rule with an id.
     *
     * @param id such as {@code PUSH-1}
     * @return the rule
     * @throws IllegalArgumentException if there is none
     */
    public static Rule of(String id) {
        Rule rule = BY_ID.get(requireNonNull(id, "id"));
        if (rule == null) {
            throw new IllegalArgumentException("id must be that of a rule, such as PUSH-1, but was " + id);
        }
        return rule;
    }

    /**
     * All rules, in the order of the catalogue.
     *
     * @return an immutable list
     */
    public static List<Rule> all() {
        return AREAS.stream().flatMap(area -> area.rules().stream()).toList();
    }

    /**
     * All areas, in the order of the catalogue.
     *
     * @return an immutable list
     */
    public static List<RuleArea> areas() {
        return AREAS;
    }

    private static List<RuleArea> read() {
        try (InputStream in = requireNonNull(Rule.class.getResourceAsStream("rules.txt"), "rules.txt")) {
            return Catalogue.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
