package dev.reliability.example.push.cli;

import ch.qos.logback.classic.Level;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.cleanup.CleanupScope;
import dev.reliability.example.push.Push;
import dev.reliability.example.push.PushReport;
import dev.reliability.example.push.PushRequest;
import dev.reliability.example.push.config.ConfigSource;
import dev.reliability.example.push.event.EventSource;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command: reads the command line, pushes, prints, and answers the exit code. */
public final class PushCommand {
    private final PrintStream out;
    private final PrintStream err;
    private final Printer printer;
    private final Map<String, String> variables;
    private final Path workingDirectory;
    private final boolean onTerminal;

    /**
     * A command.
     *
     * @param out standard output
     * @param err standard error
     * @param variables environment variables
     * @param workingDirectory what files are relative to
     * @param onTerminal whether standard error is a terminal
     */
    public PushCommand(
            PrintStream out,
            PrintStream err,
            Map<String, String> variables,
            Path workingDirectory,
            boolean onTerminal) {
        this.out = out;
        this.err = err;
        this.printer = new Printer(out, err);
        this.variables = variables;
        this.workingDirectory = workingDirectory;
        this.onTerminal = onTerminal;
    }

    /** Runs the command in this process and ends the process. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        // While a signal ends the process this waits, and the signal's exit code stands.
        System.exit(exitCode(out, err, arguments));
    }

    private static int exitCode(PrintStream out, PrintStream err, String... arguments) {
        long startNanos = System.nanoTime();
        try {
            boolean onTerminal = Boolean.getBoolean("push.terminal"); // the launcher knows
            return new PushCommand(out, err, System.getenv(), Path.of("").toAbsolutePath(), onTerminal)
                    .run(startOfTheJvm(), arguments);
        } catch (RuntimeException | Error e) {
            // Nothing may end as a bare trace: it is a failure like any other, with its line and its exit code.
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            Failure failure = Failure.of(Stage.START, Kind.SYSTEM, "unexpected", "unexpected: " + root, e);
            PushOptions options = PushOptions.ofPrinting(Arrays.asList(arguments));
            return new Printer(out, err).print(PushReport.refused(failure, startNanos), options);
        }
    }

    /**
     * When this JVM started, as {@link System#nanoTime} has it. The JVM counts its own time on a clock that no one sets; the
     * start that the operating system gives for the process is a time of day, and on Linux up to a second too early.
     */
    private static long startOfTheJvm() {
        long millis = ManagementFactory.getRuntimeMXBean().getUptime();
        return System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Runs the command; the limit begins now. */
    public int run(String... arguments) {
        return run(System.nanoTime(), arguments);
    }

    private int run(long startNanos, String... arguments) {
        PushOptions options = new PushOptions();
        CommandLine line = new CommandLine(options)
                .setOut(new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        try {
            ParseResult parsed = line.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(parsed)) {
                return printer.written(0, "");
            }
            if (options.silent && options.verbose) {
                throw new ParameterException(line, "--silent and --verbose exclude one another");
            }
        } catch (ParameterException e) {
            return refused(e, PushOptions.ofPrinting(Arrays.asList(arguments)), startNanos);
        }
        Level level = options.silent ? Level.OFF : options.verbose ? Level.DEBUG : Level.WARN;
        Logs.to(err, level, "json".equals(variables.get("PUSH_LOG")));
        // Held open until the report is printed: a signal waits for that.
        return Cleanup.builder().name("command").closeAtShutdown().<Integer, RuntimeException>call(scope -> {
            PushReport report = push(options, startNanos);
            return printer.print(report, options);
        });
    }

    private int refused(ParameterException e, PushOptions options, long startNanos) {
        Failure failure = Failure.of(Stage.VALIDATION, Kind.USER, "usage", String.valueOf(e.getMessage()), null);
        int exitCode = printer.print(PushReport.refused(failure, startNanos), options);
        if (!options.silent && !options.json) {
            err.println("Try 'push --help'.");
        }
        return exitCode;
    }

    private PushReport push(PushOptions options, long startNanos) {
        Push.Surroundings surroundings =
                Push.Surroundings.ofThisProcess().withVariables(variables).closedAtShutdown();
        try (CleanupScope display = Cleanup.scope()) {
            if (onTerminal && !options.silent && !options.verbose) {
                surroundings = surroundings.withWatcher(display.add(new ProgressLine(err)));
            }
            return new Push(surroundings).run(request(options, startNanos));
        } catch (PushException e) {
            return PushReport.refused(e.failure(), startNanos);
        }
    }

    private PushRequest request(PushOptions options, long startNanos) {
        List<EventSource> events = new ArrayList<>();
        for (String event : options.events) {
            events.add(EventArgument.source(event, workingDirectory));
        }
        return new PushRequest(
                config(options),
                options.environment,
                events,
                options.timeout,
                startNanos,
                options.dryRun,
                !options.noNameWarning);
    }

    private ConfigSource config(PushOptions options) {
        if (options.config == null) {
            return ConfigSource.standard(workingDirectory);
        }
        try {
            return ConfigSource.file(workingDirectory, options.config);
        } catch (InvalidPathException e) {
            throw new PushException(
                    Stage.VALIDATION, Kind.USER, "configuration", "configuration is no path: " + e.getMessage(), e);
        }
    }
}
