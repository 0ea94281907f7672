package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.time.VirtualTime;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** The budget agrees with a model that counts step by step, in decimals: RETRY-16. */
class RetryBudgetProperties {
    /** One step: a retry, a success, a retry given back, or nanoseconds that pass. */
    record Step(char kind, long nanos) {}

    /** The formula of the Javadoc, with the floor added at each step rather than when a retry asks. */
    private static final class Model {
        private final BigDecimal ratio;
        private final BigDecimal perNanosecond;
        private final BigDecimal max;
        private BigDecimal tokens;

        Model(BigDecimal ratio, int minPerSecond, int max) {
            this.ratio = ratio;
            this.perNanosecond = BigDecimal.valueOf(minPerSecond, 9);
            this.max = BigDecimal.valueOf(max);
            this.tokens = this.max;
        }

        void add(BigDecimal more) {
            tokens = tokens.add(more).min(max);
        }

        boolean take() {
            if (tokens.compareTo(BigDecimal.ONE) < 0) {
                return false;
            }
            tokens = tokens.subtract(BigDecimal.ONE);
            return true;
        }
    }

    @Property
    void retry_16_agreesWithTheModel(
            @ForAll @IntRange(max = 3_000) int ratioInThousandths,
            @ForAll @IntRange(max = 50) int minPerSecond,
            @ForAll @IntRange(min = 1, max = 20) int max,
            @ForAll("histories") List<Step> history) {
        VirtualTime time = VirtualTime.manual().startingAt(Long.MAX_VALUE - 1_000_000_000);
        RetryBudget budget = RetryBudget.builder()
                .ratio(ratioInThousandths / 1_000.0)
                .minPerSecond(minPerSecond)
                .max(max)
                .build();
        Model model = new Model(BigDecimal.valueOf(ratioInThousandths, 3), minPerSecond, max);

        for (Step step : history) {
            switch (step.kind) {
                case 'r' -> assertThat(budget.tryTake(time)).isEqualTo(model.take());
                case 's' -> {
                    budget.earn(time);
                    model.add(model.ratio);
                }
                case 'b' -> {
                    budget.giveBack(time);
                    model.add(BigDecimal.ONE);
                }
                default -> {
                    time.advance(Duration.ofNanos(step.nanos));
                    model.add(model.perNanosecond.multiply(BigDecimal.valueOf(step.nanos)));
                }
            }
            assertThat(budget.tokens()).isBetween(0.0, (double) max);
        }
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<Step> retries = Arbitraries.just(new Step('r', 0));
        Arbitrary<Step> successes = Arbitraries.just(new Step('s', 0));
        Arbitrary<Step> returns = Arbitraries.just(new Step('b', 0));
        Arbitrary<Step> time = Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 1_000_000_000L),
                        Arbitraries.longs().between(0, 60_000_000_000L))
                .map(nanos -> new Step('t', nanos));
        return Arbitraries.frequencyOf(
                        Tuple.of(6, retries), Tuple.of(3, successes), Tuple.of(1, returns), Tuple.of(3, time))
                .list()
                .ofMaxSize(80);
    }
}
