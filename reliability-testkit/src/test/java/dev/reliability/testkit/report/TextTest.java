package dev.reliability.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Foreign text is made fit to be shown. */
class TextTest {
    @Test
    void visible_showsWhatCannotBeSeen() {
        assertThat(Text.visible("a\0b\u001b[31m\u007f\u0085\r")).isEqualTo("a\u2400b\u241b[31m\u2421\ufffd\u240d");
        assertThat(Text.visible("user\u202etxt.exe\u200b"))
                .isEqualTo("user\u27e8U+202E\u27e9txt.exe\u27e8U+200B\u27e9");
        assertThat(Text.visible("half \ud83d, whole \ud83d\ude00")).isEqualTo("half \ufffd, whole \ud83d\ude00");
        assertThat(Text.visible("line\n\tline, \u00e9\u4e2d")).isEqualTo("line\n\tline, \u00e9\u4e2d");
    }

    @Test
    void shortened_saysHowMuchIsMissing_andCutsNoPairInHalves() {
        assertThat(Text.shortened("abc", 3)).isEqualTo("abc");
        assertThat(Text.shortened("abcdef", 4)).isEqualTo("abcd\u2026 and 2 more characters");
        assertThat(Text.shortened("a\ud83d\ude00b", 2)).isEqualTo("a\u2026 and 3 more characters");
    }

    @Test
    void parts_tellCodeFromText() {
        assertThat(Text.parts("at most `maxAttempts` times, `default` 4"))
                .containsExactly(
                        new Text.Part("at most ", false),
                        new Text.Part("maxAttempts", true),
                        new Text.Part(" times, ", false),
                        new Text.Part("default", true),
                        new Text.Part(" 4", false));
    }

    @Test
    void time_isExact() {
        assertThat(Text.time(0)).isEqualTo("0");
        assertThat(Text.time(999)).isEqualTo("999 ns");
        assertThat(Text.time(2_500_000)).isEqualTo("2.5 ms");
        assertThat(Text.time(3_600_000_000_001L)).isEqualTo("3600.000000001 s");
        assertThat(Text.time(-1_000)).isEqualTo("-1 \u00b5s");
    }
}
