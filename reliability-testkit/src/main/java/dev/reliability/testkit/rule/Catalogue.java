package dev.reliability.testkit.rule;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code rules.txt}; its head says what it looks like. */
final class Catalogue {
    private static final String WHY = "why: ";

    private Catalogue() {}

    static List<RuleArea> parse(String text) {
        List<RuleArea> areas = new ArrayList<>();
        String name = "";
        String subject = "";
        List<Rule> rules = new ArrayList<>();
        for (String block : text.strip().split("\n\n+", -1)) {
            String[] lines = block.split("\n", -1);
            if (lines[0].startsWith("#")) {
                continue;
            }
            if (!lines[0].startsWith("= ")) {
                rules.add(rule(name, lines));
                continue;
            }
            if (!rules.isEmpty()) {
                areas.add(new RuleArea(name, subject, rules));
                rules = new ArrayList<>();
            }
            String[] title = lines[0].substring(2).split(" ", 2);
            name = title[0];
            subject = title.length == 2 ? title[1] : "";
        }
        areas.add(new RuleArea(name, subject, rules));
        return List.copyOf(areas);
    }

    private static Rule rule(String area, String[] lines) {
        String[] head = lines[0].split(" ", -1);
        if (head.length != 2 || !head[0].startsWith(area + "-") || lines.length < 2 || lines.length > 3) {
            throw new IllegalStateException("not a rule of " + area + ": " + String.join(" / ", lines));
        }
        if (lines.length == 3 && !lines[2].startsWith(WHY)) {
            throw new IllegalStateException("not a reason: " + lines[2]);
        }
        String why = lines.length == 3 ? lines[2].substring(WHY.length()) : "";
        return new Rule(head[0], area, Mark.valueOf(head[1]), lines[1], why);
    }
}
