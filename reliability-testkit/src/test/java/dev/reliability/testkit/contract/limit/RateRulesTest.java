package dev.reliability.testkit.contract.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.contract.limit.LimiterTry.Attempt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The checker of windows refuses what is too much, and nothing else. */
class RateRulesTest {
    private static boolean isTooMuch(boolean exact, long... instants) {
        return !RateRules.tooMany(
                        LongStream.of(instants)
                                .mapToObj(at -> new Attempt(() -> {}, null, at - 3, at))
                                .toList(),
                        2,
                        10,
                        exact)
                .isEmpty();
    }

    @Test
    void limit_1_asManyAsAllowed_areKept() {
        assertThat(isTooMuch(true)).isFalse();
        assertThat(isTooMuch(true, 5, 5, 15, 15, 25)).isFalse();
    }

    @Test
    void limit_1_oneMoreInAnyWindow_isFound() {
        assertThat(isTooMuch(true, 5, 5, 14)).isTrue();
        assertThat(isTooMuch(true, 14, 5, 5)).isTrue();
        assertThat(isTooMuch(true, 5, 15, 23, 24)).isTrue();
    }

    @Test
    void limit_1_takenAtAnUnknownTime_isFoundOnlyIfCertain() {
        assertThat(isTooMuch(false, 5, 5, 14)).isFalse();
        assertThat(isTooMuch(false, 5, 5, 11)).isTrue();
    }
}
