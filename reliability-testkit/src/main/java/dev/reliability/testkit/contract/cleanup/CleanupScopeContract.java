package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Mode;
import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.Settings;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.TimedContract;
import dev.reliability.testkit.contract.World;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * The rules CLEANUP-1 to CLEANUP-12: what anything promises that owns resources and closes them.
 *
 * <p>Extend it, hand over an adapter, and run it with the tests. CLEANUP-10 starts JVMs with the class path and the
 * module path of this one, in which the contract test class is made again; on platforms without signals it cannot be
 * tried.
 */
public abstract class CleanupScopeContract extends TimedContract<CleanupCapability> {
    /** For subclasses, which are made once for each rule. */
    protected CleanupScopeContract() {}

    /**
     * Opens a scope. Called at least once for each try.
     *
     * @param spec what it is to do
     * @param world of that try
     * @return a new adapter
     */
    protected abstract CleanupAdapter create(CleanupSpec spec, World world);

    /**
     * Arguments for the JVMs of CLEANUP-10, besides the class path and what concerns modules.
     *
     * @return none by default
     */
    protected List<String> jvmArguments() {
        return List.of();
    }

    @Property
    final void cleanup_1_newestFirstAndOnce(@ForAll("flags") List<Boolean> opened, @ForAll("upTo3") int closers)
            throws Throwable {
        int others = supports(CleanupCapability.CONCURRENT) ? closers : 0;
        inWorld(world -> CleanupOrders.newestFirstOnce(this, world, opened, others));
    }

    @Property
    final void cleanup_2_failureSkipsNothing(
            @ForAll("endings") List<CleanupFailures.Ending> endings,
            @ForAll("closings") CleanupFailures.Closing closing)
            throws Throwable {
        inWorld(world -> CleanupFailures.nothingIsSkipped(this, world, endings, closing));
    }

    @Property
    final void cleanup_3_lateIsClosedAtOnce(@ForAll CleanupOrders.Late late, @ForAll("upTo10") int entries)
            throws Throwable {
        inWorld(world -> CleanupOrders.lateIsClosed(this, world, late, entries));
    }

    @Property
    final void cleanup_4_openedIsOwned(@ForAll("openings") CleanupOrders.Opening opening, @ForAll("upTo10") int entries)
            throws Throwable {
        inWorld(world -> CleanupOrders.openedIsOwned(this, world, opening, entries));
    }

    @Property
    final void cleanup_5_ownershipMoves(@ForAll("upTo10") int stay, @ForAll("upTo10") int move, @ForAll boolean release)
            throws Throwable {
        with(
                CleanupCapability.TRANSFER,
                (world, scope) -> scope.release(),
                world -> CleanupOwners.moves(this, world, stay, move, release));
    }

    @Property
    final void cleanup_6_actionsAreToldTheOutcome(
            @ForAll("works") CleanupOwners.Work work, @ForAll("upTo10") int actions) throws Throwable {
        with(
                CleanupCapability.OUTCOME,
                (world, scope) -> scope.defer(outcome -> {}),
                world -> CleanupOwners.isTold(this, world, work, actions + 1));
    }

    @Property
    final void cleanup_7_childClosesFirstAndLeaves(
            @ForAll("upTo10") int before,
            @ForAll("upTo10") int inside,
            @ForAll("upTo10") int after,
            @ForAll boolean early)
            throws Throwable {
        with(CleanupCapability.CHILD, (world, scope) -> scope.child(), world -> {
            CleanupOwners.childComesFirst(this, world, before, inside, after, early);
            if (early && before == 0) {
                CleanupOwners.parentDoesNotGrow(this, world, 500);
            }
        });
    }

    @Property
    final void cleanup_8_interruptIsKeptForTheEnd(
            @ForAll("upTo3") int more, @ForAll boolean pending, @ForAll("upTo3") int during) throws Throwable {
        inWorld(world -> CleanupInterrupts.keptForTheEnd(this, world, more + 1, pending, Math.min(during, more)));
    }

    @Property
    final void cleanup_9_graceEndsAnAction(
            @ForAll CleanupInterrupts.Overrun overrun, @ForAll("upTo3") int before, @ForAll("upTo3") int after)
            throws Throwable {
        with(
                CleanupCapability.GRACE,
                (world, scope) -> create(CleanupSpec.PLAIN.withGrace(world.scaled(1_000_000_000), null), world),
                world -> CleanupInterrupts.graceEndsAnAction(this, world, overrun, before, after));
    }

    @Property
    @Pace(budgets = 2, atLeast = 4)
    final void cleanup_10_closedWhenTheProcessGoesDown(@ForAll CleanupProcess.Owner owner) throws Throwable {
        with(
                CleanupCapability.SHUTDOWN,
                (world, scope) -> create(CleanupSpec.PLAIN.closedAtShutdown(), world),
                world -> {
                    tried(Mode.PROCESS);
                    CleanupProcess.goesDown(this, world, owner);
                });
    }

    @Property
    @Pace(atLeast = 5)
    final void cleanup_11_leakIsReportedWithItsPlace(@ForAll("upTo3") int forgotten, @ForAll("upTo3") int closed)
            throws Throwable {
        with(
                CleanupCapability.LEAK,
                (world, scope) -> scope.reportLeaks(),
                world -> CleanupLeaks.areReported(this, world, forgotten, closed));
    }

    @Property
    @Pace(atLeast = 1, simulated = false)
    final void cleanup_12_manyEntriesTakeLinearTime(@ForAll("upTo3") int less) throws Throwable {
        inWorld(world -> CleanupOrders.manyEntries(this, world, Settings.entries() / 10 - less));
    }

    @Provide
    Arbitrary<Integer> upTo3() {
        return Arbitraries.integers().between(0, 3);
    }

    @Provide
    Arbitrary<Integer> upTo10() {
        return Arbitraries.integers().between(0, 10);
    }

    @Provide
    Arbitrary<List<Boolean>> flags() {
        return Arbitraries.of(true, false).list().ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<CleanupFailures.Ending>> endings() {
        return Arbitraries.of(CleanupFailures.Ending.class).list().ofMaxSize(10);
    }

    @Provide
    Arbitrary<CleanupFailures.Closing> closings() {
        return Arbitraries.of(CleanupFailures.Closing.class).filter(closing -> switch (closing) {
            case ITSELF -> true;
            case REPORTING_ONLY -> supports(CleanupCapability.REPORT_ONLY);
            case AFTER_A_RESULT, AFTER_A_FAILURE -> supports(CleanupCapability.CALL);
        });
    }

    @Provide
    Arbitrary<CleanupOrders.Opening> openings() {
        return Arbitraries.of(CleanupOrders.Opening.class)
                .filter(opening ->
                        opening != CleanupOrders.Opening.MEETS_A_CLOSING || supports(CleanupCapability.CONCURRENT));
    }

    @Provide
    Arbitrary<CleanupOwners.Work> works() {
        return Arbitraries.of(CleanupOwners.Work.class)
                .filter(work -> !work.called || supports(CleanupCapability.CALL));
    }

    final boolean isVirtual() {
        return timeMode() == TimeMode.VIRTUAL;
    }

    final void inProcess(CleanupProcess.Owner owner) throws Throwable {
        alone(world -> CleanupProcess.run(this, world, owner));
    }

    /** Asks for something that needs a capability. */
    private interface Question {
        void ask(World world, CleanupAdapter scope) throws Throwable;
    }

    private void with(CleanupCapability capability, Question question, Scenario scenario) throws Throwable {
        inWorld(supports(capability) ? scenario : world -> refuses(capability, () -> asked(question, world)));
    }

    private @Nullable Object asked(Question question, World world) throws Throwable {
        question.ask(world, create(CleanupSpec.PLAIN, world));
        return null;
    }
}
