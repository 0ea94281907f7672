package dev.reliability.example.peers;

import dev.reliability.testkit.json.Json;
import dev.reliability.testkit.rule.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the contracts of the peers, as a build tool would, and reads what came of them. Each at most once in a JVM. */
final class Judge {
    /** With the rules that take long, and ten times the tries. */
    static final boolean FULL = Boolean.getBoolean("peers.full");

    private static final boolean SHRINKING =
            FULL || Boolean.getBoolean("peers.write") || System.getProperty("peers.rule") != null;
    private static final int MORE = 10;

    /** What does not give its verdict is looked at again: a busy machine may stand still in the middle of a wait. */
    private static final int LOOKS = 3;

    private static final Path RESULTS = Path.of(System.getProperty("reliability.conformance"), "rules.json");
    private static final Map<Peer, Map<String, Seen>> JUDGED = new EnumMap<>(Peer.class);

    private Judge() {}

    /** What the contract reports of a rule: kept, refused or broken; and with what it was broken. */
    record Seen(String report, String failure) {
        static final Seen NOTHING = new Seen("", "");

        boolean matches(Outcome outcome) {
            return switch (outcome) {
                case KEPT -> report.equals("kept");
                case BROKEN, DIFFERS -> report.equals("broken");
                case NOT_APPLICABLE -> report.equals("refused") || report.equals("broken");
                case NOT_JUDGED -> false; // it is not run
            };
        }
    }

    /** The rules of a peer that this run judges: rule to what was seen. */
    static synchronized Map<String, Seen> of(Peer peer) {
        return JUDGED.computeIfAbsent(peer, Judge::judge);
    }

    /** What one rule gives, run alone as often as in the default run. */
    static Seen cell(Peer peer, String rule) {
        return look(peer, peer.tries(rule), List.of(rule)).getOrDefault(rule, Seen.NOTHING);
    }

    private static Map<String, Seen> judge(Peer peer) {
        Map<Integer, List<String>> byTries = peer.rules().stream()
                .map(Rule::id)
                .filter(rule -> Verdicts.isJudged(peer, rule, FULL))
                .collect(Collectors.groupingBy(peer::tries));
        Map<String, Seen> seen = new LinkedHashMap<>();
        byTries.forEach((tries, rules) -> {
            List<String> left = rules;
            for (int i = 0; i < LOOKS && !left.isEmpty(); i++) {
                seen.putAll(look(peer, FULL ? MORE * tries : tries, left));
                left = left.stream()
                        .filter(rule -> !seen.getOrDefault(rule, Seen.NOTHING).matches(Verdicts.outcome(peer, rule)))
                        .toList();
            }
        });
        return seen;
    }

    private static Map<String, Seen> look(Peer peer, int tries, List<String> rules) {
        Map<String, String> methods = new LinkedHashMap<>();
        launch(peer, tries, rules, methods);
        Map<String, String> reports = reports(peer);
        Map<String, Seen> seen = new LinkedHashMap<>();
        methods.forEach((rule, method) ->
                seen.put(rule, new Seen(reports.getOrDefault(rule, ""), CellHook.failure(peer.contract(), method))));
        return seen;
    }

    private static void launch(Peer peer, int tries, List<String> rules, Map<String, String> methods) {
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(peer.contract()))
                                .filters(EngineFilter.includeEngines("jqwik"), only(rules))
                                .configurationParameter("jqwik.tries.default", String.valueOf(tries))
                                .configurationParameter(
                                        "jqwik.shrinking.default",
                                        SHRINKING && !peer.area().equals("DEADLINE") ? "BOUNDED" : "OFF")
                                .configurationParameter("jqwik.reporting.usejunitplatform", "true") // not printed
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionStarted(TestIdentifier test) {
                                test.getSource()
                                        .filter(MethodSource.class::isInstance)
                                        .map(source -> ((MethodSource) source).getMethodName())
                                        .ifPresent(method -> methods.put(rule(method), method));
                            }
                        });
    }

    private static PostDiscoveryFilter only(List<String> rules) {
        return test -> FilterResult.includedIf(test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> rules.contains(rule(((MethodSource) source).getMethodName())))
                .orElse(!test.isTest()));
    }

    /** The rule that a method of a contract checks. */
    private static String rule(String method) {
        return method.replaceFirst("^([a-z]+)_(\\d+)_.*", "$1-$2").toUpperCase(Locale.ROOT);
    }

    private static Map<String, String> reports(Peer peer) {
        Map<String, String> reports = new LinkedHashMap<>();
        try {
            if (Json.read(Files.readString(RESULTS)) instanceof Map<?, ?> document
                    && document.get("results") instanceof List<?> results) {
                for (Object result : results) {
                    if (result instanceof Map<?, ?> line
                            && peer.contract().getSimpleName().equals(line.get("adapter"))) {
                        reports.put(String.valueOf(line.get("rule")), String.valueOf(line.get("outcome")));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESULTS, e);
        }
        return reports;
    }
}
