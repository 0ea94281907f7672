package dev.reliability.example.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reliability.example.push.config.ConfigSource;
import dev.reliability.example.push.event.EventSource;
import dev.reliability.example.push.json.Json;
import dev.reliability.testkit.contract.push.PushCode;
import dev.reliability.testkit.contract.push.PushDestination;
import dev.reliability.testkit.contract.push.PushEvent;
import dev.reliability.testkit.contract.push.PushFlow;
import dev.reliability.testkit.contract.push.PushOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes the contract's flows, events and options in the formats of the example. */
final class PushRendering {
    private final Path directory;
    private final PushFlow flow;
    private final PushOptions options;

    PushRendering(Path directory, PushFlow flow, PushOptions options) {
        this.directory = directory;
        this.flow = flow;
        this.options = options;
    }

    PushRequest request(List<PushEvent> events) throws IOException {
        List<EventSource> sources = new ArrayList<>();
        for (PushEvent event : events) {
            sources.add(new EventSource.Inline(json(event)));
        }
        return new PushRequest(
                new ConfigSource("flow.json", config(), directory),
                options.environment().orElse(null),
                sources,
                options.timeout(),
                System.nanoTime(),
                options.dryRun(),
                true);
    }

    List<String> arguments(List<PushEvent> events) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add(
                Files.writeString(directory.resolve("flow.json"), config()).toString());
        for (int i = 0; i < events.size(); i++) {
            arguments.add("--event");
            arguments.add(Files.writeString(directory.resolve("event" + i + ".json"), json(events.get(i)))
                    .toString());
        }
        arguments.add("--timeout=" + options.timeout().toMillis() + "ms");
        options.environment().ifPresent(name -> arguments.add("--env=" + name));
        flag(arguments, options.dryRun(), "--dry-run");
        flag(arguments, options.json(), "--json");
        flag(arguments, options.silent(), "--silent");
        flag(arguments, options.verbose(), "--verbose");
        return arguments;
    }

    private static void flag(List<String> arguments, boolean set, String flag) {
        if (set) {
            arguments.add(flag);
        }
    }

    private static String json(PushEvent event) throws IOException {
        return Json.MAPPER.writeValueAsString(event.fields());
    }

    private String config() throws IOException {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.put("platform", flow.platform());
        if (!flow.isMissing()) {
            Files.writeString(directory.resolve("flow.mjs"), code(flow.code()));
            config.putObject("flow").putArray("files").add("flow.mjs");
        }
        ObjectNode destinations = config.putObject("destinations");
        for (PushDestination destination : flow.destinations()) {
            ObjectNode settings = destinations.putObject(destination.name()).put("url", destination.url());
            settings.put("timeoutMs", 600_000);
            settings.putObject("retry")
                    .put("maxAttempts", options.attempts())
                    .put("firstDelayMs", millis(options.backoff()))
                    .put("maxDelayMs", 8 * millis(options.backoff()));
        }
        for (String environment : flow.environments()) {
            config.withObject("/environments").putObject(environment);
        }
        return config.toString();
    }

    private static int millis(Duration backoff) {
        return Math.max(1, Math.toIntExact(backoff.toMillis()));
    }

    private static String code(PushCode code) {
        return switch (code) {
            case WORKS -> PushBench.TO_ALL;
            case NO_FACTORY -> "export const other = 1;";
            case NO_PUSH_FUNCTION -> "export default () => ({ push() {} });";
            case FACTORY_THROWS -> "export default () => {\n  throw new Error('planted');\n};";
            case PUSH_THROWS -> elb("throw new Error('planted');");
            case PUSH_THROWS_LATE ->
                elb("for (const to of destinations) deliver(to, event); throw new Error('planted');");
            case FACTORY_LOOPS -> "export default () => { while (true) {} };";
            case PUSH_LOOPS -> elb("while (true) {}");
            case NEVER_SETTLES -> elb("return new Promise(() => {});");
            case EMPTY -> "";
            case SYNTAX_ERROR -> "export default () => ({\n  elb(name, data) { let = ; }\n});";
        };
    }

    private static String elb(String body) {
        return "export default ({ destinations, deliver }) => ({\n  elb(name, data, event) { " + body + " },\n});";
    }

    /** The path of the contract's model for a path of our configuration, where destinations are named, not numbered. */
    static String modelPath(String path, PushFlow flow) {
        for (int i = 0; i < flow.destinations().size(); i++) {
            String ours = "destinations." + flow.destinations().get(i).name();
            if (path.equals(ours)) {
                return "destinations[" + i + "].name";
            }
            if (path.startsWith(ours + ".")) {
                return "destinations[" + i + "]" + path.substring(ours.length());
            }
        }
        return path;
    }
}
