package dev.reliability.testkit.sim;

import java.math.BigDecimal;
import java.time.Duration;

/** Spans of time as numbers and in words. */
final class Spans {
    private static final String[] UNITS = {"ns", "us", "ms", "s"};

    private static final Duration LONGEST = Duration.ofDays(36_525);

    private Spans() {}

    /** In nanoseconds; more than a century is as good as one. */
    static long nanos(Duration span) {
        return (span.compareTo(LONGEST) > 0 ? LONGEST : span).toNanos();
    }

    /** In words, exactly. For example {@code 2.5 ms}. */
    static String text(long nanos) {
        int unit = 0;
        for (long left = Math.abs(nanos); left >= 1_000 && unit < UNITS.length - 1; left /= 1_000) {
            unit++;
        }
        BigDecimal number = BigDecimal.valueOf(nanos, 3 * unit).stripTrailingZeros();
        return number.toPlainString() + " " + UNITS[unit];
    }
}
