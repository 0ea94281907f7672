package dev.reliability.example.peers;

/**
 * What somebody who has read the library's documentation and source says of a cell that is not simply kept.
 *
 * @param peer the column
 * @param rule the row, by its id
 * @param outcome what the run has to give
 * @param reason why, in a sentence or two
 * @param source where it can be read: a class of the library with its method, or an address of its documentation
 */
record Verdict(Peer peer, String rule, Outcome outcome, String reason, String source) {
    static Verdict broken(Peer peer, String rule, String reason, String source) {
        return new Verdict(peer, rule, Outcome.BROKEN, reason, source);
    }

    static Verdict differs(Peer peer, String rule, String reason, String source) {
        return new Verdict(peer, rule, Outcome.DIFFERS, reason, source);
    }

    /** Kept, but not without a remark. */
    static Verdict noted(Peer peer, String rule, String remark) {
        return new Verdict(peer, rule, Outcome.KEPT, remark, "");
    }

    static Verdict none(Peer peer, String rule, String reason) {
        return new Verdict(peer, rule, Outcome.NOT_APPLICABLE, reason, "");
    }

    static Verdict unjudged(Peer peer, String rule, String reason) {
        return new Verdict(peer, rule, Outcome.NOT_JUDGED, reason, "");
    }
}
