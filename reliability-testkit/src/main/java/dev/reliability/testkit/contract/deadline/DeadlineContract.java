package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.TimedContract;
import dev.reliability.testkit.contract.World;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * The rules DEADLINE-1 to DEADLINE-14, but for DEADLINE-5: what anything promises that limits how long work may take.
 *
 * <p>Extend it, hand over an adapter, and run it with the tests.
 */
public abstract class DeadlineContract extends TimedContract<DeadlineCapability> {
    private static final long MILLI = 1_000_000;
    private static final long YEAR = 365L * 86_400 * 1_000 * MILLI;

    /** For subclasses, which are made once for each rule. */
    protected DeadlineContract() {}

    /**
     * Makes a limit. Called at least once for each try.
     *
     * @param spec what it is to do
     * @param world of that try
     * @return a new adapter
     */
    protected abstract DeadlineAdapter create(DeadlineSpec spec, World world);

    /** {@inheritDoc} Here by default a second: in real time the spans of these rules are short as they are. */
    @Override
    protected double scale() {
        return 1;
    }

    @Property
    final void deadline_1_orderAndRestAgree(
            @ForAll("spans") long one, @ForAll("spans") long other, @ForAll("millis") int passes) throws Throwable {
        with(
                DeadlineCapability.VALUE,
                (world, adapter) -> adapter.after(1),
                world -> DeadlineValues.ordered(this, world, one, other, world.scaled(passes * MILLI)));
    }

    @Property
    final void deadline_2_finishedOrExpired(
            @ForAll("millis") int lasts,
            @ForAll("millis") int limit,
            @ForAll DeadlineCalls.Ending ending,
            @ForAll boolean onLate)
            throws Throwable {
        int apart = apart(lasts, limit);
        inWorld(world -> DeadlineCalls.oneDecision(
                this, world, world.scaled(lasts * MILLI), world.scaled(apart * MILLI), ending, onLate));
    }

    @Property
    final void deadline_3_theInterruptIsOneBit(@ForAll DeadlineInterrupts which, @ForAll("millis") int limit)
            throws Throwable {
        with(
                DeadlineCapability.SAME_THREAD,
                (world, adapter) -> adapter.call(MILLI, () -> null),
                world -> DeadlineInterrupts.oneBit(this, world, which, world.scaled((limit + 10) * MILLI)));
    }

    @Property
    final void deadline_4_failureDisarmsTheLimit(@ForAll("millis") int limit, @ForAll boolean error) throws Throwable {
        inWorld(world -> DeadlineCalls.failureDisarms(this, world, world.scaled((limit + 10) * MILLI), error));
    }

    @Property
    @Pace(simulated = false)
    final void deadline_6_expiresThoughPoolsAreBusy(@ForAll("millis") int limit) throws Throwable {
        inWorld(world -> DeadlineCalls.expiresThoughPoolsAreBusy(this, world, world.scaled(limit * MILLI)));
    }

    @Property
    final void deadline_7_ambientDeadlineIsWhereItShouldBe(
            @ForAll("millis") int outer, @ForAll("millis") int inner, @ForAll boolean enforced) throws Throwable {
        with(
                DeadlineCapability.AMBIENT,
                (world, adapter) -> adapter.ambientNanos(),
                world -> DeadlineAmbients.isVisibleWhereItShould(
                        this,
                        world,
                        world.scaled((isReal() ? 10L * outer : outer) * MILLI),
                        world.scaled(inner * MILLI),
                        enforced));
    }

    @Property
    final void deadline_8_outerExpiryIsNotLost(
            @ForAll("millis") int outer,
            @ForAll("millis") int inner,
            @ForAll("millis") int lasts,
            @ForAll boolean catches)
            throws Throwable {
        int apart = apart(lasts, outer);
        inWorld(world -> DeadlineCalls.outerIsNotLost(
                this,
                world,
                world.scaled(apart * MILLI),
                world.scaled(inner * MILLI),
                world.scaled(lasts * MILLI),
                catches));
    }

    @Property
    final void deadline_9_conversionsRoundUp(@ForAll("edges") long nanos) throws Throwable {
        with(
                DeadlineCapability.VALUE,
                (world, adapter) -> adapter.after(1).millis(),
                world -> DeadlineValues.converted(this, world, nanos));
    }

    @Property
    final void deadline_10_whatRemainsTravels(@ForAll("spans") long nanos, @ForAll("millis") int way) throws Throwable {
        with(
                DeadlineCapability.VALUE,
                (world, adapter) -> adapter.ofHeader(adapter.after(MILLI).toHeader()),
                world -> DeadlineValues.travels(
                        this, world, isReal() ? nanos % (10 * MILLI) + MILLI : nanos, world.scaled(way * MILLI)));
    }

    @Property
    final void deadline_11_stageIsLimited(
            @ForAll DeadlineAsyncs.Ending ending, @ForAll("millis") int limit, @ForAll("few") int calls)
            throws Throwable {
        with(
                DeadlineCapability.ASYNC,
                (world, adapter) -> adapter.callAsync(MILLI, () -> CompletableFuture.completedFuture("value"))
                        .join(),
                world -> DeadlineAsyncs.stageIsLimited(this, world, world.scaled((limit + 10) * MILLI), ending, calls));
    }

    @Property
    final void deadline_12_restIsDivided(
            @ForAll("spans") long nanos,
            @ForAll("millis") int passes,
            @ForAll("shares") double share,
            @ForAll("millis") int kept)
            throws Throwable {
        with(
                DeadlineCapability.VALUE,
                (world, adapter) -> adapter.after(1).fraction(1),
                world -> DeadlineValues.divided(this, world, nanos, world.scaled(passes * MILLI), share, kept * MILLI));
    }

    @Property
    final void deadline_13_deafWorkIsAbandoned(
            @ForAll("millis") int limit, @ForAll("few") int most, @ForAll boolean onLate) throws Throwable {
        with(
                DeadlineCapability.ABANDON,
                (world, adapter) -> create(DeadlineSpec.PLAIN.abandoningOn(Runnable::run, 1), world),
                world -> DeadlineAsyncs.deafIsAbandoned(this, world, world.scaled((limit + 10) * MILLI), most, onLate));
    }

    @Property
    final void deadline_14_stopIsChosen(@ForAll("millis") int limit, @ForAll DeadlineCalls.Stopped stopped)
            throws Throwable {
        with(
                DeadlineCapability.CANCELLER,
                (world, adapter) -> create(DeadlineSpec.PLAIN.stoppingBy(DeadlineSpec.Stop.NOTHING, null), world),
                world -> DeadlineCalls.stopIsChosen(this, world, world.scaled((limit + 10) * MILLI), stopped));
    }

    @Provide("millis")
    Arbitrary<Integer> someMillis() {
        // In real time a limit has to be told from its half on a busy machine, and nobody waits for seconds.
        return isReal()
                ? Arbitraries.integers().between(50, 100)
                : Arbitraries.integers().between(2, 5_000);
    }

    @Provide
    Arbitrary<Integer> few() {
        return Arbitraries.integers().between(1, 4);
    }

    @Provide
    Arbitrary<Double> shares() {
        return Arbitraries.doubles().between(0, 1);
    }

    @Provide
    Arbitrary<Long> spans() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(1, 10_000 * MILLI),
                Arbitraries.longs().between(1, YEAR));
    }

    /** Of either sign, and where a conversion rounds or overflows; in real time such that it does not expire meanwhile. */
    @Provide
    Arbitrary<Long> edges() {
        return Arbitraries.oneOf(
                        Arbitraries.longs().between(-10 * MILLI, 10_000 * MILLI),
                        Arbitraries.longs().between(1, 90 * YEAR),
                        Arbitraries.of(0L, 1L, MILLI - 1, MILLI, MILLI + 1, Integer.MAX_VALUE * MILLI + 1, 80 * YEAR))
                .filter(nanos -> !isReal() || nanos <= 0 || nanos >= 1_000 * MILLI);
    }

    final boolean has(DeadlineCapability capability) {
        return supports(capability);
    }

    final boolean isVirtual() {
        return timeMode() == TimeMode.VIRTUAL;
    }

    private boolean isReal() {
        return timeMode() == TimeMode.REAL;
    }

    /** A limit that is on the same side of what it limits, but far from it: of two equal instants either may come first. */
    private static int apart(int lasts, int limit) {
        return lasts <= limit ? limit + lasts : limit / 2 + 1;
    }

    /** Asks for something that needs a capability. */
    private interface Question {
        @Nullable
        Object ask(World world, DeadlineAdapter adapter) throws Throwable;
    }

    private void with(DeadlineCapability capability, Question question, Scenario scenario) throws Throwable {
        inWorld(
                supports(capability)
                        ? scenario
                        : world -> refuses(capability, () -> question.ask(world, create(DeadlineSpec.PLAIN, world))));
    }
}
