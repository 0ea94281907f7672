package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.time.VirtualTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers that others have published for budgets, as far as their formulas are ours: RETRY-16. */
class RetryBudgetVectorTest {
    private final VirtualTime time = VirtualTime.manual();

    private static RetryBudget budget(double ratio, int max) {
        return RetryBudget.builder().ratio(ratio).minPerSecond(0).max(max).build();
    }

    /**
     * The tokens of gRPC's own test, ServerRetryThrottleData.Basic in test/core/client_channel/retry_throttle_test.cc:
     * at most 4, a success gives 1.6. Its verdicts are not ours: gRPC A6 retries only above half of the maximum.
     */
    @Test
    void retry_16_vectorsOfTheGrpcThrottle_theTokensAreTheSame() {
        RetryBudget budget = budget(1.6, 4);
        List<String> steps = List.of("F", "S", "F", "F", "F", "F", "F", "S", "S", "F", "F", "S", "F", "S", "F");
        double[] published = {3, 4, 3, 2, 1, 0, 0, 1.6, 3.2, 2.2, 1.2, 2.8, 1.8, 3.4, 2.4};

        List<Double> tokens = new ArrayList<>();
        for (String step : steps) {
            if (step.equals("S")) {
                budget.earn(time);
            } else {
                budget.tryTake(time);
            }
            tokens.add(budget.tokens());
        }

        assertThat(tokens).containsExactly(Arrays.stream(published).boxed().toArray(Double[]::new));
    }

    /**
     * The capacities of botocore's tests/unit/retries/test_quota.py, at most 50 where a retry costs 5: ten tokens of
     * ours. Its partial amounts have no counterpart here.
     */
    @Test
    void retry_16_vectorsOfTheAwsRetryQuota() {
        RetryBudget budget = budget(2, 10);

        assertThat(budget.tryTake(time)).isTrue();
        assertThat(budget.tokens() * 5).isEqualTo(45);
        budget.giveBack(time);
        assertThat(budget.tokens() * 5).isEqualTo(50);
        budget.tryTake(time);
        budget.earn(time); // 10 of theirs: not above the maximum
        assertThat(budget.tokens() * 5).isEqualTo(50);
        budget.earn(time); // nothing happens at the maximum
        assertThat(budget.tokens() * 5).isEqualTo(50);
    }

    /**
     * Of Finagle's RetryBudgetTest: 10,000 requests that each deposit and then withdraw if they can. Its error margin of
     * one retry is not needed here. There the budget begins empty.
     */
    @Test
    void retry_16_vectorsOfFinagle_theRatioIsExact() {
        for (double ratio : new double[] {0.1, 0.5, 0.25, 0.75, 0.99, 0.999, 0.9999, 0.01, 0.001, 0.0001}) {
            RetryBudget budget = budget(ratio, 10_000);
            while (budget.tryTake(time)) {
                assertThat(budget.tokens()).isNotNegative();
            }
            int retried = 0;
            for (int request = 0; request < 10_000; request++) {
                budget.earn(time);
                retried += budget.tryTake(time) ? 1 : 0;
            }

            assertThat(retried).as("ratio %s", ratio).isEqualTo((int) Math.round(10_000 * ratio));
        }
    }
}
