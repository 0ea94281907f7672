package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.contract.Contract;
import dev.reliability.testkit.contract.Mode;
import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.fault.FaultPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * The rules PUSH-1 to PUSH-14: what a command or service that delivers events to destinations promises.
 *
 * <p>Extend it, hand over an adapter, and run it with the tests. The rules run in real time, against HTTP destinations on
 * the loopback interface, and as far as the command is a process, with real processes and signals.
 */
public abstract class PushContract extends Contract<PushCapability> {
    private static final Duration LIMIT = Duration.ofMillis(300); // of a push that is to run into it

    /** For subclasses, which are made once for each rule. */
    protected PushContract() {}

    /**
     * Makes an adapter to what is under test. Called at least once for each try.
     *
     * @param world of that try
     * @return a new adapter; the kit closes it
     * @throws Exception if it cannot be made, which breaks the rule
     */
    protected abstract PushAdapter adapter(PushWorld world) throws Exception;

    /**
     * The platforms that a flow can run on.
     *
     * @return at least one name, the same in every run; by default server and web
     */
    protected List<String> platforms() {
        return List.of("server", "web");
    }

    @Property
    final void push_1_invalidInputIsRefusedBeforeAnyWork(
            @ForAll("invalidInputs") PushInput input, @ForAll("healthy") PushSetup setup) throws Exception {
        on(
                setup,
                attempt -> PushRules.refusesInvalidInput(
                        attempt, input.event(), input.fault().in(attempt.flow)));
    }

    @Property
    final void push_2_unknownTargetIsRefusedBeforeBundling(
            @ForAll("events") PushEvent event, @ForAll PushTarget target, @ForAll("healthy") PushSetup setup)
            throws Exception {
        on(setup, attempt -> PushRules.refusesUnknownTarget(attempt, event, target, platforms()));
    }

    @Property
    final void push_3_dryRunDecidesAlikeAndLeavesNothing(
            @ForAll("anyEvents") PushEvent event, @ForAll("healthy") PushSetup setup) throws Exception {
        on(setup, attempt -> PushRules.dryRunDecidesAlike(attempt, event));
    }

    @Property
    @Pace(budgets = 3, atLeast = 9)
    final void push_4_silentAndJsonPrintJustThat(@ForAll PushOutput output, @ForAll PushPrint ending) throws Exception {
        PushSetup setup = PushSetup.on(platforms().get(0), PushProcessRules.plan(ending), 2);
        process(setup, attempt -> PushProcessRules.prints(attempt, PushEvent.SAMPLE, output, ending));
    }

    @Property
    @Pace(budgets = 2, atLeast = 12)
    final void push_5_endsWithinTheLimitWhateverHangs(@ForAll PushHang hang, @ForAll("platforms") String platform)
            throws Exception {
        PushSetup setup = PushSetup.on(platform, hang.plan(), 2);
        on(setup, attempt -> PushRules.endsWithinTheLimit(attempt, PushEvent.SAMPLE, hang, LIMIT));
    }

    @Property
    @Pace(budgets = 3, atLeast = 14)
    final void push_6_nothingIsLeftBehind(@ForAll PushEnding ending, @ForAll("platforms") String platform)
            throws Exception {
        PushSetup setup = PushSetup.on(platform, PushProcessRules.plan(ending), 1);
        process(setup, attempt -> PushProcessRules.leavesNothingBehind(attempt, PushEvent.SAMPLE, ending));
    }

    @Property
    final void push_7_successMeansAcknowledged(
            @ForAll("events") PushEvent event,
            @ForAll("faulty") PushSetup setup,
            @ForAll("deliveringCode") PushCode code)
            throws Exception {
        on(setup, attempt -> PushRules.successMeansAcknowledged(attempt, event, code));
    }

    @Property
    final void push_8_onlyTransientFailuresAreRetried(
            @ForAll("events") PushEvent event, @ForAll("faulty") PushSetup setup) throws Exception {
        PushEvent other = PushEvent.named(event.entity(), event.action() + "again");
        on(setup, attempt -> PushRules.retriesOnlyTransientFailures(attempt, event, other));
    }

    @Property
    @Pace(atLeast = 6)
    final void push_9_noOrEmptyOutputIsABundleError(
            @ForAll("bundleDefects") PushDefect defect, @ForAll("platforms") String platform) throws Exception {
        PushSetup setup = PushSetup.on(platform, FaultPlan.of(), 1);
        injected(
                setup,
                defect.injected(),
                defect.needed(),
                attempt -> PushRules.bundleErrorWithoutOutput(attempt, PushEvent.SAMPLE, defect.code()));
    }

    @Property
    @Pace(atLeast = 2)
    final void push_10_nothingGrows(@ForAll("platforms") String platform) throws Exception {
        on(PushSetup.on(platform, FaultPlan.of(), 1), attempt -> PushGrowth.noGrowth(attempt, PushEvent.SAMPLE));
    }

    @Property
    @Pace(budgets = 3, atLeast = 6)
    final void push_11_eachKindOfErrorHasItsExitCode(@ForAll PushError.Kind kind, @ForAll boolean verbose)
            throws Exception {
        PushSetup setup = PushSetup.on(platforms().get(0), PushProcessRules.plan(kind), 1);
        process(setup, attempt -> PushProcessRules.exitCodes(attempt, PushEvent.SAMPLE, kind, verbose));
    }

    @Property
    @Pace(atLeast = 12)
    final void push_12_brokenFlowIsAFlowErrorWithPlace(
            @ForAll("flowDefects") PushDefect defect, @ForAll("platforms") String platform) throws Exception {
        PushSetup setup = PushSetup.on(platform, FaultPlan.of(), 1);
        injected(
                setup,
                defect.injected(),
                defect.needed(),
                attempt -> PushRules.flowErrorWithPlace(attempt, PushEvent.SAMPLE, defect.code()));
    }

    @Property
    @Pace(atLeast = 4)
    final void push_13_failedCleanupIsAWarning(@ForAll boolean accepted, @ForAll("platforms") String platform)
            throws Exception {
        PushPrint ending = accepted ? PushPrint.DELIVERED : PushPrint.REJECTED;
        PushSetup setup = PushSetup.on(platform, PushProcessRules.plan(ending), 1);
        on(
                setup,
                healthy -> injected(
                        setup,
                        Set.of(PushInjection.CLEANUP_FAILS),
                        PushCapability.FAULTY_CLEANUP,
                        faulty -> PushRules.failedCleanupIsAWarning(healthy, faulty, PushEvent.SAMPLE)));
    }

    @Property
    @Pace(budgets = 2, atLeast = 3)
    final void push_14_severalEventsTakeOneBundle(
            @ForAll("batches") PushBatch batch, @ForAll("platforms") String platform) throws Exception {
        PushSetup setup = PushSetup.on(platform, batch.plan(), 1).attempting(1);
        if (!supports(PushCapability.BATCH)) {
            on(setup, attempt -> refuses(PushCapability.BATCH, () -> attempt.pushAll(batch.events())));
            return;
        }
        on(setup, attempt -> PushRules.oneBundleForAll(attempt, batch.events()));
        if (supports(PushCapability.PROCESS)) {
            on(setup, attempt -> PushProcessRules.worstExitCode(attempt, batch.events(), batch.isAccepted()));
        }
    }

    @Provide
    Arbitrary<PushEvent> events() {
        return PushGenerators.events();
    }

    @Provide
    Arbitrary<PushEvent> anyEvents() {
        return Arbitraries.oneOf(PushGenerators.events(), PushGenerators.invalidEvents());
    }

    @Provide
    Arbitrary<PushInput> invalidInputs() {
        return PushGenerators.invalidInputs();
    }

    @Provide
    Arbitrary<PushSetup> healthy() {
        return PushGenerators.healthy(platforms());
    }

    @Provide
    Arbitrary<PushSetup> faulty() {
        return PushGenerators.faulty(platforms());
    }

    @Provide("platforms")
    Arbitrary<String> anyPlatform() {
        return Arbitraries.of(platforms());
    }

    @Provide
    Arbitrary<PushDefect> bundleDefects() {
        return Arbitraries.of(PushDefect.OF_BUNDLES);
    }

    @Provide
    Arbitrary<PushDefect> flowDefects() {
        return Arbitraries.of(PushDefect.OF_FLOWS);
    }

    @Provide
    Arbitrary<PushCode> deliveringCode() {
        return Arbitraries.of(PushCode.WORKS, PushCode.PUSH_THROWS_LATE);
    }

    @Provide
    Arbitrary<PushBatch> batches() {
        return PushGenerators.batches();
    }

    private interface Body {
        void run(PushTry attempt) throws Exception;
    }

    private void on(PushSetup setup, Body body) throws Exception {
        on(setup, Set.of(), body);
    }

    private void on(PushSetup setup, Set<PushInjection> injections, Body body) throws Exception {
        PushTry attempt = new PushTry(this, setup, injections);
        try {
            body.run(attempt);
        } catch (Exception | Error e) {
            try {
                attempt.close();
            } catch (Exception | Error second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        attempt.close();
    }

    private void process(PushSetup setup, Body body) throws Exception {
        tried(Mode.PROCESS);
        boolean supported = supports(PushCapability.PROCESS);
        on(setup, attempt -> {
            if (supported) {
                body.run(attempt);
            } else {
                refuses(PushCapability.PROCESS, () -> attempt.start(List.of(PushEvent.SAMPLE), attempt.options));
            }
        });
    }

    private void injected(PushSetup setup, Set<PushInjection> injections, @Nullable PushCapability needed, Body body)
            throws Exception {
        on(setup, injections, attempt -> {
            if (needed == null || supports(needed)) {
                body.run(attempt);
            } else {
                refuses(needed, () -> attempt.push(PushEvent.SAMPLE, attempt.flow, attempt.options));
            }
        });
    }
}
