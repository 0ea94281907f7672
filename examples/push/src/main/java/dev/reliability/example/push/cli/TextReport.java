package dev.reliability.example.push.cli;

import dev.reliability.example.push.EventReport;
import dev.reliability.example.push.PushReport;
import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Problem;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** A report for people. Durations are seconds. Results go to standard output, what went wrong to standard error. */
final class TextReport {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean verbose;

    TextReport(PrintStream out, PrintStream err, boolean verbose) {
        this.out = out;
        this.err = err;
        this.verbose = verbose;
    }

    void results(PushReport report) {
        for (EventReport event : report.events()) {
            results(event, report.dryRun());
        }
    }

    private void results(EventReport report, boolean dryRun) {
        var event = report.event();
        if (event == null || (!report.isSuccess() && report.deliveries().isEmpty())) {
            return; // it was not begun; the failure says why
        }
        String name = "\"" + event.name() + "\" (id " + event.id() + ")";
        if (dryRun) {
            out.println("in order: " + name);
            return;
        }
        Duration took = report.took();
        out.println((report.isSuccess() ? "pushed " : "not pushed ")
                + name
                + (took == null ? ": not started" : " in " + seconds(took)));
        for (DeliveryResult result : report.deliveries()) {
            out.println("  " + line(result));
        }
    }

    private static String line(DeliveryResult result) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%-16s %-13s",
                result.destination(),
                result.outcome().text()));
        if (result.attempts() > 0) {
            line.append(result.status() == null ? "  no answer" : "  status " + result.status());
            line.append("  ").append(attempts(result.attempts()));
            line.append("  ").append(seconds(result.took()));
        }
        return line.toString().stripTrailing();
    }

    void statistics(PushReport report) {
        out.println("total " + seconds(report.took()) + ", " + attempts(report.attempts()) + ", bundle "
                + report.bundleBytes() + " bytes");
        report.stages()
                .forEach((stage, took) -> out.println(String.format(
                        Locale.ROOT, "  %-11s %s", stage.name().toLowerCase(Locale.ROOT), seconds(took))));
    }

    void warnings(PushReport report) {
        report.warnings().forEach(warning -> err.println("push: warning: " + warning));
    }

    /** What went wrong; each failure once, though several events may share it. */
    void failures(PushReport report) {
        report.told().forEach(this::failure);
    }

    private void failure(Failure failure) {
        String place = failure.place() == null ? "" : " (at " + failure.place() + ")";
        err.println("push: " + failure.message() + place);
        for (Problem problem : failure.problems()) {
            err.println("  " + problem);
        }
        if (verbose && failure.cause() != null) {
            err.print(JsonReport.stack(failure.cause()));
        }
    }

    /** All that went wrong, in one line. */
    void oneLine(PushReport report) {
        err.println("push: "
                + String.join("; ", report.told().stream().map(Failure::oneLine).toList()));
    }

    private static String attempts(int number) {
        return number == 1 ? "1 attempt" : number + " attempts";
    }

    private static String seconds(Duration span) {
        return String.format(Locale.ROOT, "%.2f s", span.toNanos() / 1e9);
    }
}
