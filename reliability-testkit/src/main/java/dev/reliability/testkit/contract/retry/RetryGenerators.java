package dev.reliability.testkit.contract.retry;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** The data of the retry rules that jqwik generates and shrinks. */
final class RetryGenerators {
    private static final long LONGEST = TimeUnit.DAYS.toNanos(100 * 365);
    private static final long SECOND = 1_000_000_000;

    private RetryGenerators() {}

    /** Any backoff, of any size, with any jitter. */
    static Arbitrary<BackoffSpec> backoffs() {
        return Combinators.combine(spans(), factors(), spans(), jitters(), shares())
                .as((base, factor, cap, jitter, share) -> BackoffSpec.growing(base, factor, cap)
                        .with(jitter, jitter == BackoffSpec.Jitter.PLUS_MINUS ? share : 0));
    }

    /** With jitter that is wide enough to be told from a rounding, and a delay that reaches the cap. */
    static Arbitrary<BackoffSpec> wide() {
        return Combinators.combine(
                        Arbitraries.longs().between(1_000_000, SECOND),
                        Arbitraries.doubles().between(1.1, 4),
                        Arbitraries.longs().between(SECOND, 3600 * SECOND),
                        Arbitraries.of(BackoffSpec.Jitter.class).filter(jitter -> jitter != BackoffSpec.Jitter.NONE),
                        Arbitraries.doubles().between(0.1, 1))
                .as((base, factor, cap, jitter, share) -> BackoffSpec.growing(base, factor, cap)
                        .with(jitter, jitter == BackoffSpec.Jitter.PLUS_MINUS ? share : 0));
    }

    private static Arbitrary<Long> spans() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, LONGEST),
                Arbitraries.longs().between(0, 60).map(seconds -> seconds * SECOND),
                Arbitraries.longs().between(0, 2_000_000),
                Arbitraries.of(0L, 1L, SECOND, 60 * SECOND, LONGEST));
    }

    private static Arbitrary<Double> factors() {
        return Arbitraries.oneOf(
                Arbitraries.doubles().between(1, 4),
                Arbitraries.doubles().between(1, 1e6),
                Arbitraries.of(1.0, 1.5, 2.0, 3.0, 10.0));
    }

    private static Arbitrary<BackoffSpec.Jitter> jitters() {
        return Arbitraries.of(BackoffSpec.Jitter.class);
    }

    private static Arbitrary<Double> shares() {
        return Arbitraries.doubles().between(0, 1);
    }

    /** Attempts in rising order: the first hundred, where sums and products overflow, and any others. */
    static Arbitrary<List<Integer>> attempts() {
        return Arbitraries.integers()
                .between(1, Integer.MAX_VALUE)
                .list()
                .ofMaxSize(8)
                .map(others -> Stream.concat(
                                Stream.iterate(1, attempt -> attempt + 1).limit(100), others.stream())
                        .sorted()
                        .toList());
    }

    static Arbitrary<BudgetSpec> budgets() {
        return Combinators.combine(
                        Arbitraries.of(0.1, 0.2, 0.25, 0.5, 1.0, 2.0),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 10))
                .as(BudgetSpec::new);
    }
}
