package dev.reliability.testkit.fault;

import java.time.Duration;

/** Spans of real time. */
final class Spans {
    private static final Duration LONG = Duration.ofDays(36_500);

    private Spans() {}

    /** A span in nanoseconds; one of more than a century is as good as endless. */
    static long nanos(Duration span) {
        return span.compareTo(LONG) > 0 ? Long.MAX_VALUE : span.toNanos();
    }

    /** A span for people to read. */
    static String text(Duration span) {
        if (span.compareTo(LONG) > 0) {
            return span.toString();
        }
        return span.toNanosPart() % 1_000_000 == 0 ? span.toMillis() + " ms" : span.toNanos() + " ns";
    }
}
