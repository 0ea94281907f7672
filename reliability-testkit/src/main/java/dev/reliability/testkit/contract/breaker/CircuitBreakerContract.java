package dev.reliability.testkit.contract.breaker;

import static dev.reliability.testkit.contract.breaker.BreakerTry.HOUR;
import static dev.reliability.testkit.contract.breaker.BreakerTry.SECOND;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.TimedContract;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.breaker.BreakerVerdictRules.Ear;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The rules BREAKER-1 to BREAKER-20: what a circuit breaker promises.
 *
 * <p>Extend it, hand over an adapter, and run it with the tests.
 */
public abstract class CircuitBreakerContract extends TimedContract<BreakerCapability> {
    private static final long OPEN = 60 * SECOND;
    private static final long LEASE = 5 * SECOND;
    private static final long LIMIT = 10 * SECOND;

    /** For subclasses, which are made once for each rule. */
    protected CircuitBreakerContract() {}

    /**
     * Makes an adapter to a new breaker, closed. Called once for each try.
     *
     * @param spec the breaker that is needed; spans are on the time of the world
     * @param world of that try
     * @return a new adapter
     * @throws Exception if it cannot be made, which breaks the rule
     */
    protected abstract BreakerAdapter create(BreakerSpec spec, World world) throws Exception;

    @Property(generation = GenerationMode.RANDOMIZED)
    @Pace(atLeast = 3)
    final void breaker_1_defaults(@ForAll("timeouts") long timeoutNanos) throws Throwable {
        on(new BreakerSpecs(), BreakerStateRules::defaults);
        on(
                new BreakerSpecs(),
                attempt -> BreakerStateRules.callLimitCounts(attempt, supports(BreakerCapability.OPENED_BY)));
        BreakerSpecs limited = base(3).callTimeout(timeoutNanos);
        if (supports(BreakerCapability.CALL_TIMEOUT)) {
            on(limited, attempt -> BreakerStateRules.callTimeoutEnds(attempt, timeoutNanos));
        }
    }

    @Property
    final void breaker_2_opensExactlyWhenItsConditionHolds(
            @ForAll("trips") BreakerTrip trip,
            @ForAll("calls") List<BreakerStep> steps,
            @ForAll("crowds") List<List<BreakerEnding>> crowd)
            throws Throwable {
        on(base(1).trip(trip).open(HOUR), attempt -> {
            long openNanos = attempt.world.scaled(HOUR);
            BreakerMachine machine = new BreakerMachine(inTime(trip, attempt.world), openNanos, 2);
            BreakerStateRules.follow(attempt, machine, steps, BreakerGenerators.SLOW_NANOS, false);
        });
        if (trip.kind() == BreakerTrip.Kind.CONSECUTIVE_FAILURES || trip.kind() == BreakerTrip.Kind.FAILURE_RATE) {
            on(base(1).trip(trip).open(HOUR), attempt -> BreakerProbeRules.someOrder(attempt, trip, crowd));
        }
    }

    @Property
    final void breaker_3_openRefusesAndTells(@ForAll("few") int failures, @ForAll("agos") long agoNanos)
            throws Throwable {
        on(
                base(failures).closeAfter(1),
                attempt -> BreakerStateRules.refusalTells(
                        attempt, failures, OPEN, agoNanos, supports(BreakerCapability.OPENED_BY)));
    }

    @Property(generation = GenerationMode.RANDOMIZED) // races: the same data again is worth another try
    final void breaker_4_noMoreProbesThanAllowed(
            @ForAll("few") int probes, @ForAll("threads") int threads, @ForAll("endings") List<BreakerEnding> lates)
            throws Throwable {
        on(base(2).probes(probes), attempt -> BreakerProbeRules.fewProbes(attempt, 2, OPEN, probes, threads));
        on(base(2), attempt -> BreakerProbeRules.lateResultsFreeNoProbe(attempt, 2, OPEN, lates));
    }

    @Property
    final void breaker_5_successesCloseAndAFailedProbeReopens(
            @ForAll("few") int successThreshold,
            @ForAll("few") int successes,
            @ForAll("cycles") List<BreakerStep> steps)
            throws Throwable {
        on(
                base(2).closeAfter(successThreshold),
                attempt -> BreakerStateRules.probesDecide(attempt, 2, OPEN, successThreshold, successes));
        on(base(2).closeAfter(successThreshold), attempt -> {
            BreakerMachine machine = new BreakerMachine(trip(2), attempt.world.scaled(OPEN), successThreshold);
            BreakerStateRules.follow(attempt, machine, steps, 0, false);
        });
    }

    @Property
    final void breaker_6_aLateResultChangesNoOtherPeriod(
            @ForAll BreakerEnding ending, @ForAll("few") int failures, @ForAll("periods") int period) throws Throwable {
        on(
                base(failures),
                attempt -> BreakerProbeRules.lateResultChangesNothing(attempt, failures, OPEN, ending, period));
    }

    @Property
    final void breaker_7_aPermitIsRecordedOnce(@ForAll("few") int failures, @ForAll("records") List<String> records)
            throws Throwable {
        if (supports(BreakerCapability.PERMIT)) {
            on(base(failures), attempt -> BreakerProbeRules.permitIsRecordedOnce(attempt, failures, OPEN, records));
        } else {
            on(base(1), attempt -> refuses(BreakerCapability.PERMIT, attempt.breaker::tryAcquire));
        }
    }

    @Property
    final void breaker_8_troubleLosesNoPermitAndNoCount(
            @ForAll("troubles") BreakerTrouble trouble, @ForAll("few") int failures) throws Throwable {
        BreakerSpecs specs = base(failures);
        switch (trouble) {
            case FAILURE_PREDICATE ->
                specs.failureIf(failure -> {
                    throw new IllegalStateException("of the predicate");
                });
            case RESULT_PREDICATE ->
                specs.failureResult(result -> {
                    throw new IllegalStateException("of the predicate");
                });
            case LISTENER ->
                specs.listener(state -> {
                    throw new IllegalStateException("of the listener");
                });
            case ERROR_OF_A_CALL -> {}
        }
        on(specs, attempt -> BreakerVerdictRules.troubleLosesNothing(attempt, trouble, failures, OPEN));
    }

    @Property
    final void breaker_9_whatIsNeutralAndWhatATimeOutIs(
            @ForAll("neutrals") BreakerEnding neutral, @ForAll("few") int failures, @ForAll("limits") long limitNanos)
            throws Throwable {
        on(base(failures), attempt -> BreakerVerdictRules.neutralIsNeutral(attempt, neutral, failures, OPEN));
        if (supports(BreakerCapability.DEADLINE)) {
            on(
                    base(failures).fair(SECOND),
                    attempt -> BreakerVerdictRules.deadlineCountsIfFair(attempt, failures, SECOND, limitNanos));
        }
    }

    @Property
    final void breaker_10_aProbeLapsesAsAFailure(@ForAll("few") int failures, @ForAll BreakerEnding late)
            throws Throwable {
        on(base(failures), attempt -> BreakerProbeRules.probeLapses(attempt, failures, OPEN, LEASE, late));
    }

    @Property
    final void breaker_11_operatedByHand(@ForAll("operated") List<BreakerStep> steps) throws Throwable {
        if (!supports(BreakerCapability.MANUAL)) {
            on(
                    base(1),
                    attempt -> refuses(BreakerCapability.MANUAL, () -> {
                        attempt.breaker.reset();
                        return "a reset";
                    }));
            return;
        }
        on(base(2), attempt -> {
            BreakerMachine machine = new BreakerMachine(trip(2), attempt.world.scaled(OPEN), 2);
            BreakerStateRules.follow(attempt, machine, steps, 0, false);
        });
        on(base(1), attempt -> BreakerProbeRules.operatingMakesStale(attempt, OPEN));
    }

    @Property(generation = GenerationMode.RANDOMIZED)
    @Pace(atLeast = 1, simulated = false)
    final void breaker_12_noRecursionWithoutOpenTime(@ForAll boolean listening) throws Throwable {
        Ear ear = new Ear();
        BreakerSpecs specs = base(1).open(0);
        if (listening && supports(BreakerCapability.LISTENER)) {
            specs.listener(ear::callBack);
        }
        on(specs, attempt -> {
            ear.of(attempt);
            BreakerProbeRules.noRecursion(attempt, 1, Settings.openings());
        });
    }

    @Property(generation = GenerationMode.RANDOMIZED) // races: the same data again is worth another try
    final void breaker_13_noStaleViewMovesIt(@ForAll("threads") int threads) throws Throwable {
        on(
                base(1).closeAfter(1).probes(2 * threads),
                attempt -> BreakerProbeRules.noStaleView(attempt, 1, OPEN, 2 * threads));
    }

    @Property
    final void breaker_14_transitionsAreHeardInOrder(@ForAll("few") int failures, @ForAll boolean asks)
            throws Throwable {
        Ear ear = new Ear();
        BreakerSpecs specs = base(failures).closeAfter(1).listener(ear::hear);
        if (supports(BreakerCapability.LISTENER)) {
            on(specs, attempt -> BreakerVerdictRules.transitionsAreHeardInOrder(attempt, ear, failures, OPEN, asks));
        } else {
            inWorld(world -> refuses(BreakerCapability.LISTENER, () -> create(specs.in(world), world)));
        }
    }

    @Property
    final void breaker_15_countsAreExact(
            @ForAll("cycles") List<BreakerStep> steps, @ForAll("crowds") List<List<BreakerEnding>> crowd)
            throws Throwable {
        if (!supports(BreakerCapability.COUNTS)) {
            on(base(1), attempt -> refuses(BreakerCapability.COUNTS, attempt.breaker::counts));
            return;
        }
        on(base(2), attempt -> {
            BreakerMachine machine = new BreakerMachine(trip(2), attempt.world.scaled(OPEN), 2);
            BreakerStateRules.follow(attempt, machine, steps, 0, true);
        });
        on(base(2).trip(never()), attempt -> BreakerVerdictRules.countsAreExact(attempt, crowd));
    }

    @Property
    @Pace(atLeast = 3)
    final void breaker_17_theOpenTimeGrows(
            @ForAll("few") int factor, @ForAll("caps") long capNanos, @ForAll boolean jittered) throws Throwable {
        double jitter = jittered ? 0.5 : 0;
        BreakerSpecs specs = base(1).closeAfter(1).growing(factor, capNanos).jitter(jitter);
        if (!supports(BreakerCapability.BACKOFF)) {
            inWorld(world -> refuses(BreakerCapability.BACKOFF, () -> create(specs.in(world), world)));
            return;
        }
        on(specs, attempt -> BreakerStateRules.openTimeGrows(attempt, OPEN, factor, capNanos, jitter, 5));
        if (jittered) {
            on(
                    base(1).growing(1, OPEN).jitter(jitter),
                    attempt -> BreakerStateRules.jitterSpreads(attempt, attempt.world.scaled(OPEN), jitter, 8));
        }
    }

    @Property(generation = GenerationMode.RANDOMIZED)
    final void breaker_18_insideItself(@ForAll("few") int failures) throws Throwable {
        on(base(failures), attempt -> BreakerProbeRules.insideItself(attempt, failures, OPEN));
    }

    @Property(generation = GenerationMode.RANDOMIZED)
    final void breaker_19_openingLeavesCallsAlone(@ForAll("few") int failures) throws Throwable {
        on(
                base(failures).callLimit(LIMIT),
                attempt -> BreakerProbeRules.openingLeavesCallsAlone(attempt, failures, LIMIT));
    }

    @Property
    final void breaker_20_keysAreApart(@ForAll("keys") List<String> keys, @ForAll("few") int failures)
            throws Throwable {
        if (supports(BreakerCapability.KEYED)) {
            on(
                    base(failures).closeAfter(1),
                    attempt -> BreakerVerdictRules.keysAreApart(attempt, keys, failures, OPEN));
        } else {
            on(base(1), attempt -> refuses(BreakerCapability.KEYED, attempt.breaker::keptKeys));
        }
    }

    @Provide
    Arbitrary<BreakerTrip> trips() {
        return BreakerGenerators.trips(this::supports);
    }

    @Provide
    Arbitrary<List<BreakerStep>> calls() {
        return BreakerGenerators.calls();
    }

    @Provide
    Arbitrary<List<BreakerStep>> cycles() {
        return BreakerGenerators.cycles(OPEN);
    }

    @Provide
    Arbitrary<List<BreakerStep>> operated() {
        return BreakerGenerators.operated(OPEN);
    }

    @Provide
    Arbitrary<List<List<BreakerEnding>>> crowds() {
        return BreakerGenerators.crowds();
    }

    @Provide
    Arbitrary<Integer> few() {
        return Arbitraries.integers().between(1, 4);
    }

    @Provide
    Arbitrary<Integer> threads() {
        return Arbitraries.integers().between(2, 8);
    }

    @Provide
    Arbitrary<Integer> periods() {
        return Arbitraries.integers().between(0, 2);
    }

    @Provide
    Arbitrary<Long> timeouts() {
        return Arbitraries.of(SECOND, 2 * SECOND, 10 * SECOND);
    }

    @Provide
    Arbitrary<Long> limits() {
        return Arbitraries.of(SECOND / 10, SECOND - 1, SECOND, 5 * SECOND);
    }

    @Provide
    Arbitrary<Long> agos() {
        return timeMode() == TimeMode.REAL // where what comes just before the end comes after it
                ? Arbitraries.of(0L, SECOND, OPEN / 4)
                : Arbitraries.of(0L, 1L, SECOND, OPEN / 2, OPEN - 1);
    }

    @Provide
    Arbitrary<Long> caps() {
        return Arbitraries.of(OPEN, 2 * OPEN, 5 * OPEN);
    }

    @Provide
    Arbitrary<List<BreakerEnding>> endings() {
        return Arbitraries.of(BreakerEnding.class).list().ofMinSize(1).ofMaxSize(3);
    }

    @Provide
    Arbitrary<BreakerEnding> neutrals() {
        return Arbitraries.of(BreakerEnding.class).filter(BreakerEnding::isNeutral);
    }

    @Provide
    Arbitrary<BreakerTrouble> troubles() {
        return Arbitraries.of(BreakerTrouble.class)
                .filter(trouble -> trouble != BreakerTrouble.LISTENER || supports(BreakerCapability.LISTENER));
    }

    @Provide
    Arbitrary<List<String>> records() {
        return Arbitraries.of("success", "failure", "ignore", "close")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<String>> keys() {
        return Arbitraries.of("Aa", "BB", "a", "b", "c", "host:80")
                .list()
                .uniqueElements()
                .ofMinSize(1);
    }

    /** A breaker that opens after so many failures in a row from its beginning, and closes after two successes. */
    private BreakerSpecs base(int failures) {
        return new BreakerSpecs()
                .trip(trip(failures))
                .open(OPEN)
                .closeAfter(2)
                .probes(1)
                .lease(LEASE)
                .callLimit(HOUR)
                .ignoring(BreakerEnding.CallersFault.class);
    }

    private BreakerTrip trip(int failures) {
        return supports(BreakerCapability.CONSECUTIVE_FAILURES)
                ? BreakerTrip.row(failures)
                : BreakerTrip.rate(100, failures, failures);
    }

    private BreakerTrip never() {
        return supports(BreakerCapability.CONSECUTIVE_FAILURES)
                ? BreakerTrip.row(Integer.MAX_VALUE)
                : BreakerTrip.rate(100, 10_000, 10_000);
    }

    private static BreakerTrip inTime(BreakerTrip trip, World world) {
        return new BreakerTrip(
                trip.kind(),
                trip.percent(),
                trip.calls(),
                trip.minimumCalls(),
                world.scaled(trip.spanNanos()),
                world.scaled(trip.slowNanos()));
    }

    /** What a rule does with a breaker. */
    private interface Rule {
        void run(BreakerTry attempt) throws Throwable;
    }

    private void on(BreakerSpecs specs, Rule rule) throws Throwable {
        inWorld(world -> {
            BreakerAdapter adapter = create(specs.in(world), world);
            if (adapter == null) {
                throw new AssertionError("expected an adapter, but create gave null");
            }
            try {
                rule.run(new BreakerTry(world, adapter));
            } finally {
                adapter.close();
            }
        });
    }
}
