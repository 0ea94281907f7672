package dev.reliability.example.push.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real command as a process, on the class path of the tests. Standard output and standard error go to files. */
public final class CommandRun {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path out;
    private final Path err;

    private CommandRun(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The command line of a JVM that runs the command, whoever started it: for tests that start it themselves. */
    public static List<String> jvm(Path temp) {
        return jvm(temp, List.of());
    }

    private static List<String> jvm(Path temp, List<String> agents) {
        List<String> command = new ArrayList<>(Sigint.heeded());
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(agents);
        command.addAll(List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                PushCommand.class.getName()));
        return command;
    }

    /** The agent that says which lines the tests reach: it adds what the command reached when that ends. */
    private static List<String> coverageAgents() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("jacoco"))
                .toList();
    }

    /** Starts the command in a directory, with the given environment variables besides the usual ones. */
    public static CommandRun start(Path directory, Path temp, Map<String, String> variables, String... arguments)
            throws IOException {
        return start(List.of(), directory, temp, variables, arguments);
    }

    /** The same, started by another command, which has to become it. */
    static CommandRun start(
            List<String> by, Path directory, Path temp, Map<String, String> variables, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(by);
        command.addAll(jvm(temp, coverageAgents()));
        command.addAll(List.of(arguments));
        return start(command, directory, variables);
    }

    /** Starts any command line in a directory, with the given environment variables besides the usual ones. */
    static CommandRun start(List<String> command, Path directory, Map<String, String> variables) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(variables);
        // A JVM announces these on standard error.
        builder.environment()
                .keySet()
                .removeIf(name -> name.equals("JAVA_TOOL_OPTIONS") || name.equals("_JAVA_OPTIONS"));
        return new CommandRun(builder.start(), out, err);
    }

    /** The process. */
    public Process process() {
        return process;
    }

    /** Sends a signal. Fails if it is SIGINT and the process ignores that: the test would wait in vain. */
    public void signal(String name) throws IOException, InterruptedException {
        if (name.equals("INT")) {
            Sigint.check(process.pid());
        }
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
    }

    /** Waits for the end and answers the exit code. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the command still runs after " + PATIENCE_SECONDS + " s");
        }
        return process.exitValue();
    }

    /** What it wrote to standard output. */
    public String out() throws IOException {
        return Files.readString(out);
    }

    /** What it wrote to standard error. */
    public String err() throws IOException {
        return Files.readString(err);
    }
}
