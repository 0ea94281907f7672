package dev.reliability.testkit.report;

import dev.reliability.testkit.rule.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broken rule, as the template of the page reads it. */
record FailureView(
        String anchor,
        String rule,
        List<Text.Part> promise,
        String adapter,
        String word,
        String tone,
        String mode,
        String expected,
        String seen,
        String seed,
        int failedTry,
        String jdk,
        String effort,
        List<String> repeat,
        String details,
        @Nullable Timeline timeline,
        List<Event> events) {
    private static final int FEW = 12; // events that are shown without being asked for
    private static final String EXPECTED = "expected ";
    private static final String BUT = ", but ";

    /** A line of the list that says the same as the drawing. */
    record Event(String time, String lane, String what, String tone) {
        static Event of(Moment moment) {
            String time = moment.kind() == Moment.Kind.OMITTED ? "" : Text.time(moment.atNanos());
            String tone = moment.kind() == Moment.Kind.BROKEN ? "broken" : "";
            return new Event(time, moment.lane(), what(moment), tone);
        }

        private static String what(Moment moment) {
            return switch (moment.kind()) {
                case INVOKED -> moment.what();
                case OK -> moment.what() + " \u2713 " + moment.value();
                case FAILED -> moment.what() + " \u2717 " + moment.value();
                case UNKNOWN -> moment.what() + " ? nobody knows";
                case NOTE -> moment.what();
                case BEGAN -> moment.what() + " from now on";
                case ENDED -> moment.what() + " no longer";
                case LIMIT -> moment.what() + " at " + Text.time(TimeAxis.due(moment));
                case BROKEN -> "\u2717 " + moment.what() + ", " + moment.value();
                case OMITTED -> "\u2026 and " + moment.value() + " more";
            };
        }
    }

    static FailureView of(Result result, Failure failure) {
        String summary = failure.summary();
        int but = summary.indexOf(BUT);
        boolean split = summary.startsWith(EXPECTED) && but > 0;
        Word word = Word.of(result);
        return new FailureView(
                anchor(result),
                result.rule(),
                Text.parts(Rule.of(result.rule()).text()),
                result.adapter(),
                word.word(),
                word.tone(),
                result.mode(),
                split ? summary.substring(EXPECTED.length(), but) : "",
                split ? summary.substring(but + BUT.length()) : summary,
                result.seed(),
                failure.failedTry(),
                result.jdk(),
                result.effort(),
                List.of(failure.repeat().split(" ")),
                failure.details(),
                failure.moments().isEmpty() ? null : TimelineLayout.of(failure.moments()),
                failure.moments().stream().map(Event::of).toList());
    }

    /** Where the page shows it; an adapter's name may hold anything. */
    static String anchor(Result result) {
        return result.rule() + "-" + Integer.toHexString(result.adapter().hashCode());
    }

    boolean anyEvents() {
        return !events.isEmpty();
    }

    boolean few() {
        return events.size() <= FEW;
    }
}
