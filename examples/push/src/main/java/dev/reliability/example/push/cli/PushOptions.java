package dev.reliability.example.push.cli;

import dev.reliability.example.push.PushRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line as picocli reads it. */
@Command(
        name = "push",
        sortOptions = false,
        versionProvider = Version.class,
        description = "Pushes events through a flow to its destinations.",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0    every event was delivered (--dry-run: everything is in order)",
            "  2    yours: the command line, configuration, event or flow has to change, or a destination refused",
            "  3    transient: trying again later may help",
            "  4    system: the machine or this program failed",
            "  130  stopped by Ctrl+C",
            "  143  stopped by SIGTERM",
            "",
            "The configuration, the event format and examples: README.md"
        })
final class PushOptions {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "<config>",
            description = "Configuration of the flow. Default: push.config.json or flow.json in the working directory.")
    @Nullable
    String config;

    @Option(
            names = "--event",
            required = true,
            paramLabel = "<json|file|URL>",
            description = "Event to push: JSON, a file or an http(s) URL. Repeat it for several events.")
    List<String> events = List.of();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "<name>",
            description = "Environment of the configuration to use.")
    @Nullable
    String environment;

    @Option(
            names = "--timeout",
            paramLabel = "<span>",
            converter = TimeSpan.class,
            description = "Limit over everything, such as 10, 2.5s, 500ms or 2m. Default: 10s.")
    Duration timeout = PushRequest.STANDARD_LIMIT;

    @Option(names = "--dry-run", description = "Look at everything and deliver nothing.")
    boolean dryRun;

    @Option(names = "--json", description = "Print the report as one JSON document on standard output.")
    boolean json;

    @Option(
            names = {"-v", "--verbose"},
            description = "Show bundle, each call and stack traces on standard error.")
    boolean verbose;

    @Option(
            names = {"-s", "--silent"},
            description = "Print nothing on success, one line on standard error on failure.")
    boolean silent;

    @Option(names = "--stats", description = "Show where the time went.")
    boolean stats;

    @Option(names = "--no-name-warning", description = "Do not warn of event names that are not \"ENTITY ACTION\".")
    boolean noNameWarning;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    /** The options that say how to print, of a command line that cannot be read. */
    static PushOptions ofPrinting(List<String> arguments) {
        PushOptions options = new PushOptions();
        options.json = arguments.contains("--json");
        options.silent = arguments.contains("--silent") || arguments.contains("-s");
        options.verbose = arguments.contains("--verbose") || arguments.contains("-v");
        return options;
    }
}
