package dev.reliability.example.push;

import static java.util.Objects.requireNonNull;

import dev.reliability.example.push.bundle.Bundle;
import dev.reliability.example.push.bundle.Bundler;
import dev.reliability.example.push.bundle.ModuleBundler;
import dev.reliability.example.push.cli.CommandRun;
import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Stage;
import dev.reliability.testkit.contract.push.PushAdapter;
import dev.reliability.testkit.contract.push.PushDelivery;
import dev.reliability.testkit.contract.push.PushError;
import dev.reliability.testkit.contract.push.PushEvent;
import dev.reliability.testkit.contract.push.PushFlow;
import dev.reliability.testkit.contract.push.PushInjection;
import dev.reliability.testkit.contract.push.PushOptions;
import dev.reliability.testkit.contract.push.PushProblem;
import dev.reliability.testkit.contract.push.PushResult;
import dev.reliability.testkit.contract.push.PushStage;
import dev.reliability.testkit.contract.push.PushWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets the contract drive the push example: in this JVM through {@link Push}, and as the process that users start. */
final class PushExampleAdapter implements PushAdapter {
    private final PushWorld world;
    private @Nullable Push push; // null once closed: its client goes when it can no longer be reached

    PushExampleAdapter(PushWorld world) {
        this.world = world;
        this.push = new Push(surroundings(world));
    }

    private static Push.Surroundings surroundings(PushWorld world) {
        Bundler bundler = (flow, directory) -> {
            world.bundling();
            if (world.injected().contains(PushInjection.NO_OUTPUT)) {
                return new Bundle(directory.resolve("none.mjs"), 1, List.of());
            }
            if (world.injected().contains(PushInjection.EMPTY_OUTPUT)) {
                return new Bundle(Files.createFile(directory.resolve("empty.mjs")), 0, List.of());
            }
            return new ModuleBundler().bundle(flow, directory);
        };
        Push.Surroundings surroundings = Push.Surroundings.ofThisProcess()
                .withTempDirectory(world.tempDir())
                .withVariables(Map.of())
                .withBundler(bundler);
        if (world.injected().contains(PushInjection.ENGINE_FAILS)) {
            surroundings = surroundings.withEngine((bundle, host) -> {
                throw new NoClassDefFoundError("org/graalvm/polyglot/Engine");
            });
        }
        if (world.injected().contains(PushInjection.CLEANUP_FAILS)) {
            surroundings = surroundings.withAfterCleanup(() -> {
                throw new IllegalStateException("planted");
            });
        }
        return surroundings;
    }

    @Override
    public PushResult push(PushEvent event, PushFlow flow, PushOptions options) throws IOException {
        PushReport report = requireNonNull(push, "push")
                .run(new PushRendering(world.workDir(), flow, options).request(List.of(event)));
        return result(report, report.events().get(0), flow);
    }

    @Override
    public List<PushResult> pushAll(List<PushEvent> events, PushFlow flow, PushOptions options) throws IOException {
        PushReport report =
                requireNonNull(push, "push").run(new PushRendering(world.workDir(), flow, options).request(events));
        return report.events().stream()
                .map(event -> result(report, event, flow))
                .toList();
    }

    @Override
    public Process start(List<PushEvent> events, PushFlow flow, PushOptions options) throws IOException {
        List<String> command = new ArrayList<>(CommandRun.jvm(world.tempDir()));
        command.addAll(new PushRendering(world.workDir(), flow, options).arguments(events));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(world.workDir().toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return builder.start();
    }

    @Override
    public int exitCode(PushError.Kind kind) {
        return Kind.valueOf(kind.name()).exitCode();
    }

    @Override
    public Map<String, ?> json(Map<String, ?> document) {
        Map<String, Object> renamed = new HashMap<>(document);
        if (document.get("events") instanceof List<?> events
                && !events.isEmpty()
                && events.get(0) instanceof Map<?, ?> event) {
            for (String field : List.of("id", "entity", "action", "results", "error")) {
                renamed.put(field, event.get(field));
            }
        }
        return renamed;
    }

    @Override
    public void close() {
        push = null;
    }

    private static PushResult result(PushReport report, EventReport event, PushFlow flow) {
        Failure failure = Optional.ofNullable(report.failure()).orElse(event.failure());
        List<PushProblem> problems = failure == null
                ? List.of()
                : failure.problems().stream()
                        .map(problem -> new PushProblem(PushRendering.modelPath(problem.path(), flow), problem.text()))
                        .toList();
        return new PushResult(
                event.isSuccess(),
                event.failure() == null ? null : error(event.failure()),
                problems,
                report.warnings(),
                event.deliveries().stream().map(PushExampleAdapter::delivery).toList(),
                report.took());
    }

    private static PushError error(Failure failure) {
        PushError.Kind kind = failure.kind() == Kind.INTERRUPTED
                ? PushError.Kind.TRANSIENT
                : PushError.Kind.valueOf(failure.kind().name());
        // The contract's model begins where a program does.
        PushStage stage = failure.stage() == Stage.START
                ? PushStage.VALIDATION
                : PushStage.valueOf(failure.stage().name());
        return new PushError(kind, stage, failure.oneLine(), place(failure));
    }

    /** Where no line is to blame, the function or step that failed is the place. */
    private static String place(Failure failure) {
        if (failure.place() != null) {
            return failure.place().toString();
        }
        return switch (failure.stage()) {
            case LOAD -> "loading the bundle";
            case FACTORY -> "factory";
            case PUSH -> "elb";
            default -> "";
        };
    }

    private static PushDelivery delivery(DeliveryResult result) {

        PushDelivery.Outcome outcome =
                PushDelivery.Outcome.valueOf(result.outcome().name());
        return new PushDelivery(result.destination(), outcome, result.attempts());
    }
}
