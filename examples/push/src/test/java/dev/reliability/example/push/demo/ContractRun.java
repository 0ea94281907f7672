package dev.reliability.example.push.demo;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reliability.testkit.rule.Rule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.slf4j.LoggerFactory;

/** Runs the push contract against the example's adapter, as a test run does, and prints the table of its rules. */
final class ContractRun {
    private static final int WIDTH = 72;

    private ContractRun() {}

    /** Answers what is not as expected. */
    static List<String> printed(PrintStream out) throws Exception {
        Path results = Path.of("target", "demo-conformance");
        Files.createDirectories(results);
        Files.deleteIfExists(results.resolve("rules.json"));
        System.setProperty("reliability.conformance", results.toString());
        System.setProperty("reliability.budget", "PT1S");
        out.println();
        out.println("== The push contract against this command: random events, flows and faults (about a minute)");
        quiet();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherDiscoveryRequest contract = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass("dev.reliability.example.push.PushExampleContractTest"))
                .configurationParameter("jqwik.reporting.onlyfailures", "true")
                .build();
        LauncherFactory.create().execute(contract, summary, new Progress(out));
        List<String> surprises = new ArrayList<>();
        summary.getSummary()
                .getFailures()
                .forEach(failure ->
                        surprises.add(failure.getTestIdentifier().getDisplayName() + ": " + failure.getException()));
        if (table(out, results.resolve("rules.json")) == 0) {
            surprises.add("no rule ran");
        }
        return surprises;
    }

    /** What the command set up to show its own work would show that of thousands of pushes. */
    private static void quiet() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
            logging.reset();
        }
        LogManager.getLogManager().reset();
    }

    /** A line for each rule as it ends, so that nobody has to wonder. */
    private record Progress(PrintStream out) implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                out.println("  " + test.getDisplayName() + ": " + result.getStatus());
            }
        }
    }

    private static int table(PrintStream out, Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        JsonNode rules = new ObjectMapper().readTree(file.toFile()).path("results");
        out.printf("%-8s %-4s %-8s %-8s %5s  %s%n", "rule", "mark", "outcome", "mode", "tries", "what is promised");
        for (JsonNode line : rules) {
            Rule rule = Rule.of(line.path("rule").asText());
            String text = rule.text();
            out.printf(
                    "%-8s %-4s %-8s %-8s %5d  %s%n",
                    rule.id(),
                    rule.mark(),
                    line.path("outcome").asText(),
                    line.path("mode").asText(),
                    line.path("tries").asInt(),
                    text.length() <= WIDTH ? text : text.substring(0, WIDTH - 3) + "...");
        }
        return rules.size();
    }
}
