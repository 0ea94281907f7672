package dev.reliability.retry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates in HTTP headers (RFC 9110, 5.6.7): the form that is to be sent, and the two obsolete ones that must be accepted.
 * Days of the week are not checked against dates.
 */
final class HttpDate {
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    private static final String MONTH = "(?<month>" + String.join("|", MONTHS) + ")";
    private static final String TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
    private static final String SHORT_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private static final String LONG_DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";

    private static final List<Pattern> FORMS = List.of(
            // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
            Pattern.compile(SHORT_DAY + ", (?<day>\\d\\d) " + MONTH + " (?<year>\\d{4}) " + TIME + " GMT"),
            // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
            Pattern.compile(LONG_DAY + ", (?<day>\\d\\d)-" + MONTH + "-(?<year>\\d\\d) " + TIME + " GMT"),
            // asctime: Sun Nov  6 08:49:37 1994
            Pattern.compile(SHORT_DAY + " " + MONTH + " (?<day>[ \\d]\\d) " + TIME + " (?<year>\\d{4})"));

    private HttpDate() {}

    /** The span from one date to another, not less than zero; null if either is missing or malformed. */
    static @Nullable Duration between(@Nullable String from, String to) {
        LocalDateTime start = from == null ? null : parse(from.strip(), 2019); // two digits: 1970 to 2069
        LocalDateTime end = start == null ? null : parse(to, start.getYear());
        if (start == null || end == null) {
            return null;
        }
        Duration span = Duration.between(start, end);
        return span.isNegative() ? Duration.ZERO : span;
    }

    /** Two digits mean the year that is not more than 50 years after a given one, nor more than 49 before it. */
    private static @Nullable LocalDateTime parse(String text, int now) {
        for (Pattern form : FORMS) {
            Matcher matcher = form.matcher(text);
            if (matcher.matches()) {
                return dateOf(matcher, now);
            }
        }
        return null;
    }

    private static @Nullable LocalDateTime dateOf(Matcher matcher, int now) {
        int year = number(matcher, "year");
        if (matcher.group("year").length() == 2) {
            year = now - 49 + Math.floorMod(year - (now - 49), 100);
        }
        int second = number(matcher, "second");
        try {
            LocalDateTime date = LocalDateTime.of(
                    year,
                    MONTHS.indexOf(matcher.group("month")) + 1,
                    number(matcher, "day"),
                    number(matcher, "hour"),
                    number(matcher, "minute"),
                    second == 60 ? 59 : second);
            return second == 60 ? date.plusSeconds(1) : date; // a leap second
        } catch (DateTimeException outOfRange) {
            return null;
        }
    }

    private static int number(Matcher matcher, String group) {
        return Integer.parseInt(matcher.group(group).strip());
    }
}
