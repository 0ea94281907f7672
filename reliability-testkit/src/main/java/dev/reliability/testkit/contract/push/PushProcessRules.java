package dev.reliability.testkit.contract.push;

import static org.awaitility.Awaitility.await;

import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import dev.reliability.testkit.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the rules ask of the command as a process, and of what any push leaves behind. */
final class PushProcessRules {
    private static final Logger LOG = LoggerFactory.getLogger(PushProcessRules.class);
    private static final Duration LIMIT = Duration.ofMillis(500); // for a push that is to run into it
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private PushProcessRules() {}

    /** The plan that makes a push end as it is to. */
    static FaultPlan plan(PushPrint ending) {
        return ending == PushPrint.REJECTED ? FaultPlan.always(Fault.status(400)) : FaultPlan.of();
    }

    /** The plan that makes a push end as it is to. */
    static FaultPlan plan(PushEnding ending) {
        return switch (ending) {
            case SUCCESS, TIME_OUT_COMPUTING -> FaultPlan.of();
            case FAILURE -> FaultPlan.always(Fault.status(400));
            case TIME_OUT_DELIVERING, INTERRUPT, SIGINT, SIGTERM -> FaultPlan.always(Fault.hang());
        };
    }

    /** The plan that makes a push fail by the fault of somebody. */
    static FaultPlan plan(PushError.Kind kind) {
        return kind == PushError.Kind.TRANSIENT ? FaultPlan.always(Fault.status(503)) : FaultPlan.of();
    }

    /** PUSH-4. */
    static void prints(PushTry attempt, PushEvent valid, PushOutput output, PushPrint ending) throws Exception {
        PushEvent event = ending == PushPrint.INVALID_EVENT ? valid.violating("data", "data", "text") : valid;
        PushOptions options = attempt.options.printing(output.isJson(), output.isSilent(), false);
        Finished finished = attempt.run(List.of(event), options);
        boolean success = ending == PushPrint.DELIVERED;
        attempt.expect((finished.exit == 0) == success, success ? "exit code 0" : "another exit code", finished.exit);
        if (output.isSilent()) {
            if (success) {
                attempt.expect(finished.err.isEmpty(), "nothing on standard error", "it was " + finished.err);
            } else {
                attempt.expect(finished.err.size() == 1, "one line on standard error", "it was " + finished.err);
            }
        }
        if (output.isJson()) {
            document(attempt, event, finished, success);
        } else {
            attempt.expect(finished.out.isEmpty(), "nothing on standard output", "it was " + finished.out);
        }
    }

    private static void document(PushTry attempt, PushEvent event, Finished finished, boolean success) {
        Map<String, ?> json = attempt.adapter.json(parsed(attempt, finished.out));
        attempt.expect(Boolean.valueOf(success).equals(json.get("success")), "success to be " + success, json);
        attempt.expect(json.containsKey("error"), "a field error", json);
        attempt.expect((json.get("error") == null) == success, success ? "no error" : "an error", json);
        attempt.expect(isCount(json.get("durationMs")), "a duration in milliseconds", json);
        attempt.expect(isCount(json.get("attempts")), "a number of attempts", json);
        if (!event.violations().isEmpty()) {
            return; // an invalid event may have no id, no name, and no destination is reached
        }
        int received = 0;
        for (int i = 0; i < attempt.flow.destinations().size(); i++) {
            received += attempt.received(i).size();
        }
        attempt.expect(
                String.valueOf(received).equals(String.valueOf(json.get("attempts"))),
                received + " attempts, as many as were received",
                json);
        attempt.expect(event.entity().equals(json.get("entity")), "entity " + event.entity(), json);
        attempt.expect(event.action().equals(json.get("action")), "action " + event.action(), json);
        attempt.expect(json.get("id") instanceof String id && !id.isBlank(), "the id of the event", json);
        attempt.expect(
                json.get("results") instanceof List<?> results
                        && results.size() == attempt.flow.destinations().size()
                        && results.stream().allMatch(PushProcessRules::isResult),
                "one result for each destination, with destination, outcome and attempts",
                json);
    }

    private static Map<String, ?> parsed(PushTry attempt, String out) {
        try {
            if (Json.read(out) instanceof Map<?, ?> map) {
                @SuppressWarnings("unchecked") // the reader makes no other keys
                Map<String, ?> document = (Map<String, ?>) map;
                return document;
            }
            throw attempt.broken("a JSON object on standard output", "it was " + out);
        } catch (IllegalArgumentException e) {
            throw attempt.broken("exactly one JSON document on standard output", e.getMessage() + " in " + out);
        }
    }

    private static boolean isCount(@Nullable Object value) {
        return value instanceof BigDecimal number && number.signum() >= 0;
    }

    private static boolean isResult(@Nullable Object result) {
        return result instanceof Map<?, ?> map
                && map.keySet().containsAll(List.of("destination", "outcome", "attempts"));
    }

    /** PUSH-6. */
    static void leavesNothingBehind(PushTry attempt, PushEvent event, PushEnding ending) throws Exception {
        if (ending == PushEnding.SIGINT || ending == PushEnding.SIGTERM) {
            signalled(attempt, event, ending);
            return;
        }
        boolean limited = ending == PushEnding.TIME_OUT_DELIVERING || ending == PushEnding.INTERRUPT;
        // The first push may start what is shared by all: only what the second one adds is left behind.
        attempt.push(event, attempt.flow, limited ? attempt.options.within(LIMIT) : attempt.options);
        Traces before = new Traces();
        if (ending == PushEnding.INTERRUPT) {
            interrupted(attempt, event);
        } else {
            boolean computing = ending == PushEnding.TIME_OUT_COMPUTING;
            PushCode code = computing ? PushCode.PUSH_LOOPS : PushCode.WORKS;
            PushOptions options = limited || computing ? attempt.options.within(LIMIT) : attempt.options;
            PushResult result = attempt.push(event, attempt.flow.running(code), options);
            attempt.expect(
                    result.success() == (ending == PushEnding.SUCCESS), "the push to end with " + ending, result);
        }
        attempt.nothingLeft();
        attempt.closeAdapter();
        attempt.expect(connectionsClosed(attempt), "no connection to stay open", attempt.openConnections() + " are");
        attempt.closeDestinations();
        Set<String> threads = before.lastingThreads();
        attempt.expect(threads.isEmpty(), "no thread to stay behind", "there were " + threads);
    }

    private static void interrupted(PushTry attempt, PushEvent event) throws Exception {
        int before = attempt.received(0).size();
        attempt.note("push " + event + ", interrupted while the answer is awaited");
        PushTry.Running<PushResult> running =
                attempt.begin(() -> attempt.adapter.push(event, attempt.flow, attempt.options));
        attempt.awaitRequests(before + 1);
        running.thread().interrupt();
        PushResult result = attempt.end(running, Duration.ZERO);
        attempt.expect(result != null && !result.success(), "an interrupted push to fail", result);
    }

    private static boolean connectionsClosed(PushTry attempt) {
        try {
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .atMost(Settings.scaled(PATIENCE))
                    .until(() -> {
                        if (attempt.openConnections() > 0) {
                            System.gc(); // a client of the JDK closes them when it is collected
                        }
                        return attempt.openConnections() == 0;
                    });
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private static void signalled(PushTry attempt, PushEvent event, PushEnding signal) throws Exception {
        boolean interrupt = signal == PushEnding.SIGINT;
        Process process = attempt.start(List.of(event), attempt.options);
        Set<ProcessHandle> children;
        try {
            attempt.awaitRequests(1);
            if (interrupt && isSigintIgnored(process.pid())) {
                LOG.warn(
                        "PUSH-6: SIGINT is ignored by the command, as by whoever started it (a background job of a shell?):"
                                + " SIGTERM is tried instead");
                interrupt = false;
            }
            children = new HashSet<>(process.descendants().toList());
            attempt.note("the answer is awaited: " + (interrupt ? "SIGINT" : "SIGTERM"));
            if (interrupt) {
                new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                        .start()
                        .waitFor(10, TimeUnit.SECONDS);
            } else {
                process.toHandle().destroy(); // unlike that of the process, it leaves the pipes open
            }
        } catch (ConditionTimeoutException e) {
            process.destroyForcibly();
            Finished finished = new Finished(attempt, process, Duration.ZERO);
            throw attempt.broken("a request of the process", "none came; it printed " + finished.out + finished.err);
        }
        Finished finished = new Finished(attempt, process, Duration.ZERO);
        int expected = interrupt ? 130 : 143;
        attempt.expect(finished.exit == expected, "exit code " + expected, "it was " + finished.exit);
        attempt.nothingLeft();
        children.removeIf(child -> !child.isAlive());
        attempt.expect(children.isEmpty(), "no child process to stay behind", "there were " + children);
    }

    private static boolean isSigintIgnored(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    /** PUSH-11. */
    static void exitCodes(PushTry attempt, PushEvent valid, PushError.Kind kind, boolean verbose) throws Exception {
        Set<Integer> codes = new HashSet<>();
        for (PushError.Kind each : PushError.Kind.values()) {
            int code = attempt.adapter.exitCode(each);
            attempt.expect(code > 0 && code < 126 && codes.add(code), "an exit code of its own for " + each, code);
        }
        PushEvent event = kind == PushError.Kind.USER ? valid.violating("data", "data", "text") : valid;
        if (kind == PushError.Kind.SYSTEM) {
            attempt.blockTempDir();
            attempt.note("the directory for temporary files is now a file");
        }
        Finished finished = attempt.run(List.of(event), attempt.options.printing(false, false, verbose));
        int expected = attempt.adapter.exitCode(kind);
        attempt.expect(finished.exit == expected, "exit code " + expected + " for " + kind, "it was " + finished.exit);
        boolean trace = finished.hasStackTrace();
        attempt.expect(verbose || !trace, "no stack trace: the push is not verbose", "there was one");
        attempt.expect(
                !verbose || kind != PushError.Kind.SYSTEM || trace,
                "a stack trace: the push is verbose and the system failed",
                "there was none");
    }

    /** PUSH-14, the part about the exit code. */
    static void worstExitCode(PushTry attempt, List<PushEvent> events, boolean allAccepted) throws Exception {
        Finished finished = attempt.run(events, attempt.options);
        int expected = allAccepted ? 0 : attempt.adapter.exitCode(PushError.Kind.TRANSIENT);
        attempt.expect(finished.exit == expected, "exit code " + expected, "it was " + finished.exit);
    }
}
