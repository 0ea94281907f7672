package dev.reliability.testkit.contract.mutex;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What the rules of {@link MutexContract} are tried with. */
final class MutexGenerators {
    private static final long MILLI = MutexTry.MILLI;

    private MutexGenerators() {}

    /** Up to three threads with at most two visits each: a history of at most a dozen operations. */
    static Arbitrary<List<List<MutexVisit>>> crowds() {
        Arbitrary<Long> spans = Arbitraries.frequency(Tuple.of(3, 0L), Tuple.of(1, 1_000L), Tuple.of(1, 2 * MILLI));
        Arbitrary<MutexVisit> visits = Combinators.combine(spans, Arbitraries.of(true, true, false), spans)
                .as(MutexVisit::new);
        return visits.list().ofMinSize(1).ofMaxSize(2).list().ofMinSize(2).ofMaxSize(3);
    }

    static Arbitrary<List<MutexStep>> steps() {
        return Combinators.combine(
                        Arbitraries.of(MutexStep.Kind.class),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 3))
                .as(MutexStep::new)
                .list()
                .ofMinSize(2)
                .ofMaxSize(12);
    }

    /** Below and beyond the starvation limit. */
    static Arbitrary<Long> waits() {
        return Arbitraries.of(0L, MILLI / 2, 2 * MILLI, 50 * MILLI);
    }

    static Arbitrary<Long> millis(int most) {
        return Arbitraries.longs().between(1, most).map(count -> count * MILLI);
    }

    static Arbitrary<Long> oddSpans() {
        return Arbitraries.of(
                0L, -1L, -MILLI, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 2 + 1);
    }

    static Arbitrary<List<Integer>> micros() {
        return Arbitraries.integers()
                .between(1, 9)
                .map(count -> count * 100)
                .list()
                .ofMinSize(2)
                .ofMaxSize(6);
    }

    static Arbitrary<List<String>> keys() {
        return Arbitraries.of("Aa", "BB", "a", "b", "", "a long key", "key1", "key2", "key3", "key4")
                .list()
                .uniqueElements()
                .ofMinSize(1)
                .ofMaxSize(8);
    }
}
