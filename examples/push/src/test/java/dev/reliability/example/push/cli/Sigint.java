package dev.reliability.example.push.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that what a test starts heeds SIGINT. A process that a shell starts in the background ignores it, and so does
 * every process that it starts; a JVM then leaves it ignored.
 */
final class Sigint {
    /** The command of GNU that starts another one with the signal as it is for a command in the foreground. */
    private static final List<String> HEEDED = List.of("env", "--default-signal=INT");

    private Sigint() {}

    private static final class Found {
        static final boolean ENV = works();

        private static boolean works() {
            try {
                Process env = new ProcessBuilder("env", "--default-signal=INT", "true")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return env.waitFor(10, TimeUnit.SECONDS) && env.exitValue() == 0;
            } catch (IOException e) {
                return false; // there is no such command
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** What to put before a command so that it heeds SIGINT; nothing where that cannot be done. */
    static List<String> heeded() {
        return Found.ENV ? HEEDED : List.of();
    }

    /** Fails if a process is known to ignore SIGINT. */
    static void check(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (Files.exists(status) && isIgnored(Files.readString(status))) {
            throw new AssertionError(
                    "SIGINT is ignored by process " + pid + ", as by whoever started these tests, and here is"
                            + " no env --default-signal=INT to change that: start the tests in the foreground");
        }
    }

    static boolean isIgnored(String status) {
        return status.lines()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }
}
