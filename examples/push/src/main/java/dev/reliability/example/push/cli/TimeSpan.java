package dev.reliability.example.push.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads spans such as {@code 10}, {@code 2.5s}, {@code 500ms} and {@code 2m}; a number without a unit counts seconds. */
final class TimeSpan implements ITypeConverter<Duration> {
    private static final Pattern SPAN = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m)?");
    private static final Duration LONGEST = Duration.ofHours(24);

    @Override
    public Duration convert(String text) {
        Matcher matcher = SPAN.matcher(text);
        if (matcher.matches()) {
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            long nanosPerUnit = switch (unit) {
                case "ms" -> 1_000_000L;
                case "m" -> 60_000_000_000L;
                default -> 1_000_000_000L;
            };
            Duration span = Duration.ofNanos(new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(nanosPerUnit))
                    .longValue());
            if (span.compareTo(Duration.ofMillis(1)) >= 0 && span.compareTo(LONGEST) <= 0) {
                return span;
            }
        }
        throw new TypeConversionException(
                "must be from 1 ms to 24 hours, such as 10, 2.5s, 500ms or 2m, but was '" + text + "'");
    }
}
