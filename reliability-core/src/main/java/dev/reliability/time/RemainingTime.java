package dev.reliability.time;

import dev.reliability.base.Nanos;

/**
 * How remaining time is written in a header: at most 8 digits and a unit, as in gRPC.
 *
 * <p>Source: gRPC over HTTP/2, <i>Requests</i>, {@code grpc-timeout}: units {@code H M S m u n} from hours to nanoseconds.
 */
final class RemainingTime {
    private static final int MOST_DIGITS = 8;
    private static final long MOST = 99_999_999;
    private static final String UNITS = "numSMH";
    private static final long[] UNIT_NANOS = {
        1, 1_000, 1_000_000, 1_000_000_000L, 60 * 1_000_000_000L, 3_600 * 1_000_000_000L
    };

    private RemainingTime() {}

    /** The finest unit that has room for it, rounded up: at most a ten millionth too much. */
    static String format(long nanos) {
        int unit = 0;
        while (roundedUp(nanos, unit) > MOST) {
            unit++;
        }
        return roundedUp(nanos, unit) + String.valueOf(UNITS.charAt(unit));
    }

    private static long roundedUp(long nanos, int unit) {
        return (nanos - 1) / UNIT_NANOS[unit] + 1;
    }

    /**
     * Nanoseconds, at most {@link Nanos#MAX}.
     *
     * @throws IllegalArgumentException if the text is malformed; it comes from elsewhere, so it is not repeated in full
     */
    static long parse(String text) {
        int digits = text.length() - 1;
        int unit = digits < 1 ? -1 : UNITS.indexOf(text.charAt(digits));
        boolean wellFormed = unit >= 0 && digits <= MOST_DIGITS;
        long value = 0;
        for (int i = 0; wellFormed && i < digits; i++) {
            char digit = text.charAt(i);
            wellFormed = digit >= '0' && digit <= '9';
            value = 10 * value + (digit - '0');
        }
        if (!wellFormed) {
            throw new IllegalArgumentException("remaining time must be 1 to " + MOST_DIGITS
                    + " digits and a unit of H, M, S, m, u or n, but was of " + text.length() + " characters");
        }
        return value > Nanos.MAX / UNIT_NANOS[unit] ? Nanos.MAX : value * UNIT_NANOS[unit];
    }
}
