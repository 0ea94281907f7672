package dev.reliability.example.push.cli;

import dev.reliability.example.push.PushReport;
import dev.reliability.example.push.failure.Kind;
import java.io.PrintStream;

/** Prints reports as the options ask for, and answers the exit code. */
final class Printer {
    private final PrintStream out;
    private final PrintStream err;

    Printer(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int print(PushReport report, PushOptions options) {
        TextReport text = new TextReport(out, err, options.verbose);
        if (options.json) {
            out.println(new JsonReport(options.verbose, options.stats).of(report));
        } else if (!options.silent) {
            text.results(report);
            if (options.stats) {
                text.statistics(report);
            }
        }
        if (!report.isSuccess() && (options.silent || options.json)) {
            text.oneLine(report);
        } else if (!options.silent) {
            text.warnings(report);
            text.failures(report);
        }
        err.flush();
        return written(report.exitCode(), ": the report is lost");
    }

    /**
     * The exit code after everything was printed: what nobody gets is no success.
     *
     * @param exitCode what it is if the output was written
     * @param loss what to add to the message if it was not
     */
    int written(int exitCode, String loss) {
        if (!out.checkError()) {
            return exitCode;
        }
        err.println("push: standard output cannot be written" + loss);
        return exitCode == 0 ? Kind.SYSTEM.exitCode() : exitCode;
    }
}
