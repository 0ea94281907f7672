package dev.reliability.testkit.report;

import dev.reliability.testkit.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@code rules.json}: one line for each rule and adapter, the last run of which replaces the one before. It is written
 * after each rule, so that an aborted run leaves what it found out, and merged under a file lock, because the contracts of a
 * module may run in several JVMs. The page that shows it is written with it, but at most every two seconds, and when the
 * JVM ends.
 */
public final class Results {
    private static final Logger LOG = LoggerFactory.getLogger(Results.class);

    private static final long PAGE_EVERY_NANOS = 2_000_000_000;

    private static final Map<Path, Long> SHOWN = new HashMap<>(); // when, by directory; guarded by the class
    private static final Set<Path> NOT_SHOWN = new HashSet<>(); // directories with results since; guarded by the class

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Results::showAll, "reliability-kit-report"));
    }

    private Results() {}

    /**
     * Adds a result.
     *
     * @param directory of the files, made where it is missing
     * @param result replaces the one of the same rule and adapter
     * @throws UncheckedIOException if they cannot be written
     */
    public static void record(Path directory, Result result) {
        try {
            Files.createDirectories(directory);
            synchronized (Results.class) { // a file lock does not exclude threads of one JVM: it throws
                locked(directory, () -> merge(directory, result));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the results of " + result.rule() + " to " + directory, e);
        }
    }

    private static void merge(Path directory, Result result) throws IOException {
        Path file = directory.resolve("rules.json");
        Map<String, Result> results = new TreeMap<>();
        read(file).forEach(old -> results.put(old.key(), old));
        results.put(result.key(), result);
        String lines = results.values().stream().map(Result::toJson).collect(Collectors.joining(",\n"));
        write(file, "{\"results\":[\n" + lines + "\n]}\n");
        Long before = SHOWN.get(directory);
        if (before == null || System.nanoTime() - before >= PAGE_EVERY_NANOS) {
            writePage(directory, List.copyOf(results.values()));
        } else {
            NOT_SHOWN.add(directory);
        }
    }

    /**
     * Writes the page, whenever that was last done.
     *
     * @param directory of the files
     * @throws IOException if a file cannot be read or written
     */
    static void show(Path directory) throws IOException {
        synchronized (Results.class) {
            locked(directory, () -> writePage(directory, read(directory.resolve("rules.json"))));
        }
    }

    private static void writePage(Path directory, List<Result> results) throws IOException {
        write(directory.resolve("index.html"), Page.of(results));
        SHOWN.put(directory, System.nanoTime());
        NOT_SHOWN.remove(directory);
    }

    private static void showAll() {
        synchronized (Results.class) {
            for (Path directory : List.copyOf(NOT_SHOWN)) {
                try {
                    if (Files.exists(directory)) { // that of a test may be gone
                        show(directory);
                    }
                } catch (IOException | RuntimeException e) {
                    LOG.warn("{} has results that its page does not show", directory, e);
                }
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void locked(Path directory, Work work) throws IOException {
        try (FileChannel channel = FileChannel.open(
                directory.resolve("rules.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock(); // closing the channel gives it back
            work.run();
        }
    }

    /** Readers see the old file or the new one, also of a run that is killed meanwhile. */
    private static void write(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next"); // only who has the lock writes
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads what was kept. A build output that cannot be read, or was written by another version, must not stop the rules: it
     * is said and left out, as a whole or line by line.
     *
     * @param file need not exist
     * @return what it says, in its order
     * @throws IOException if the file is there and cannot be read
     */
    static List<Result> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            if (Json.read(Files.readString(file)) instanceof Map<?, ?> document
                    && document.get("results") instanceof List<?> results) {
                return Fields.all(results)
                        .flatMap(fields -> line(file, fields).stream())
                        .toList();
            }
            LOG.warn("{} has no results, and is begun anew", file);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            LOG.warn("{} cannot be read, and is begun anew: {}", file, e.toString());
        }
        return List.of();
    }

    private static Optional<Result> line(Path file, Fields fields) {
        try {
            return Optional.of(Result.ofJson(fields));
        } catch (IllegalArgumentException | ArithmeticException e) {
            LOG.warn("{} has a result that this version cannot read, and that is left out: {}", file, e.toString());
            return Optional.empty();
        }
    }
}
