package dev.reliability.testkit.rule;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Rules about one subject.
 *
 * @param name the part of the ids before the number
 * @param subject what it is about, or empty where the name says it
 * @param rules in the order of their numbers
 */
public record RuleArea(String name, String subject, List<Rule> rules) {
    /**
     * Copies the list and checks that nothing else is null.
     *
     * @param name the part of the ids before the number
     * @param subject what it is about
     * @param rules in the order of their numbers
     */
    public RuleArea {
        requireNonNull(name, "name");
        requireNonNull(subject, "subject");
        rules = List.copyOf(rules);
    }
}
