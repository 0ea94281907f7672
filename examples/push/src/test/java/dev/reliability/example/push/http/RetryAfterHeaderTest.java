package dev.reliability.example.push.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterHeaderTest {
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-03-02T12:00:00Z"), ZoneOffset.UTC);

    @Test
    void parse_seconds() {
        assertThat(RetryAfterHeader.parse(" 120 ", NOON)).isEqualTo(Duration.ofMinutes(2));
        assertThat(RetryAfterHeader.parse("0", NOON)).isEqualTo(Duration.ZERO);
    }

    @Test
    void parse_date() {
        assertThat(RetryAfterHeader.parse("Mon, 02 Mar 2026 12:00:30 GMT", NOON))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(RetryAfterHeader.parse("Mon, 02 Mar 2026 11:59:59 GMT", NOON))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999", "Mon, 02 Mar 2026"})
    void parse_malformed_isNoHint(String header) {
        assertThat(RetryAfterHeader.parse(header, NOON)).isNull();
    }
}
