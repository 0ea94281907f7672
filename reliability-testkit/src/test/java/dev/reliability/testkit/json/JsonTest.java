package dev.reliability.testkit.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** One document, and nothing else. */
class JsonTest {
    @Test
    void read_document_givesItsValues() {
        assertThat(Json.read(" {\"a\": [1, -2.5e3, true, false, null], \"b\\n\\u00e9\": {}} \n"))
                .isEqualTo(Map.of(
                        "a",
                        Arrays.asList(new BigDecimal("1"), new BigDecimal("-2.5e3"), true, false, null),
                        "b\n\u00e9",
                        Map.of()));
    }

    @Test
    void read_anythingElse_isRefused() {
        for (String wrong : List.of(
                "",
                "{} {}",
                "{}x",
                "{\"a\":1,}",
                "[1,]",
                "[,1]",
                "{a:1}",
                "'a'",
                "01",
                "1.",
                "+1",
                "nul",
                "\"a",
                "\"\t\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "{\"a\":1,\"a\":2}",
                "[".repeat(300),
                "NaN",
                "push failed\n{}")) {
            assertThatThrownBy(() -> Json.read(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Example
    void write_isReadBackAsTheSame() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("text", "\"\ud83d\u0000");
        document.put("number", new BigDecimal(Long.MIN_VALUE));
        document.put("flag", true);
        document.put("none", null);
        document.put("list", List.of("a", Map.of(), List.of()));
        assertThat(Json.read(Json.write(document))).isEqualTo(document);
        assertThat(Json.write(document)).doesNotContain("\n");
    }

    @Property
    void quote_isReadBackAsTheSame(@ForAll String text) {
        assertThat(Json.read(Json.quote(text))).isEqualTo(text);
    }

    @Example
    void quote_ofControls_isEscaped() {
        assertThat(Json.quote("a\"\\\n")).isEqualTo("\"a\\\"\\\\\\u000a\"");
    }
}
