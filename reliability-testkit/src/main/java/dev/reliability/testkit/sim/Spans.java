package dev.reliability.testkit.sim;

import java.math.BigDecimal;

/** Spans of virtual time in words, exactly. */
final class Spans {
    private static final String[] UNITS = {"ns", "us", "ms", "s"};

    private Spans() {}

    /** For example {@code 2.5 ms}. */
    static String text(long nanos) {
        int unit = 0;
        for (long left = Math.abs(nanos); left >= 1_000 && unit < UNITS.length - 1; left /= 1_000) {
            unit++;
        }
        BigDecimal number = BigDecimal.valueOf(nanos, 3 * unit).stripTrailingZeros();
        return number.toPlainString() + " " + UNITS[unit];
    }
}
