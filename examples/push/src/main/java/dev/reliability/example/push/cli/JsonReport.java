package dev.reliability.example.push.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reliability.example.push.EventReport;
import dev.reliability.example.push.PushReport;
import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A report as one JSON document. Durations are milliseconds. */
final class JsonReport {
    private final boolean verbose;
    private final boolean stats;

    JsonReport(boolean verbose, boolean stats) {
        this.verbose = verbose;
        this.stats = stats;
    }

    String of(PushReport report) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("success", report.isSuccess());
        // Which signal it was is known only to the JVM, and to whoever waits for the process.
        if (!report.worst().equals(Optional.of(Kind.INTERRUPTED))) {
            json.put("exitCode", report.exitCode());
        }
        json.put("dryRun", report.dryRun());
        json.put("environment", report.environment());
        json.put("attempts", report.attempts());
        json.put("durationMs", millis(report.took()));
        ArrayNode events = json.putArray("events");
        report.events().forEach(event -> events.add(event(event)));
        json.set("error", report.failure() == null ? null : failure(report.failure()));
        ArrayNode warnings = json.putArray("warnings");
        report.warnings().forEach(warnings::add);
        if (stats) {
            ObjectNode statistics = json.putObject("stats");
            statistics.put("bundleBytes", report.bundleBytes());
            ObjectNode stages = statistics.putObject("stagesMs");
            report.stages().forEach((stage, took) -> stages.put(name(stage), millis(took)));
        }
        try {
            return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON cannot be written", e);
        }
    }

    private ObjectNode event(EventReport report) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        var event = report.event();
        json.put("source", report.source());
        json.put("id", event == null ? null : event.id());
        json.put("name", event == null ? null : event.name());
        json.put("entity", event == null ? null : event.entity());
        json.put("action", event == null ? null : event.action());
        json.put("success", report.isSuccess());
        json.put("attempts", report.attempts());
        Duration took = report.took();
        json.put("durationMs", took == null ? null : millis(took));
        ArrayNode results = json.putArray("results");
        report.deliveries().forEach(result -> results.add(result(result)));
        json.set("result", result(report.result()));
        json.set("error", report.failure() == null ? null : failure(report.failure()));
        return json;
    }

    private static ObjectNode result(DeliveryResult result) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("destination", result.destination());
        json.put("outcome", result.outcome().text());
        json.put("status", result.status());
        json.put("attempts", result.attempts());
        json.put("durationMs", millis(result.took()));
        json.put("idempotencyKey", result.key());
        json.put("problem", result.problem());
        return json;
    }

    private static @Nullable JsonNode result(@Nullable String text) {
        try {
            return text == null ? null : Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.getNodeFactory().textNode(text);
        }
    }

    private ObjectNode failure(Failure failure) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("kind", name(failure.kind()));
        json.put("stage", name(failure.stage()));
        json.put("code", failure.code());
        json.put("message", failure.message());
        ArrayNode problems = json.putArray("problems");
        failure.problems()
                .forEach(problem ->
                        problems.addObject().put("path", problem.path()).put("problem", problem.text()));
        json.put("place", failure.place() == null ? null : failure.place().toString());
        if (verbose && failure.cause() != null) {
            json.put("stack", stack(failure.cause()));
        }
        return json;
    }

    static String stack(Throwable cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static double millis(Duration span) {
        return TimeUnit.NANOSECONDS.toMicros(span.toNanos()) / 1000.0;
    }
}
