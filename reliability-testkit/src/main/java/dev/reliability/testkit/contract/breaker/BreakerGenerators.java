package dev.reliability.testkit.contract.breaker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** What the rules of {@link CircuitBreakerContract} are tried with. */
final class BreakerGenerators {
    static final long SLOW_NANOS = 20 * BreakerTry.SECOND;
    private static final long SPAN_NANOS = 100 * BreakerTry.SECOND;

    private BreakerGenerators() {}

    /** Conditions of the kinds that are supported. */
    static Arbitrary<BreakerTrip> trips(Predicate<BreakerCapability> supports) {
        Arbitrary<Integer> percents = Arbitraries.of(1, 17, 34, 50, 51, 67, 99, 100);
        Arbitrary<Integer> calls = Arbitraries.integers().between(1, 8);
        Arbitrary<Integer> minimums = Arbitraries.integers().between(1, 8);
        List<Arbitrary<BreakerTrip>> kinds = new ArrayList<>();
        if (supports.test(BreakerCapability.CONSECUTIVE_FAILURES)) {
            kinds.add(Arbitraries.integers().between(1, 5).map(BreakerTrip::row));
        }
        if (supports.test(BreakerCapability.FAILURE_RATE)) {
            kinds.add(Combinators.combine(percents, calls, minimums)
                    .as((percent, window, minimum) -> BreakerTrip.rate(percent, window, Math.min(minimum, window))));
        }
        if (supports.test(BreakerCapability.TIMED_RATE)) {
            kinds.add(Combinators.combine(percents, minimums)
                    .as((percent, minimum) -> BreakerTrip.timed(percent, SPAN_NANOS, minimum)));
        }
        if (supports.test(BreakerCapability.SLOW_RATE)) {
            kinds.add(Combinators.combine(percents, calls, minimums)
                    .as((percent, window, minimum) ->
                            BreakerTrip.slow(percent, window, Math.min(minimum, window), SLOW_NANOS)));
        }
        return Arbitraries.oneOf(kinds);
    }

    /** Calls, mostly, with pauses of which two make the span of a rate over time. */
    static Arbitrary<List<BreakerStep>> calls() {
        return steps(
                Arbitraries.of(
                        BreakerStep.Kind.SUCCEED,
                        BreakerStep.Kind.SUCCEED,
                        BreakerStep.Kind.FAIL,
                        BreakerStep.Kind.FAIL,
                        BreakerStep.Kind.SLOW,
                        BreakerStep.Kind.IGNORED,
                        BreakerStep.Kind.PAUSE),
                SPAN_NANOS / 2,
                24);
    }

    /** Calls, with pauses of which two make an open time. */
    static Arbitrary<List<BreakerStep>> cycles(long openNanos) {
        return steps(
                Arbitraries.of(
                        BreakerStep.Kind.SUCCEED,
                        BreakerStep.Kind.FAIL,
                        BreakerStep.Kind.FAIL,
                        BreakerStep.Kind.IGNORED,
                        BreakerStep.Kind.PAUSE),
                openNanos / 2,
                24);
    }

    /** The same, operated by hand as well. */
    static Arbitrary<List<BreakerStep>> operated(long openNanos) {
        return steps(
                Arbitraries.of(BreakerStep.Kind.class).filter(kind -> kind != BreakerStep.Kind.SLOW),
                openNanos / 2,
                24);
    }

    private static Arbitrary<List<BreakerStep>> steps(Arbitrary<BreakerStep.Kind> kinds, long pauseNanos, int most) {
        return kinds.map(kind -> new BreakerStep(kind, kind == BreakerStep.Kind.PAUSE ? pauseNanos : 0))
                .list()
                .ofMinSize(1)
                .ofMaxSize(most);
    }

    /** A few callers with five calls at most: a history of a dozen operations, with one more call in the end. */
    static Arbitrary<List<List<BreakerEnding>>> crowds() {
        return Arbitraries.of(
                        BreakerEnding.SUCCESS, BreakerEnding.FAILURE, BreakerEnding.FAILURE, BreakerEnding.IGNORED)
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .list()
                .ofMinSize(2)
                .ofMaxSize(3)
                .filter(crowd -> crowd.stream().mapToInt(List::size).sum() <= 5);
    }
}
