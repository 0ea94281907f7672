package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The reference command as a process. */
final class ReferenceMain {
    private static final Map<PushError.Kind, Integer> EXIT =
            Map.of(PushError.Kind.USER, 2, PushError.Kind.TRANSIENT, 3, PushError.Kind.SYSTEM, 4);

    private ReferenceMain() {}

    /** Takes a job's file and the directory for temporary files. */
    public static void main(String[] args) throws Exception {
        Job job = Job.read(Path.of(args[0]));
        ReferenceCommand command = new ReferenceCommand(job, Path.of(args[1]), () -> {});
        if (!job.has(Defect.NO_CLEANUP_ON_SIGNAL)) {
            Runtime.getRuntime().addShutdownHook(new Thread(command::removeBundle));
        }
        List<PushResult> results = command.push();
        print(job, results.get(0));
        int exit = results.stream()
                .flatMap(result -> result.error().stream())
                .mapToInt(error -> EXIT.get(error.kind()))
                .max()
                .orElse(0);
        System.exit(exit);
    }

    private static void print(Job job, PushResult result) {
        boolean success = result.success();
        String message = result.error().map(PushError::message).orElse("delivered");
        if (job.json() && (success || !job.has(Defect.JSON_ON_SUCCESS_ONLY))) {
            System.out.println(document(job, result));
        } else if (!job.silent() || job.has(Defect.CHATTY_WHEN_SILENT)) {
            System.out.println(message);
        }
        if (!success) {
            System.err.println("push failed: " + message.lines().collect(Collectors.joining(" ")));
            boolean plain = !job.json() && !job.silent();
            if (plain && (job.verbose() || job.has(Defect.TRACE_WITHOUT_VERBOSE))) {
                new IllegalStateException(message).printStackTrace();
            }
        }
    }

    private static String document(Job job, PushResult result) {
        String[] name = String.valueOf(job.events().get(0).get("name")).split(" ", 2);
        String results = result.deliveries().stream()
                .map(delivery -> "{\"destination\":" + Json.quote(delivery.destination()) + ",\"outcome\":"
                        + Json.quote(delivery.outcome().toString()) + ",\"attempts\":" + delivery.attempts() + "}")
                .collect(Collectors.joining(","));
        return "{\"success\":" + result.success() + ",\"results\":[" + results + "],\"error\":"
                + result.error().map(error -> Json.quote(error.message())).orElse("null") + ",\"attempts\":"
                + result.attempts() + ",\"durationMs\":" + result.duration().toMillis() + ",\"id\":\"e-1\",\"entity\":"
                + Json.quote(name[0]) + ",\"action\":" + Json.quote(name[name.length - 1]) + "}";
    }
}
