package dev.reliability.base;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProblemsTest {
    @Test
    void throwIfAny_twoProblems_tellsBothInOneMessage() {
        Problems problems = new Problems()
                .check(false, "attempts", "at least 1", 0)
                .check(true, "name", "short", "n")
                .check(false, "cap", "positive", "-1 s");
        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attempts must be at least 1, but was 0; cap must be positive, but was -1 s");
    }

    @Test
    void throwIfAny_none_passes() {
        assertThatCode(() -> new Problems().check(true, "a", "b", "c").throwIfAny())
                .doesNotThrowAnyException();
    }
}
