package dev.reliability.testkit.contract.limit;

import static dev.reliability.testkit.contract.limit.LimiterTry.MILLI;
import static dev.reliability.testkit.contract.limit.LimiterTry.SECOND;

import dev.reliability.testkit.contract.TimedContract;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.limit.ConcurrencyRules.GiveUp;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The rules LIMIT-1 to LIMIT-3: what a limiter of a rate, or of how many at a time, promises.
 *
 * <p>Extend it, hand over an adapter, and run it with the tests.
 */
public abstract class LimiterContract extends TimedContract<LimiterCapability> {
    /** For subclasses, which are made once for each rule. */
    protected LimiterContract() {}

    /**
     * Makes an adapter to a new limiter, all of its permits there. Called at least once for each try.
     *
     * @param spec the limiter that is needed; spans are on the time of the world
     * @param world of that try
     * @return a new adapter
     * @throws Exception if it cannot be made, which breaks the rule
     */
    protected abstract LimiterAdapter create(LimiterSpec spec, World world) throws Exception;

    @Property
    final void limit_1_noWindowSeesMoreThanItsPermits(
            @ForAll("rates") LimiterSpec spec, @ForAll("rateCrowds") List<List<LimiterVisit>> crowd) throws Throwable {
        on(spec, LimiterCapability.RATE, attempt -> RateRules.noWindowSeesMore(attempt, spec, crowd));
    }

    @Property(generation = GenerationMode.RANDOMIZED) // races: the same data again is worth another try
    final void limit_2_noMoreInFlightThanPermits(
            @ForAll("permits") int permits,
            @ForAll("crowds") List<List<LimiterVisit>> crowd,
            @ForAll("steps") List<Integer> steps,
            @ForAll("giveUps") GiveUp how,
            @ForAll boolean releaseFirst)
            throws Throwable {
        LimiterSpec spec = LimiterSpec.concurrency(permits);
        on(spec, LimiterCapability.CONCURRENCY, attempt -> ConcurrencyRules.noMoreInFlight(attempt, permits, crowd));
        on(
                spec,
                LimiterCapability.CONCURRENCY,
                attempt -> ConcurrencyRules.aPermitIsClosedOnce(attempt, permits, steps));
        on(
                spec,
                LimiterCapability.CONCURRENCY,
                attempt -> ConcurrencyRules.givingUpReturnsThePermit(attempt, permits, how, releaseFirst));
    }

    @Property
    final void limit_3_waitingIsFifoAndFits(
            @ForAll("rates") LimiterSpec rate,
            @ForAll("permits") int permits,
            @ForAll("permits") int waiters,
            @ForAll("waits") long waitNanos)
            throws Throwable {
        if (supports(LimiterCapability.RATE)) {
            on(rate, LimiterCapability.RATE, attempt -> RateRules.refusesAtOnce(attempt, rate, waitNanos));
            on(rate, LimiterCapability.RATE, attempt -> RateRules.firstComeFirstServed(attempt, rate, waiters));
        }
        if (supports(LimiterCapability.CONCURRENCY)) {
            LimiterSpec spec = LimiterSpec.concurrency(permits);
            on(
                    spec,
                    LimiterCapability.CONCURRENCY,
                    attempt -> ConcurrencyRules.waitsItsTime(attempt, permits, waitNanos));
            on(spec, LimiterCapability.CONCURRENCY, attempt -> ConcurrencyRules.inOrder(attempt, permits, waiters));
        }
    }

    @Provide
    Arbitrary<LimiterSpec> rates() {
        Arbitrary<Integer> bursts = Arbitraries.integers().between(0, supports(LimiterCapability.BURST) ? 3 : 0);
        return Combinators.combine(Arbitraries.integers().between(1, 5), Arbitraries.of(SECOND, 10 * SECOND), bursts)
                .as((permits, per, burst) -> LimiterSpec.rate(permits, per, Math.min(burst, permits - 1)));
    }

    @Provide
    Arbitrary<List<List<LimiterVisit>>> rateCrowds() {
        Arbitrary<Long> pauses = Arbitraries.of(0L, 0L, 0L, 100 * MILLI, 500 * MILLI, 900 * MILLI, SECOND, 9 * SECOND);
        Arbitrary<Long> waits = Arbitraries.of(-1L, -1L, 0L, 200 * MILLI, SECOND, 20 * SECOND);
        return Combinators.combine(pauses, waits)
                .as(LimiterVisit::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(15)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    /** A few callers with six visits at most: a history of a dozen operations. */
    @Provide
    Arbitrary<List<List<LimiterVisit>>> crowds() {
        return Arbitraries.of(-1L, 0L)
                .map(wait -> new LimiterVisit(0, wait))
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .list()
                .ofMinSize(2)
                .ofMaxSize(4)
                .filter(crowd -> crowd.stream().mapToInt(List::size).sum() <= 6);
    }

    @Provide
    Arbitrary<Integer> permits() {
        return Arbitraries.integers().between(1, 4);
    }

    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.integers().between(-4, 4).list().ofMaxSize(16);
    }

    @Provide
    Arbitrary<Long> waits() {
        return Arbitraries.of(0L, MILLI, 100 * MILLI, SECOND, 3 * SECOND);
    }

    @Provide
    Arbitrary<GiveUp> giveUps() {
        return Arbitraries.of(GiveUp.class).filter(how -> how != GiveUp.CANCEL || supports(LimiterCapability.ASYNC));
    }

    /** What a rule does with a limiter. */
    private interface Rule {
        void run(LimiterTry attempt) throws Throwable;
    }

    private void on(LimiterSpec spec, LimiterCapability needed, Rule rule) throws Throwable {
        inWorld(world -> {
            LimiterSpec inTime =
                    new LimiterSpec(spec.name(), spec.permits(), world.scaled(spec.perNanos()), spec.burst());
            if (!supports(needed)) {
                refuses(needed, () -> create(inTime, world));
                return;
            }
            LimiterAdapter adapter = create(inTime, world);
            if (adapter == null) {
                throw new AssertionError("expected an adapter, but create gave null");
            }
            try {
                rule.run(new LimiterTry(world, adapter));
            } finally {
                adapter.close();
            }
        });
    }
}
