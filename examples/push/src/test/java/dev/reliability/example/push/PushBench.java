package dev.reliability.example.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reliability.example.push.config.ConfigSource;
import dev.reliability.example.push.event.EventSource;
import dev.reliability.example.push.json.Json;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import dev.reliability.testkit.fault.HttpDestination;
import dev.reliability.testkit.fault.ReceivedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Destinations that fail by plan, flows that deliver to them, and a push in this JVM. */
public final class PushBench implements AutoCloseable {
    /** A flow that delivers the event to every destination. */
    public static final String TO_ALL = """
            export default ({ destinations, deliver }) => ({
              async elb(name, data, event) {
                const results = await Promise.all(destinations.map((destination) => deliver(destination, event)));
                return results.map((result) => result.outcome);
              },
            });
            """;

    /** An event that is in order. */
    public static final String EVENT = "{\"name\":\"page view\",\"data\":{\"title\":\"Home\"}}";

    private final HttpDestination http = new HttpDestination();
    private final Path directory;
    private final ObjectNode config = Json.MAPPER.createObjectNode();
    private Push.Surroundings surroundings;

    /** A bench whose temporary files are in a directory of their own below the given one. */
    public PushBench(Path directory) {
        this.directory = directory;
        try {
            Path temp = Files.createDirectories(directory.resolve("temp"));
            this.surroundings =
                    Push.Surroundings.ofThisProcess().withTempDirectory(temp).withVariables(Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        config.put("platform", "server");
        script(TO_ALL);
    }

    /** Sets the flow's JavaScript. */
    public PushBench script(String text) {
        config.putObject("flow").put("script", text);
        return this;
    }

    /** Adds a destination with quick retries that does as the plan says. */
    public PushBench destination(String name, FaultPlan plan) {
        ObjectNode destination = config.withObject("/destinations").putObject(name);
        destination.put("url", http.plan("/" + name, plan).toString());
        destination.putObject("retry").put("firstDelayMs", 1).put("maxDelayMs", 5);
        return this;
    }

    /** Adds a destination that does as the faults say, and accepts after that. */
    public PushBench destination(String name, Fault... faults) {
        return destination(name, FaultPlan.of(faults));
    }

    /** The configuration, to be changed. */
    public ObjectNode config() {
        return config;
    }

    /** One destination of the configuration, to be changed. */
    public ObjectNode settings(String name) {
        return (ObjectNode) config.get("destinations").get(name);
    }

    /** Changes the surroundings. */
    public PushBench in(java.util.function.UnaryOperator<Push.Surroundings> change) {
        surroundings = change.apply(surroundings);
        return this;
    }

    /** Writes the configuration to a file. */
    public Path configFile() {
        try {
            return Files.writeString(directory.resolve("test.config.json"), config.toPrettyString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pushes events, with 10 s. */
    public PushReport push(String... events) {
        return push(Duration.ofSeconds(10), events);
    }

    /** Pushes events within a limit. */
    public PushReport push(Duration limit, String... events) {
        return new Push(surroundings).run(request(limit, false, events));
    }

    /** A request for this bench's configuration. */
    public PushRequest request(Duration limit, boolean dryRun, String... events) {
        List<EventSource> sources = Arrays.stream(events)
                .map(event -> EventSource.of(event, directory))
                .toList();
        return new PushRequest(
                new ConfigSource("test.config.json", config.toString(), directory),
                null,
                sources,
                limit,
                System.nanoTime(),
                dryRun,
                true);
    }

    /** What this bench's push takes from outside. */
    public Push.Surroundings surroundings() {
        return surroundings;
    }

    /** What a destination has received. */
    public List<ReceivedRequest> received(String name) {
        return http.received("/" + name);
    }

    /** The destinations themselves. */
    public HttpDestination http() {
        return http;
    }

    /** What was left in the directory for temporary files. */
    public List<Path> left() {
        try (Stream<Path> files = Files.list(temp())) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The directory for temporary files. */
    public Path temp() {
        return directory.resolve("temp");
    }

    @Override
    public void close() {
        http.close();
    }
}
