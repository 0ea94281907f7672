package dev.reliability.example.push.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.failure.Problem;
import dev.reliability.example.push.failure.Problems;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("{\"a\":}", "Unexpected character ('}' (code 125))"),
                Arguments.of("{\"a\":1", "Unexpected end-of-input"),
                Arguments.of("{\"a\":1,}", "Unexpected character ('}' (code 125))"),
                Arguments.of("{'a':1}", "Unexpected character (''' (code 39))"),
                Arguments.of("{\"a\":NaN}", "Non-standard token 'NaN'"),
                Arguments.of("{\"a\":-Infinity}", "Non-standard token '-Infinity'"),
                Arguments.of("{\"a\":01}", "Invalid numeric value"),
                Arguments.of("{\"a\":+1}", "Unexpected character ('+' (code 43))"),
                Arguments.of("{\"a\":.5}", "Unexpected character ('.' (code 46))"),
                Arguments.of("{\"a\":5.}", "Unexpected character ('}' (code 125))"),
                Arguments.of("{\"a\":1} // c", "Unexpected character ('/' (code 47))"),
                Arguments.of("{\"a\":\"\n\"}", "Illegal unquoted character"),
                Arguments.of("{\"a\":\"\\x\"}", "Unrecognized character escape 'x'"),
                Arguments.of("{\"a\":yes}", "Unrecognized token 'yes'"),
                Arguments.of("{\"a\":1,\"a\":2}", "Duplicate field 'a'"),
                Arguments.of("{} {}", "more follows after its end"));
    }

    static Stream<Arguments> tooMuch() {
        return Stream.of(
                Arguments.of("[".repeat(1001), "is nested too deep"),
                Arguments.of("{\"a\":" + "9".repeat(1001) + "}", "has a number of too many digits"),
                Arguments.of("{\"" + "a".repeat(50_001) + "\":1}", "has too long a name or string"));
    }

    @ParameterizedTest
    @MethodSource("tooMuch")
    void push_1_tooMuchJson_isToldInWordsOfItsOwn(String text, String what) {
        Problems problems = new Problems();
        assertThat(Json.read(text, problems).isMissingNode()).isTrue();
        assertThat(problems.list()).containsExactly(new Problem("", what));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void push_1_malformedJson_isToldInWordsOfItsOwn(String text, String what) {
        Problems problems = new Problems();
        assertThat(Json.read(text, problems).isMissingNode()).isTrue();
        assertThat(problems.list())
                .singleElement()
                .asString()
                .contains(what)
                .matches("(?s).* \\(line \\d+, column \\d+\\)")
                .doesNotContainIgnoringCase("jackson")
                .doesNotContainPattern("`|Feature|Stream|ALLOW|start marker|[a-z]\\.[A-Z]|Json[A-Z]");
    }

    @Test
    void read_byteOrderMark_isSkippedOnce() {
        Problems problems = new Problems();
        assertThat(Json.read("\uFEFF{}", problems).isObject()).isTrue();
        assertThat(problems.isEmpty()).isTrue();
        Json.read("\uFEFF\uFEFF{}", problems);
        assertThat(problems.isEmpty()).isFalse();
    }
}
