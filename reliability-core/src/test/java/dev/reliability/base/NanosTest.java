package dev.reliability.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NanosTest {
    @Test
    void time_2_anyDurationIsAccepted_andClampedTo100Years() {
        assertThat(Nanos.of(Duration.ZERO)).isZero();
        assertThat(Nanos.of(Duration.ofNanos(-5))).isEqualTo(-5);
        assertThat(Nanos.of(Duration.ofNanos(Nanos.MAX - 1))).isEqualTo(Nanos.MAX - 1);
        assertThat(Nanos.of(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))).isEqualTo(Nanos.MAX);
        assertThat(Nanos.of(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(-Nanos.MAX);
        assertThat(Duration.ofNanos(Nanos.MAX).toDays()).isEqualTo(36_525);
    }

    @Test
    void max_twoSpans_stillFitBesideTheCounter() {
        assertThat(Math.addExact(Nanos.MAX, Nanos.MAX)).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ns",
        "999, 999 ns",
        "1000, 1 us",
        "1500, 1.5 us",
        "9900, 9.9 us",
        "999499, 999 us",
        "999500, 1 ms",
        "999999, 1 ms",
        "1000000, 1 ms",
        "200000000, 200 ms",
        "999999999, 1 s",
        "1000000000, 1 s",
        "4100000000, 4.1 s",
        "10000000000, 10 s",
        "119000000000, 119 s",
        "120000000000, 2 min",
        "7200000000000, 2 h",
        "-1500, -1.5 us",
        "-9223372036854775808, -2562048 h"
    })
    void text_anySpan_hasThreeDigitsAndAUnit(long nanos, String text) {
        assertThat(Nanos.text(nanos)).isEqualTo(text);
    }
}
