package dev.reliability.example.peers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the page says of each cell. What is not listed is kept. */
final class Verdicts {
    static final List<Verdict> ALL = Stream.of(
                    Resilience4jRetryVerdicts.ALL,
                    Resilience4jBreakerVerdicts.ALL,
                    Resilience4jLimitVerdicts.ALL,
                    FailsafeRetryVerdicts.ALL,
                    FailsafeBreakerVerdicts.ALL,
                    FailsafeLimitVerdicts.ALL,
                    SmallRyeVerdicts.ALL,
                    SpringVerdicts.ALL,
                    JdkVerdicts.ALL)
            .flatMap(List::stream)
            .toList();

    private static final Set<String> SLOW = Set.of("BREAKER-12", "BREAKER-13");

    /** Cells that no default run can judge within its time: peer and rule. */
    private static final Map<Peer, Set<String>> FULL_ONLY = Map.of(
            Peer.FAILSAFE_RETRY, Set.of("RETRY-18"),
            Peer.FAILSAFE_BREAKER, SLOW,
            Peer.FAILSAFE_ONE_PROBE, SLOW,
            Peer.SMALLRYE_BREAKER, SLOW);

    private static final Map<String, Verdict> BY_CELL = byCell();

    private Verdicts() {}

    private static Map<String, Verdict> byCell() {
        Map<String, Verdict> cells = new HashMap<>();
        for (Verdict verdict : ALL) {
            String cell = verdict.peer() + " " + verdict.rule();
            if (verdict.peer().rules().stream().noneMatch(rule -> rule.id().equals(verdict.rule()))) {
                throw new IllegalStateException("there is no cell " + cell);
            }
            if (cells.put(cell, verdict) != null) {
                throw new IllegalStateException("two verdicts on " + cell);
            }
        }
        return cells;
    }

    static Outcome outcome(Peer peer, String rule) {
        Verdict verdict = of(peer, rule);
        return verdict == null ? Outcome.KEPT : verdict.outcome();
    }

    /** What is said of a cell; null if it is simply kept. */
    static Verdict of(Peer peer, String rule) {
        return BY_CELL.get(peer + " " + rule);
    }

    static boolean isFullOnly(Peer peer, String rule) {
        return FULL_ONLY.getOrDefault(peer, Set.of()).contains(rule);
    }

    /** Whether a run has anything to say of a cell. */
    static boolean isJudged(Peer peer, String rule, boolean full) {
        return outcome(peer, rule) != Outcome.NOT_JUDGED && (full || !isFullOnly(peer, rule));
    }
}
