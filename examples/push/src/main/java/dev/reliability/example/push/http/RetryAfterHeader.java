package dev.reliability.example.push.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The HTTP header Retry-After (RFC 9110, 10.2.3): seconds, or the date from which on to try again. */
final class RetryAfterHeader {
    private RetryAfterHeader() {}

    /** The wait that a header asks for; null if it is malformed or has passed. */
    static @Nullable Duration parse(String header, Clock clock) {
        String text = header.strip();
        if (text.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration wait = Duration.between(clock.instant(), date);
            return wait.isNegative() ? null : wait;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
