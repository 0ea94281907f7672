package dev.reliability.example.push;

import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Stage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What came of a push.
 *
 * @param dryRun whether it stopped after looking at everything
 * @param environment the chosen environment; null if none was
 * @param events one report for each event of the request, in its order; empty if they were not looked at
 * @param failure why the push as a whole failed; null if it did not
 * @param warnings what a person should know and what does not change the verdict
 * @param took from when the limit began to the end, cleanup included
 * @param stages how long each stage took that was reached
 * @param bundleBytes how large the bundle was; 0 if there was none
 */
public record PushReport(
        boolean dryRun,
        @Nullable String environment,
        List<EventReport> events,
        @Nullable Failure failure,
        List<String> warnings,
        Duration took,
        Map<Stage, Duration> stages,
        long bundleBytes) {
    /** The report of a push that did not begin; the start is one of {@link System#nanoTime}. */
    public static PushReport refused(Failure failure, long startNanos) {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        return new PushReport(false, null, List.of(), failure, List.of(), took, new EnumMap<>(Stage.class), 0);
    }

    /** Whether every event was pushed; in a dry run, whether everything is in order. */
    public boolean isSuccess() {
        return worst().isEmpty();
    }

    /** The worst kind of all failures. */
    public Optional<Kind> worst() {
        return failures().map(Failure::kind).reduce(Kind::or);
    }

    /** All failures, that of the push as a whole first. */
    public Stream<Failure> failures() {
        return Stream.concat(Stream.ofNullable(failure), events.stream().map(EventReport::failure))
                .filter(Objects::nonNull);
    }

    /**
     * The failures to tell of, each once. Why an event was refused is left out: the failure of the push says that for all
     * of them.
     */
    public List<Failure> told() {
        return failures()
                .filter(each -> failure == null || each.equals(failure) || each.stage() != Stage.VALIDATION)
                .distinct()
                .toList();
    }

    /** What a process that did just this exits with. */
    public int exitCode() {
        return worst().map(Kind::exitCode).orElse(0);
    }

    /** How many requests were begun. */
    public int attempts() {
        return events.stream().mapToInt(EventReport::attempts).sum();
    }
}
