package dev.reliability.example.peers;

/** What came of a rule. */
enum Outcome {
    KEPT("✓", "kept"),
    BROKEN("✗", "broken"),
    DIFFERS("≠", "differs: the library means it otherwise"),
    NOT_APPLICABLE("–", "not applicable: the library has nothing that the rule is about"),
    NOT_JUDGED("?", "not judged: the library has it, but the adapter does not ask for it");

    private final String sign;
    private final String meaning;

    Outcome(String sign, String meaning) {
        this.sign = sign;
        this.meaning = meaning;
    }

    String sign() {
        return sign;
    }

    String meaning() {
        return meaning;
    }
}
