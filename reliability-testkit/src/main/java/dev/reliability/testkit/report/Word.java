package dev.reliability.testkit.report;

import dev.reliability.testkit.rule.Mark;
import dev.reliability.testkit.rule.Rule;

/** An outcome as the page words and colours it. */
enum Word {
    BROKEN("broken", "\u2717", "broken", "a try showed that the rule does not hold: the run fails"),
    KEPT("kept", "\u2713", "kept", "no try broke the rule"),
    NOT_KEPT("not kept", "!", "waived", "the rule should hold and does not: reported, the run does not fail"),
    REFUSED("refused", "\u2298", "refused", "the adapter declares that it lacks this, and was seen to refuse it"),
    WAIVED("waived", "\u25cb", "waived", "known to be broken and not run, for the reason that is given"),
    NOT_RUN("not run", "\u2013", "quiet", "no result of this rule for this adapter");

    private final String word;
    private final String sign;
    private final String tone;
    private final String meaning;

    Word(String word, String sign, String tone, String meaning) {
        this.word = word;
        this.sign = sign;
        this.tone = tone;
        this.meaning = meaning;
    }

    static Word of(Result result) {
        return switch (result.outcome()) {
            case "kept" -> KEPT;
            case "refused" -> REFUSED;
            case "waived" -> WAIVED;
            default -> Rule.of(result.rule()).mark() == Mark.S ? NOT_KEPT : BROKEN;
        };
    }

    String word() {
        return word;
    }

    String sign() {
        return sign;
    }

    String tone() {
        return tone;
    }

    String meaning() {
        return meaning;
    }
}
