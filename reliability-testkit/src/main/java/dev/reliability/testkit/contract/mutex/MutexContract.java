package dev.reliability.testkit.contract.mutex;

import static dev.reliability.testkit.contract.mutex.MutexTry.HOUR;
import static dev.reliability.testkit.contract.mutex.MutexTry.MILLI;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.TimedContract;
import dev.reliability.testkit.contract.World;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The rules MUTEX-1 to MUTEX-16: what a mutual exclusion lock with timed waits promises.
 *
 * <p>Extend it, hand over an adapter, and run it with the tests.
 */
public abstract class MutexContract extends TimedContract<MutexCapability> {
    private static final int MOST_THREADS = 300;
    private static final int MOST_IN_REAL_TIME = 2_000; // whom a slow machine serves before they time out
    private static final int STORM = 64;

    /** For subclasses, which are made once for each rule. */
    protected MutexContract() {}

    /**
     * Makes an adapter to a new mutex. Called once for each try.
     *
     * @param spec the mutex that is needed; spans are on the time of the world
     * @param world of that try
     * @return a new adapter
     * @throws Exception if it cannot be made, which breaks the rule
     */
    protected abstract MutexAdapter create(MutexSpec spec, World world) throws Exception;

    @Property
    final void mutex_1_atMostOneHoldAtAnyTime(@ForAll("crowds") List<List<MutexVisit>> crowd) throws Throwable {
        on(plain(), attempt -> MutexRules.oneHoldAtATime(attempt, crowd));
    }

    @Property
    final void mutex_2_theWholeWaitCounts(
            @ForAll("waitMillis") long waitNanos,
            @ForAll("releaseMillis") long releaseNanos,
            @ForAll("few") int wakeUps)
            throws Throwable {
        on(plain(), attempt -> MutexRules.theWholeWaitCounts(attempt, waitNanos, releaseNanos, wakeUps));
    }

    @Property(generation = GenerationMode.RANDOMIZED) // races: the same data again is worth another try
    final void mutex_3_whoGivesUpPassesTheTurnOn(
            @ForAll("giveUps") MutexGiveUp how,
            @ForAll("waits") long waitedNanos,
            @ForAll boolean releaseFirst,
            @ForAll("spreads") int spreadNanos)
            throws Throwable {
        on(plain(), attempt -> MutexQueueRules.theTurnIsPassedOn(attempt, how, waitedNanos, releaseFirst, spreadNanos));
    }

    @Property(generation = GenerationMode.RANDOMIZED) // races: the same data again is worth another try
    final void mutex_4_nothingIsHandedToTheGone(
            @ForAll("giveUps") MutexGiveUp how, @ForAll("waits") long waitedNanos, @ForAll boolean another)
            throws Throwable {
        on(plain(), attempt -> MutexQueueRules.nothingForTheGone(attempt, how, waitedNanos, another));
    }

    @Property(generation = GenerationMode.RANDOMIZED) // races: the same data again is worth another try
    final void mutex_5_interruptedOrAcquiredNeverBoth(@ForAll("waits") long waitedNanos, @ForAll boolean releaseFirst)
            throws Throwable {
        on(plain(), attempt -> MutexQueueRules.neverBoth(attempt, waitedNanos, releaseFirst));
    }

    @Property
    final void mutex_6_aHoldIsClosedOnce(@ForAll("steps") List<MutexStep> steps) throws Throwable {
        boolean transferable = supports(MutexCapability.TRANSFER);
        boolean reentrant = !supports(MutexCapability.NO_REENTRANCE);
        on(plain(), attempt -> MutexHolds.areClosedOnce(attempt, steps, transferable, reentrant));
    }

    @Property
    final void mutex_7_noTimeIsOneTryAndHugeTimesLast(@ForAll("oddSpans") long nanos) throws Throwable {
        on(plain(), attempt -> MutexRules.oddSpans(attempt, nanos, supports(MutexCapability.DEADLINE)));
    }

    @Property
    final void mutex_8_nobodyOvertakesAWaiterThatIsDue(
            @ForAll boolean fair, @ForAll boolean tries, @ForAll("few") int waiters) throws Throwable {
        MutexCapability needed = fair ? MutexCapability.FAIR : MutexCapability.BOUNDED_BARGING;
        MutexSpec spec = fair ? plain().fair() : plain().starvingAfter(MILLI);
        if (!supports(needed)) {
            inWorld(world -> refuses(needed, () -> create(scaled(spec, world), world)));
            return;
        }
        on(spec, attempt -> MutexQueueRules.nobodyOvertakes(attempt, fair ? 0 : MILLI, tries));
        on(spec, attempt -> MutexQueueRules.firstComeFirstServed(attempt, fair ? 0 : MILLI, waiters + 1));
    }

    @Property
    final void mutex_9_timeOutTellsWhy(
            @ForAll("names") String name,
            @ForAll("releaseMillis") long heldNanos,
            @ForAll("waitMillis") long waitNanos,
            @ForAll("few") int others,
            @ForAll boolean timing)
            throws Throwable {
        MutexSpec spec = MutexSpec.named(name, HOUR);
        if (!supports(MutexCapability.DIAGNOSIS)) {
            on(spec, attempt -> {
                MutexTimedOut timedOut = attempt.timedOut();
                refuses(MutexCapability.DIAGNOSIS, timedOut::diagnosis);
            });
        } else if (timing && !supports(MutexCapability.TIMING)) {
            inWorld(world -> refuses(MutexCapability.TIMING, () -> create(scaled(spec.timing(), world), world)));
        } else {
            on(
                    timing ? spec.timing() : spec,
                    attempt -> MutexExtraRules.timeOutTellsWhy(attempt, name, heldNanos, waitNanos, others, timing));
        }
    }

    @Property
    final void mutex_10_aLongHoldIsReportedNotStolen(@ForAll("heldMillis") long heldNanos) throws Throwable {
        MutexSpec spec = plain().reportingAfter(10 * MILLI);
        if (supports(MutexCapability.LONG_HOLD)) {
            on(spec, attempt -> MutexExtraRules.longHoldIsReported(attempt, 10 * MILLI, heldNanos));
        } else {
            inWorld(world -> refuses(MutexCapability.LONG_HOLD, () -> create(scaled(spec, world), world)));
        }
    }

    @Property
    @Pace(atLeast = 3)
    final void mutex_11_aCallInsideACallFailsAtOnce() throws Throwable {
        boolean refused = supports(MutexCapability.NO_REENTRANCE);
        on(plain(), attempt -> MutexRules.notReentrant(attempt, refused));
    }

    @Property
    @Pace(atLeast = 1, simulated = false)
    final void mutex_12_handOffDoesNotRecurse() throws Throwable {
        boolean async = supports(MutexCapability.ASYNC);
        int most = !async ? MOST_THREADS : timeMode() == TimeMode.REAL ? MOST_IN_REAL_TIME : Integer.MAX_VALUE;
        int waiters = Math.min(Settings.waiters(), most);
        on(plain(), attempt -> MutexQueueRules.handOffDoesNotRecurse(attempt, waiters, async));
    }

    @Property
    @Pace(atLeast = 3)
    final void mutex_13_shortWaitsLoseNoHold(@ForAll("micros") List<Integer> waitsMicros) throws Throwable {
        on(plain(), attempt -> MutexQueueRules.stormOfShortWaits(attempt, STORM, waitsMicros));
    }

    @Property(generation = GenerationMode.RANDOMIZED) // races: the same data again is worth another try
    final void mutex_14_asyncAcquiresShareTheQueue(@ForAll("kinds") List<Boolean> kinds) throws Throwable {
        if (!supports(MutexCapability.ASYNC)) {
            on(plain(), attempt -> refuses(MutexCapability.ASYNC, attempt::acquireAsync));
            return;
        }
        on(plain(), attempt -> MutexExtraRules.asyncSharesTheQueue(attempt, 2 * MILLI, kinds));
        on(plain(), attempt -> MutexQueueRules.theTurnIsPassedOn(attempt, MutexGiveUp.CANCEL, 2 * MILLI, false, 0));
        on(plain(), MutexExtraRules::continuationsRunOutside);
    }

    @Property
    final void mutex_15_keysDoNotBlockOneAnother(@ForAll("keys") List<String> keys) throws Throwable {
        if (supports(MutexCapability.KEYED)) {
            on(plain(), attempt -> MutexExtraRules.keysDoNotBlock(attempt, keys));
        } else {
            on(plain(), attempt -> refuses(MutexCapability.KEYED, () -> attempt.acquireKey("a")));
        }
    }

    @Property
    final void mutex_16_everyEndReleasesAndTryNeverWaits(@ForAll MutexEnding ending, @ForAll boolean interrupted)
            throws Throwable {
        on(plain(), attempt -> MutexRules.everyEndReleases(attempt, ending));
        on(plain(), attempt -> MutexRules.tryAcquireNeverWaits(attempt, interrupted));
    }

    @Provide
    Arbitrary<List<List<MutexVisit>>> crowds() {
        return MutexGenerators.crowds();
    }

    @Provide
    Arbitrary<List<MutexStep>> steps() {
        return MutexGenerators.steps();
    }

    @Provide
    Arbitrary<Long> waits() {
        return MutexGenerators.waits();
    }

    @Provide
    Arbitrary<Long> waitMillis() {
        return MutexGenerators.millis(20);
    }

    @Provide
    Arbitrary<Long> releaseMillis() {
        return MutexGenerators.millis(40);
    }

    @Provide
    Arbitrary<Long> heldMillis() {
        return MutexGenerators.millis(35).filter(nanos -> nanos != 10 * MILLI);
    }

    @Provide
    Arbitrary<Long> oddSpans() {
        return MutexGenerators.oddSpans();
    }

    @Provide
    Arbitrary<Integer> few() {
        return Arbitraries.integers().between(0, 4);
    }

    @Provide
    Arbitrary<Integer> spreads() {
        return Arbitraries.integers().between(-1, 1);
    }

    @Provide
    Arbitrary<MutexGiveUp> giveUps() {
        return Arbitraries.of(MutexGiveUp.class)
                .filter(how -> how != MutexGiveUp.CANCEL || supports(MutexCapability.ASYNC));
    }

    @Provide
    Arbitrary<List<Integer>> micros() {
        return MutexGenerators.micros();
    }

    @Provide
    Arbitrary<List<Boolean>> kinds() {
        return Arbitraries.of(true, false).list().ofMinSize(1).ofMaxSize(5);
    }

    @Provide
    Arbitrary<List<String>> keys() {
        return MutexGenerators.keys();
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("drain", "drain:orders", "a mutex");
    }

    private static MutexSpec plain() {
        return MutexSpec.named("drain", HOUR);
    }

    private static MutexSpec scaled(MutexSpec spec, World world) {
        return new MutexSpec(
                spec.name(),
                world.scaled(spec.waitNanos()),
                spec.isFair(),
                world.scaled(spec.starvationNanos()),
                spec.isTiming(),
                world.scaled(spec.reportAfterNanos()));
    }

    /** What a rule does with a mutex. */
    private interface Rule {
        void run(MutexTry attempt) throws Throwable;
    }

    private void on(MutexSpec spec, Rule rule) throws Throwable {
        inWorld(world -> {
            MutexAdapter adapter = create(scaled(spec, world), world);
            if (adapter == null) {
                throw new AssertionError("expected an adapter, but create gave null");
            }
            try {
                rule.run(new MutexTry(world, adapter));
            } finally {
                adapter.close();
            }
        });
    }
}
