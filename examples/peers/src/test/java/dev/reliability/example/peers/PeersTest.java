package dev.reliability.example.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.rule.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The page says what the contracts find. */
class PeersTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "peers.md");
    private static final boolean WRITE = Boolean.getBoolean("peers.write");

    @TestFactory
    Stream<DynamicTest> eachPeer_doesWhatItsVerdictsSay() {
        return Arrays.stream(Peer.values()).map(peer -> DynamicTest.dynamicTest(peer.title(), () -> judged(peer)));
    }

    private static void judged(Peer peer) {
        Map<String, Judge.Seen> seen = Judge.of(peer);
        List<String> wrong = new ArrayList<>();
        for (Rule rule : peer.rules()) {
            if (!Verdicts.isJudged(peer, rule.id(), Judge.FULL)) {
                continue;
            }
            Judge.Seen cell = seen.getOrDefault(rule.id(), Judge.Seen.NOTHING);
            Outcome outcome = Verdicts.outcome(peer, rule.id());
            if (!cell.matches(outcome)) {
                wrong.add(rule.id() + ": the verdict is " + outcome + ", the contract says " + cell.report() + "\n"
                        + cell.failure() + "\nlook at it: " + peer.command(rule.id())
                        + "\nchange its verdict, then write the page: examples/peers/judge --write");
            }
        }
        assertThat(wrong).as(peer.title()).isEmpty();
    }

    @Test
    void page_isWhatTheVerdictsSay() throws IOException {
        if (WRITE) {
            Files.writeString(PAGE, PeersPage.of((peer, rule) -> {
                Judge.Seen cell = Judge.of(peer).get(rule);
                return cell == null ? "" : cell.failure();
            }));
        }
        String page = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        assertThat(PeersPage.withoutExamples(page))
                .as("write it by examples/peers/judge --write")
                .isEqualTo(PeersPage.withoutExamples(PeersPage.of((peer, rule) -> "")));
    }
}
