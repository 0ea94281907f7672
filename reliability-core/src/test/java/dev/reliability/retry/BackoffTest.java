package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CENTURY = Duration.ofDays(36_525);

    private static List<Duration> firstFive(Backoff backoff) {
        return LongStream.rangeClosed(1, 5)
                .mapToObj(attempt -> backoff.delay(attempt, Duration.ZERO, new Random(0)))
                .toList();
    }

    private static List<Duration> seconds(long... seconds) {
        return LongStream.of(seconds).mapToObj(Duration::ofSeconds).toList();
    }

    @Test
    void none_neverWaits() {
        assertThat(firstFive(Backoff.none())).isEqualTo(seconds(0, 0, 0, 0, 0));
    }

    @Test
    void constant_isTheSameEachTime() {
        assertThat(firstFive(Backoff.constant(SECOND))).isEqualTo(seconds(1, 1, 1, 1, 1));
    }

    @Test
    void linear_growsByTheIncrementUpToTheCap() {
        Backoff backoff = Backoff.linear(SECOND, Duration.ofSeconds(2), Duration.ofSeconds(8));

        assertThat(firstFive(backoff)).isEqualTo(seconds(1, 3, 5, 7, 8));
    }

    @Test
    void exponential_growsByTheFactorUpToTheCap() {
        assertThat(firstFive(Backoff.exponential(SECOND, 3, Duration.ofSeconds(30))))
                .isEqualTo(seconds(1, 3, 9, 27, 30));
    }

    @Test
    void exponential_aBaseAboveTheCap_isTheCap() {
        assertThat(firstFive(Backoff.exponential(Duration.ofSeconds(9), 2, SECOND)))
                .isEqualTo(seconds(1, 1, 1, 1, 1));
    }

    @Test
    void exponential_aNanosecond_growsInTime() {
        Backoff backoff = Backoff.exponential(Duration.ofNanos(1), 1.5, SECOND);

        assertThat(firstFive(backoff).stream().map(Duration::toNanos)).containsExactly(1L, 1L, 2L, 3L, 5L);
    }

    @Test
    void exponential_aBaseThatNoDoubleHolds_isKeptToTheNanosecond() {
        Duration base = Duration.ofNanos((1L << 53) + 1);

        assertThat(firstFive(Backoff.exponential(base, 1, CENTURY))).containsOnly(base);
    }

    @Test
    void exponential_withoutABase_isZeroForEver() {
        Backoff backoff = Backoff.exponential(Duration.ZERO, Double.MAX_VALUE, SECOND);

        assertThat(backoff.delay(Long.MAX_VALUE, Duration.ZERO, new Random(0))).isZero();
    }

    @Test
    void retry_4_hugeSpansCountAsACentury() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);

        assertThat(firstFive(Backoff.exponential(huge, Double.MAX_VALUE, huge))).containsOnly(CENTURY);
        assertThat(firstFive(Backoff.linear(huge, huge, huge))).containsOnly(CENTURY);
        assertThat(firstFive(Backoff.custom(attempt -> huge, huge))).containsOnly(CENTURY);
    }

    @Test
    void retry_4_theAttemptsAtWhichALongOverflowsAreAtTheCap() {
        Backoff backoff = Backoff.exponential(SECOND, 2, Duration.ofMinutes(1));

        assertThat(LongStream.rangeClosed(30, 130)
                        .mapToObj(attempt -> backoff.delay(attempt, Duration.ZERO, new Random(0))))
                .containsOnly(Duration.ofMinutes(1));
    }

    @Test
    void custom_isCutAtTheCap() {
        Backoff backoff = Backoff.custom(attempt -> Duration.ofSeconds(attempt * attempt), Duration.ofSeconds(10));

        assertThat(firstFive(backoff)).isEqualTo(seconds(1, 4, 9, 10, 10));
    }

    @Test
    void custom_aNegativeOrNullDelay_isRefused() {
        Backoff negative = Backoff.custom(attempt -> Duration.ofSeconds(-1), SECOND);
        Backoff none = Backoff.custom(attempt -> null, SECOND);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> negative.delay(3, Duration.ZERO, new Random(0)))
                .withMessage("delay after attempt 3 must not be negative, but was PT-1S");
        assertThatNullPointerException().isThrownBy(() -> none.delay(1, Duration.ZERO, new Random(0)));
    }

    @Test
    void withCap_makesRoomForPlusMinusJitter() {
        Backoff short1 = Backoff.constant(SECOND).withJitter(0.2);
        Backoff roomy = short1.withCap(Duration.ofSeconds(2));
        Random random = new Random(1);

        assertThat(LongStream.range(0, 200).mapToObj(i -> short1.delay(1, Duration.ZERO, random)))
                .allMatch(delay -> delay.compareTo(SECOND) <= 0);
        assertThat(LongStream.range(0, 200).mapToObj(i -> roomy.delay(1, Duration.ZERO, random)))
                .anyMatch(delay -> delay.compareTo(SECOND) > 0);
    }

    @Test
    void retry_6_aValueThatNoDoubleHoldsDoesNotJitterBelowZero() {
        Backoff backoff = Backoff.constant(Duration.ofNanos((1L << 53) + 3)).withJitter(1);

        assertThat(backoff.delay(1, Duration.ZERO, BackoffProperties.extreme(false)))
                .isZero();
    }

    @Test
    void delay_isAPureFunctionOfItsArguments() {
        Backoff backoff = Backoff.decorrelated(SECOND, Duration.ofMinutes(1));

        assertThat(backoff.delay(2, SECOND, new Random(7))).isEqualTo(backoff.delay(2, SECOND, new Random(7)));
    }

    @Test
    void delay_argumentsOutOfRange_areRefusedTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.none().delay(0, Duration.ofNanos(-1), new Random(0)))
                .withMessage(
                        "attempt must be at least 1, but was 0; previous must be zero or more, but was PT-0.000000001S");
    }

    @Test
    void factories_optionsOutOfRange_areRefusedTogether() {
        Duration negative = Duration.ofSeconds(-1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.exponential(negative, 0.5, negative))
                .withMessage("base must be zero or more, but was PT-1S; "
                        + "factor must be a finite number of at least 1, but was 0.5; "
                        + "cap must be zero or more, but was PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.exponential(SECOND, Double.NaN, SECOND))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.exponential(SECOND, Double.POSITIVE_INFINITY, SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.linear(SECOND, negative, SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.constant(negative));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.decorrelated(negative, SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.none().withJitter(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.none().withJitter(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.none().withCap(negative));
    }

    @Test
    void factories_null_isRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> Backoff.exponential(null, 2, SECOND))
                .withMessage("base");
        assertThatNullPointerException()
                .isThrownBy(() -> Backoff.custom(null, SECOND))
                .withMessage("function");
        assertThatNullPointerException()
                .isThrownBy(() -> Backoff.none().delay(1, null, new Random(0)))
                .withMessage("previous");
    }

    @Test
    void value_equalsByItsParts() {
        Backoff one = Backoff.exponential(SECOND, 2, CENTURY).withFullJitter();

        assertThat(one).isEqualTo(Backoff.exponential(SECOND, 2, CENTURY).withFullJitter());
        assertThat(one)
                .hasSameHashCodeAs(Backoff.exponential(SECOND, 2, CENTURY).withFullJitter());
        assertThat(one).isNotEqualTo(one.withoutJitter());
        assertThat(one).isNotEqualTo(one.withCap(SECOND));
        assertThat(one.withJitter(0.1)).isNotEqualTo(one.withJitter(0.2));
        assertThat(Backoff.decorrelated(SECOND, CENTURY).withoutJitter())
                .isEqualTo(Backoff.exponential(SECOND, 3, CENTURY));
    }

    @Test
    void toString_tellsFormulaCapAndJitter() {
        Backoff backoff = Backoff.exponential(SECOND, 2, Duration.ofSeconds(30));

        assertThat(backoff).hasToString("exponential 1 s x2.0 up to 30 s");
        assertThat(backoff.withFullJitter()).hasToString("exponential 1 s x2.0 up to 30 s, full jitter");
        assertThat(Backoff.none()).hasToString("none up to 0 ns");
    }
}
