package dev.reliability.testkit.rule;

/** Who has to keep a rule. */
public enum Mark {
    /** Every adapter: it can be seen from outside. */
    E("every adapter", "can be seen from outside: any adapter must keep it"),
    /** Adapters with an optional capability: on by default, and what is declared unsupported is tested to refuse. */
    O("optional", "an optional capability: on by default; an adapter that declares it unsupported is tested to refuse"),
    /** It should be so: reported, does not fail the run. */
    S("should", "reported, does not fail the run"),
    /** Only the library itself: internal, tested in its own build. */
    I("internal", "internal to this library: tested in its own build only");

    private final String title;
    private final String meaning;

    Mark(String title, String meaning) {
        this.title = title;
        this.meaning = meaning;
    }

    /**
     * The mark in words.
     *
     * @return one or two words
     */
    public String title() {
        return title;
    }

    /**
     * What the mark says about a rule.
     *
     * @return half a sentence
     */
    public String meaning() {
        return meaning;
    }
}
