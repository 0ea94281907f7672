package dev.reliability.example.push.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.reliability.example.push.failure.Problem;
import dev.reliability.example.push.failure.Problems;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCheckTest {
    @Test
    void check_wholeEvent_isTaken() {
        FlowEvent event = taken("""
                { "name": "order complete", "id": "e-1", "data": { "total": 5 }, "user": { "id": "u" },
                  "context": { "shop": ["a", 1] }, "consent": { "marketing": true }, "custom": 7,
                  "nested": [ { "type": "item", "data": { "n": 1 }, "nested": [ { "type": "part" } ] } ] }
                """);
        assertThat(event.id()).isEqualTo("e-1");
        assertThat(event.entity()).isEqualTo("order");
        assertThat(event.action()).isEqualTo("complete");
        assertThat(event.data()).isEqualTo("{\"total\":5}");
        assertThat(event.json().get("custom").intValue()).isEqualTo(7);
    }

    @Test
    void check_withoutId_getsAFreshOne() {
        FlowEvent first = taken("{\"name\":\"page view\"}");
        FlowEvent second = taken("{\"name\":\"page view\"}");
        assertThat(first.id()).isNotEqualTo(second.id());
        assertThat(first.json().get("id").textValue()).isEqualTo(first.id());
        assertThat(first.data()).isEqualTo("{}");
    }

    @Test
    void push_1_everyProblemIsToldWithItsPath() {
        assertThat(problems("""
                        { "name": " ", "data": [], "user": "u", "context": null, "consent": { "a": "yes", "b": true },
                          "nested": [ 5, {}, { "type": 5 }, { "type": "x", "nested": [ { "type": "" } ], "data": 1 } ], "id": "a b" }
                        """))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "name",
                        "data",
                        "user",
                        "context",
                        "consent.a",
                        "nested[0]",
                        "nested[1].type",
                        "nested[2].type",
                        "nested[3].data",
                        "nested[3].nested[0].type",
                        "id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "null", "5", "\"page view\"", "", "{", "{} {}", "{\"name\":\"a b\",\"name\":\"c d\"}"})
    void check_noObject_isRefused(String text) {
        assertThat(problems(text)).singleElement().extracting(Problem::path).isEqualTo("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e309", "-1e400", "1e99999"})
    void push_1_numberThatJavaScriptDoesNotHave_isRefusedWithItsPath(String number) {
        assertThat(problems("{\"name\":\"a b\",\"data\":{\"t\":[1,{\"x\":" + number + "}]},\"z\":" + number + "}"))
                .extracting(Problem::path, Problem::text)
                .containsExactly(
                        tuple("data.t[1].x", "must be a number that JavaScript has, at most 1.797e308"),
                        tuple("z", "must be a number that JavaScript has, at most 1.797e308"));
    }

    @Test
    void push_1_wholeNumberOfTooManyDigits_isRefusedWithItsPath() {
        assertThat(problems("{\"name\":\"a b\",\"x\":" + "9".repeat(310) + "}"))
                .extracting(Problem::path)
                .containsExactly("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.7976931348623157e308", "-1e308", "1e-400", "9007199254740993"})
    void check_numberThatIsFiniteInJavaScript_isTaken(String number) {
        assertThat(taken("{\"name\":\"a b\",\"x\":" + number + "}")
                        .json()
                        .get("x")
                        .isNumber())
                .isTrue();
    }

    /** The event itself is the first level. */
    @Test
    void push_1_nestingBeyondTheLimit_isRefusedWithTheFieldThatHoldsIt() {
        assertThat(taken(nested(EventCheck.MAX_DEPTH)).name()).isEqualTo("a b");
        assertThat(problems(nested(EventCheck.MAX_DEPTH + 1)))
                .containsExactly(new Problem("x", "is nested deeper than 200 levels"));
        assertThat(problems(nested(900))).containsExactly(new Problem("x", "is nested deeper than 200 levels"));
        String objects = "{\"name\":\"a b\",\"data\":" + "{\"o\":".repeat(300) + "1" + "}".repeat(301);
        assertThat(problems(objects)).extracting(Problem::path).containsExactly("data");
    }

    private static String nested(int levels) {
        return "{\"name\":\"a b\",\"x\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }

    @Test
    void check_byteOrderMark_isSkipped() {
        assertThat(taken("\uFEFF{\"name\":\"page view\"}").name()).isEqualTo("page view");
    }

    @ParameterizedTest
    @CsvSource({"page view,true", "pageview,false", "page  view,false", "a b c,false", "'page ',false"})
    void isWellNamed_entityAndAction(String name, boolean wellNamed) {
        assertThat(taken("{\"name\":\"" + name + "\"}").isWellNamed()).isEqualTo(wellNamed);
    }

    @Test
    void action_ofANameOfOneWord_isNone() {
        assertThat(taken("{\"name\":\"pageview\"}").action()).isNull();
        assertThat(taken("{\"name\":\"pageview\"}").entity()).isEqualTo("pageview");
    }

    private static FlowEvent taken(String text) {
        Problems problems = new Problems();
        FlowEvent event = EventCheck.check(text, problems);
        assertThat(problems.list()).isEmpty();
        return Objects.requireNonNull(event);
    }

    private static List<Problem> problems(String text) {
        Problems problems = new Problems();
        assertThat(EventCheck.check(text, problems)).isNull();
        return problems.list();
    }
}
