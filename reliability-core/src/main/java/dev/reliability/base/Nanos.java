package dev.reliability.base;

import java.time.Duration;
import java.util.Locale;

/**
 * Spans of time as nanoseconds in a {@code long}. Any {@link Duration} is accepted: spans are clamped to 100 years
 * either way, so that sums of two of them, and of one and the clock, never overflow the difference of two instants.
 */
public final class Nanos {
    /** 100 years of 365.25 days. */
    public static final long MAX = 100L * 36_525L * 864L * 1_000_000_000L;

    private static final Duration LONGEST = Duration.ofNanos(MAX);
    private static final Duration LONGEST_BACK = LONGEST.negated();

    private Nanos() {}

    /**
     * A duration as nanoseconds.
     *
     * @param span any duration
     * @return its nanoseconds, from -{@link #MAX} to {@link #MAX}
     */
    public static long of(Duration span) {
        if (span.compareTo(LONGEST) >= 0) {
            return MAX;
        }
        return span.compareTo(LONGEST_BACK) <= 0 ? -MAX : span.toNanos();
    }

    /**
     * A span for people to read: three digits at most, and a unit.
     *
     * @param nanos the span in nanoseconds
     * @return for example {@code 200 ms} or {@code 4.1 s}
     */
    public static String text(long nanos) {
        if (nanos < 0) {
            return "-" + text(nanos == Long.MIN_VALUE ? Long.MAX_VALUE : -nanos);
        }
        if (nanos < 1_000L) {
            return nanos + " ns";
        }
        if (nanos < 999_500L) { // more is rounded to the next unit
            return number(nanos / 1e3) + " us";
        }
        if (nanos < 999_500_000L) {
            return number(nanos / 1e6) + " ms";
        }
        if (nanos < 120_000_000_000L) {
            return number(nanos / 1e9) + " s";
        }
        return nanos < 7_200_000_000_000L ? number(nanos / 60e9) + " min" : number(nanos / 3600e9) + " h";
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
