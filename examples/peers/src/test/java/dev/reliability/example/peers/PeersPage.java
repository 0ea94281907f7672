package dev.reliability.example.peers;

import dev.reliability.testkit.rule.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Renders docs/peers.md. */
final class PeersPage {
    private static final int LONGEST = 12; // lines of a counterexample

    private PeersPage() {}

    /** The page, with the counterexample that is known of a cell. */
    static String of(BiFunction<Peer, String, String> examples) {
        StringBuilder page = new StringBuilder(PageHead.text());
        page.append("\n## How many cells\n\n").append(counts());
        Arrays.stream(Peer.values()).map(Peer::area).distinct().forEach(area -> matrix(page, area));
        for (Peer peer : Peer.values()) {
            notes(page, peer, examples);
        }
        return page.toString();
    }

    /** The page without what differs from run to run. */
    static String withoutExamples(String page) {
        return page.replaceAll("(?s)\n```text\n.*?\n```\n", "");
    }

    private static String counts() {
        StringBuilder table = new StringBuilder("| |");
        for (Outcome outcome : Outcome.values()) {
            table.append(' ').append(outcome.sign()).append(" |");
        }
        table.append("\n| --- |")
                .append(" --- |".repeat(Outcome.values().length))
                .append('\n');
        for (Peer peer : Peer.values()) {
            table.append("| ").append(peer.title()).append(" |");
            for (Outcome outcome : Outcome.values()) {
                table.append(' ').append(count(peer, outcome)).append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private static long count(Peer peer, Outcome outcome) {
        return peer.rules().stream()
                .filter(rule -> Verdicts.outcome(peer, rule.id()) == outcome)
                .count();
    }

    private static void matrix(StringBuilder page, String area) {
        List<Peer> peers = Arrays.stream(Peer.values())
                .filter(peer -> peer.area().equals(area))
                .toList();
        page.append("\n## ").append(area).append("\n\n| rule |");
        peers.forEach(peer -> page.append(' ').append(peer.title()).append(" |"));
        page.append("\n| --- |").append(" --- |".repeat(peers.size())).append('\n');
        for (Rule rule : peers.get(0).rules()) {
            page.append("| ").append(rule.id()).append(" |");
            for (Peer peer : peers) {
                page.append(' ').append(Verdicts.outcome(peer, rule.id()).sign());
                page.append(Verdicts.isFullOnly(peer, rule.id()) ? "*" : "").append(" |");
            }
            page.append('\n');
        }
    }

    private static void notes(StringBuilder page, Peer peer, BiFunction<Peer, String, String> examples) {
        page.append("\n## ").append(peer.title()).append("\n\n");
        page.append(peer.library().title())
                .append(' ')
                .append(peer.library().version())
                .append(", ");
        page.append(peer.mode()).append(".\n");
        for (Rule rule : peer.rules()) {
            Verdict verdict = Verdicts.of(peer, rule.id());
            if (verdict != null) {
                note(page, verdict, examples.apply(peer, rule.id()));
            }
        }
    }

    private static void note(StringBuilder page, Verdict verdict, String example) {
        page.append("\n- **").append(verdict.rule()).append("** ");
        page.append(verdict.outcome().sign()).append(' ').append(verdict.reason());
        page.append(verdict.source().isEmpty() ? "" : " (" + verdict.source() + ")");
        boolean repeats = verdict.outcome() == Outcome.BROKEN || verdict.outcome() == Outcome.DIFFERS;
        page.append(repeats ? " `" + verdict.peer().command(verdict.rule()) + "`" : "")
                .append('\n');
        if (verdict.outcome() == Outcome.BROKEN && !example.isEmpty()) {
            page.append("\n```text\n").append(shortened(example)).append("\n```\n");
        }
    }

    private static String shortened(String example) {
        int rule = example.indexOf("\n  rule: ");
        List<String> lines =
                (rule < 0 ? example : example.substring(0, rule)).lines().toList();
        return lines.stream().limit(LONGEST).collect(Collectors.joining("\n"))
                + (lines.size() > LONGEST ? "\n    (and so on)" : "");
    }
}
