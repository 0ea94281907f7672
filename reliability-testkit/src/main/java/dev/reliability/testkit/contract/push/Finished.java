package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.contract.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A process of the command that has ended, with all that it printed. */
final class Finished {
    private static final Duration START = Duration.ofSeconds(30); // a cold JVM on a busy machine

    final int exit;
    final String out;
    final List<String> err;

    /** Waits for a process; one that does not end is killed, and breaks the rule. */
    Finished(PushTry history, Process process, Duration limit) throws Exception {
        FutureTask<String> standardOut = reading(process.getInputStream());
        FutureTask<String> standardErr = reading(process.getErrorStream());
        Duration allowed = limit.plus(Settings.scaled(START));
        boolean ended = process.waitFor(allowed.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) { // only then: it closes the pipes, too, with what is still in them
            process.destroyForcibly().waitFor();
        }
        history.expect(ended, "the process to end within " + allowed, "it still ran and was killed");
        exit = process.exitValue();
        out = standardOut.get(10, TimeUnit.SECONDS);
        // What a JVM says about variables of its environment is not the command's.
        err = standardErr
                .get(10, TimeUnit.SECONDS)
                .lines()
                .filter(line -> !line.startsWith("Picked up "))
                .toList();
        history.note("exit code " + exit + "\n      standard output: " + indented(out) + "\n      standard error: "
                + indented(String.join("\n", err)));
    }

    private static FutureTask<String> reading(InputStream stream) {
        FutureTask<String> task = new FutureTask<>(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Thread thread = new Thread(task, "reliability-kit-reader");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static String indented(String text) {
        return text.lines().limit(40).collect(Collectors.joining("\n        "));
    }

    boolean hasStackTrace() {
        return out.lines().anyMatch(Finished::isFrame) || err.stream().anyMatch(Finished::isFrame);
    }

    private static boolean isFrame(String line) {
        return line.matches("\\s+at \\S.*");
    }
}
