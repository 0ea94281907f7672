package dev.reliability.example.push.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({"10,PT10S", "2.5s,PT2.5S", "500ms,PT0.5S", "2m,PT2M", "0.001,PT0.001S", "1440m,PT24H"})
    void convert_spans(String text, Duration span) {
        assertThat(new TimeSpan().convert(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1h", "1e3", "0.0001", "1441m", "10 s", "99999999999"})
    void convert_anythingElse_isRefused(String text) {
        assertThatThrownBy(() -> new TimeSpan().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
