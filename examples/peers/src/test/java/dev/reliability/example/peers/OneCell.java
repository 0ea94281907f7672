package dev.reliability.example.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Runs one cell, for {@code examples/peers/judge CLASS RULE}: not a part of the build. */
class OneCell {
    @Test
    void cell_givesItsVerdict() {
        String name = System.getProperty("peers.class", "");
        String rule = System.getProperty("peers.rule", "");
        Peer peer = Arrays.stream(Peer.values())
                .filter(known -> known.contract().getSimpleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no contract of a peer is called \"" + name + "\""));
        assertThat(peer.rules()).as("rules of " + peer.area()).extracting("id").contains(rule);
        Judge.Seen seen = Judge.cell(peer, rule);
        Verdict verdict = Verdicts.of(peer, rule);
        System.out.println(rule + " of " + peer.title() + " " + peer.library().version() + ", " + peer.mode() + ": "
                + Verdicts.outcome(peer, rule) + (verdict == null ? "" : ". " + verdict.reason()));
        System.out.println("The contract says: " + seen.report() + "\n" + seen.failure());
        assertThat(seen.matches(Verdicts.outcome(peer, rule)))
                .as("the verdict " + Verdicts.outcome(peer, rule) + " is given")
                .isTrue();
    }
}
