package dev.reliability.example.push.demo;

import static dev.reliability.testkit.fault.Fault.ackThenDrop;
import static dev.reliability.testkit.fault.Fault.reset;
import static dev.reliability.testkit.fault.Fault.slow;
import static dev.reliability.testkit.fault.Fault.status;

import dev.reliability.example.push.cli.PushCommand;
import dev.reliability.testkit.fault.FaultPlan;
import dev.reliability.testkit.fault.HttpDestination;
import dev.reliability.testkit.fault.ReceivedRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code examples/demo} starts: pushes the sample events to destinations that fail by plan, prints what happens as it
 * happens and what arrived, then runs the push contract and prints its rules. Exits with 0 if all of it is as expected.
 */
public final class Demo {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final List<String> EVENTS = List.of("visit", "order", "product", "product", "product");

    private final List<String> surprises = new ArrayList<>();

    private Demo() {}

    /** Runs the demo in the folder of the example. */
    public static void main(String[] arguments) throws Exception {
        Demo demo = new Demo();
        demo.push();
        demo.surprises.addAll(ContractRun.printed(OUT));
        OUT.println();
        if (demo.surprises.isEmpty()) {
            OUT.println("Everything is as expected.");
        } else {
            demo.surprises.forEach(surprise -> OUT.println("NOT AS EXPECTED: " + surprise));
        }
        System.exit(demo.surprises.isEmpty() ? 0 : 1);
    }

    private void push() throws IOException {
        try (HttpDestination destination = new HttpDestination()) {
            Map<String, FaultPlan> plans = new TreeMap<>(Map.of(
                    "orders", FaultPlan.of(status(503, "1"), reset(), slow(Duration.ofMillis(300))),
                    "ads", FaultPlan.of(ackThenDrop()),
                    "stock", FaultPlan.always(status(500))));
            Map<String, String> variables = new TreeMap<>();
            OUT.println("== Destinations on this machine, and the plan by which each fails");
            plans.forEach((name, plan) -> {
                String url = destination.plan("/" + name, plan).toString();
                variables.put(name.toUpperCase(Locale.ROOT) + "_URL", url);
                OUT.printf("%-8s %-32s %s%n", name, url, plan);
            });
            int exit = command(variables);
            received(destination, plans.keySet());
            expect("exit code", 3, exit); // stock is down: transient
            expect(
                    "requests to orders",
                    2 + EVENTS.size(),
                    destination.received("/orders").size());
            expect("requests to ads", 2, destination.received("/ads").size());
            expect("keys of the two requests to ads", 1, keys(destination.received("/ads")));
            expect(
                    "requests to stock before the breaker opened",
                    3,
                    destination.received("/stock").size());
        }
        try (Stream<Path> left = Files.list(temp())) {
            expect("temporary files left", 0, (int) left.count());
        }
    }

    private static Path temp() throws IOException {
        return Files.createDirectories(Path.of("target", "demo-temp"));
    }

    private static int command(Map<String, String> variables) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("push.config.json", "--verbose", "--stats"));
        for (String event : EVENTS) {
            arguments.add("--event");
            arguments.add("events/" + event + ".json");
        }
        OUT.println();
        OUT.println("== push " + String.join(" ", arguments));
        System.setProperty("java.io.tmpdir", temp().toAbsolutePath().toString());
        return new PushCommand(OUT, OUT, variables, Path.of("demo").toAbsolutePath(), false)
                .run(arguments.toArray(new String[0]));
    }

    private static void received(HttpDestination destination, Iterable<String> names) {
        OUT.println();
        OUT.println("== What the destinations received");
        for (String name : names) {
            for (ReceivedRequest request : destination.received("/" + name)) {
                OUT.printf(
                        "%-8s %s  %-28s key %-48s %s%n",
                        name,
                        request.method(),
                        request.fault().map(Object::toString).orElse("-"),
                        request.idempotencyKey().orElse("none"),
                        request.isAcknowledged()
                                ? "acknowledged"
                                : request.isProcessed() ? "processed, answer lost" : "");
            }
        }
    }

    private static int keys(List<ReceivedRequest> requests) {
        return requests.stream()
                .map(ReceivedRequest::idempotencyKey)
                .collect(Collectors.toSet())
                .size();
    }

    private void expect(String what, int expected, int seen) {
        if (expected != seen) {
            surprises.add(what + ": " + expected + " expected, but " + seen + " seen");
        }
    }
}
