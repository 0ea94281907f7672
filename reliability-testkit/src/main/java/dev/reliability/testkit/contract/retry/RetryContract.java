package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.TimedContract;
import dev.reliability.testkit.contract.World;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * The rules RETRY-1 to RETRY-24: what anything promises that runs work again when it fails.
 *
 * <p>Extend it, hand over an adapter, and run it with the tests.
 */
public abstract class RetryContract extends TimedContract<RetryCapability> {
    private static final long MILLI = 1_000_000;
    private static final long HOUR = 3_600_000 * MILLI;

    /** For subclasses, which are made once for each rule. */
    protected RetryContract() {}

    /**
     * Makes a retry. Called at least once for each try.
     *
     * @param spec what it is to do
     * @param world of that try
     * @return a new adapter
     */
    protected abstract RetryAdapter create(RetrySpec spec, World world);

    @Property
    final void retry_1_runsAtMostSoOften(
            @ForAll("limits") int maxAttempts, @ForAll("upTo12") int failures, @ForAll("delays") int millis)
            throws Throwable {
        int all = maxAttempts == RetrySpec.UNLIMITED ? failures * 50 : failures;
        inWorld(world -> RetryAttempts.atMost(this, world, spec(world, maxAttempts, millis), all));
    }

    @Property
    final void retry_2_returnsTheFirstAcceptedResult(@ForAll("stepLists") List<Step> steps) throws Throwable {
        inWorld(world -> RetryAttempts.firstAccepted(this, world, spec(world, steps.size() + 3, 10), steps));
    }

    @Property
    final void retry_3_throwsTheLastFailureItself(
            @ForAll RetryAttempts.Instances instances, @ForAll("upTo12") int more, @ForAll("upTo12") int moreCalls)
            throws Throwable {
        inWorld(world ->
                RetryAttempts.lastFailureItself(this, world, spec(world, more + 2, 10), instances, moreCalls + 1));
    }

    @Property
    final void retry_4_delayNeverLeavesItsRangeOrDecreases(
            @ForAll("backoffs") BackoffSpec backoff, @ForAll("attempts") List<Integer> attempts) throws Throwable {
        with(
                RetryCapability.DELAYS,
                adapter -> adapter.delayNanos(1, 0, new Random(0)),
                world -> RetryDelays.neverDecreases(this, world, backoff.with(BackoffSpec.Jitter.NONE, 0), attempts));
    }

    @Property
    final void retry_5_jitterSpreadsAtTheCap(
            @ForAll("wide") BackoffSpec backoff, @ForAll("upTo12") int less, @ForAll boolean atTheCap)
            throws Throwable {
        with(
                RetryCapability.DELAYS,
                adapter -> adapter.delayNanos(1, 0, new Random(0)),
                world -> RetryDelays.spreadsAsDocumented(
                        this, world, backoff, atTheCap ? 1000 - less : 1 + less, atTheCap ? backoff.capNanos() : 0));
    }

    @Property
    final void retry_6_jitterStaysWithinTheCap(
            @ForAll("backoffs") BackoffSpec backoff, @ForAll("attempts") List<Integer> attempts) throws Throwable {
        with(
                RetryCapability.DELAYS,
                adapter -> adapter.delayNanos(1, 0, new Random(0)),
                world -> RetryDelays.jitterStaysWithin(this, world, backoff, attempts));
    }

    @Property
    final void retry_7_delayBelowAMillisecondWaitsInFull(@ForAll("belowAMilli") int nanos, @ForAll("upTo12") int more)
            throws Throwable {
        inWorld(world -> RetryDelays.waitsInFull(this, world, nanos, more + 2));
    }

    @Property
    final void retry_8_noWaitPastTheDeadline(
            @ForAll("delays") int delay,
            @ForAll("upTo12") int task,
            @ForAll("deadlines") int deadline,
            @ForAll("upTo12") int minAttempt)
            throws Throwable {
        with(
                RetryCapability.DEADLINE,
                adapter -> adapter.callWithin(1, () -> null),
                world -> RetryTimes.noWaitPastTheDeadline(
                        this,
                        world,
                        spec(world, RetrySpec.UNLIMITED, delay).withMinAttempt(world.scaled(minAttempt * MILLI)),
                        world.scaled(task * MILLI),
                        world.scaled(Math.min(deadline, 30L * delay) * MILLI)));
    }

    @Property
    final void retry_9_noAttemptAfterTheDeadline(@ForAll("upTo12") int past, @ForAll("limits") int maxAttempts)
            throws Throwable {
        with(
                RetryCapability.DEADLINE,
                adapter -> adapter.callWithin(0, () -> null),
                world ->
                        RetryTimes.noAttemptAfterTheDeadline(this, world, spec(world, maxAttempts, 10), -past * MILLI));
    }

    @Property
    final void retry_10_interruptEndsTheWait(
            @ForAll("upTo12") int before, @ForAll("delays") int delay, @ForAll boolean rejected) throws Throwable {
        // In real time the wait has to last until the interrupt comes, however slow the machine.
        int waits = isReal() ? 1 : before + 1;
        long nanos = isReal() ? HOUR : 10L * delay * MILLI;
        RetrySpec spec = RetrySpec.of(waits + 2, BackoffSpec.constant(nanos));
        inWorld(world -> RetryTimes.interruptEndsTheWait(this, world, spec, waits, rejected));
    }

    @Property
    final void retry_11_interruptAndCancellationAreFinal(
            @ForAll RetryChoices.Stopped stopped,
            @ForAll("upTo12") int failures,
            @ForAll boolean flag,
            @ForAll boolean all)
            throws Throwable {
        inWorld(world ->
                RetryChoices.stopIsFinal(this, world, spec(world, failures + 3, 10), stopped, failures, flag, all));
    }

    @Property
    final void retry_12_interruptedSuccessIsASuccess(@ForAll boolean before) throws Throwable {
        inWorld(world -> RetryTimes.interruptedSuccess(this, world, spec(world, 3, 10), before));
    }

    @Property
    final void retry_13_errorIsRetriedOnlyIfNamed(@ForAll RetryChoices.Fatal fatal, @ForAll RetryChoices.Named named)
            throws Throwable {
        inWorld(world -> RetryChoices.errorOnlyIfNamed(this, world, spec(world, 3, 10), fatal, named));
    }

    @Property
    final void retry_14_nullIsAResult(@ForAll("upTo12") int more, @ForAll boolean rejected) throws Throwable {
        inWorld(world -> RetryAttempts.nullIsAResult(this, world, spec(world, more + 3, 10), more + 1, rejected));
    }

    @Property
    final void retry_15_waitHintIsHeard(
            @ForAll("hints") RetryTimes.Hint hint, @ForAll("delays") int delay, @ForAll boolean byCap)
            throws Throwable {
        with(
                RetryCapability.HINT,
                adapter -> adapter.hinted(Duration.ofSeconds(1)),
                world -> RetryTimes.hintIsHeard(this, world, spec(world, 3, 2L * delay), hint, byCap));
    }

    @Property
    final void retry_16_budgetIsShared(
            @ForAll("budgets") BudgetSpec budget, @ForAll("deeds") List<RetryBudgets.Deed> deeds) throws Throwable {
        if (!supports(RetryCapability.BUDGET)) {
            inWorld(world -> refuses(
                    RetryCapability.BUDGET, () -> create(spec(world, 2, 10).withBudget(budget), world)));
            return;
        }
        inWorld(world -> RetryBudgets.ofMany(this, world, spec(world, 4, 10), budget, deeds));
        BudgetSpec inAdvance = new BudgetSpec(budget.ratio(), 0, budget.max());
        inWorld(world -> RetryBudgets.ofManyAtOnce(this, world, spec(world, 4, 10), inAdvance, 3));
    }

    @Property
    final void retry_17_whoIsAskedThrows(@ForAll RetryChoices.Thrower thrower, @ForAll("upTo12") int before)
            throws Throwable {
        inWorld(world -> RetryChoices.askedThrows(this, world, spec(world, before + 3, 10), thrower, before + 1));
    }

    @Property
    @Pace(budgets = 2, atLeast = 6)
    final void retry_18_asyncHoldsNothing(@ForAll RetryAsyncs promise) throws Throwable {
        with(
                RetryCapability.ASYNC,
                adapter -> adapter.callAsync(() -> CompletableFuture.completedFuture("done"))
                        .join(),
                // In real time longer than a busy machine takes for a first call.
                world -> promise.check(this, world, isReal() ? 500 * MILLI : 10_000 * MILLI));
    }

    @Property
    final void retry_19_httpIsRetriedWhereItMayBe(
            @ForAll("methods") String method,
            @ForAll boolean key,
            @ForAll("statuses") int status,
            @ForAll RetryVerdicts.Cut cut)
            throws Throwable {
        with(RetryCapability.HTTP, adapter -> adapter.retriesStatus("GET", false, 503), world -> {
            RetryAdapter adapter = create(spec(world, 2, 10), world);
            RetryVerdicts.status(adapter, world, method, key, status);
            RetryVerdicts.cut(adapter, world, method, key, cut);
            RetryVerdicts.retryAfter(adapter, world);
        });
    }

    @Property
    final void retry_20_sqlIsRetriedByItsState(
            @ForAll RetryVerdicts.Sql sql, @ForAll SqlPhase phase, @ForAll boolean idempotent) throws Throwable {
        with(
                RetryCapability.SQL,
                adapter -> adapter.retriesSql(new SQLException(), SqlPhase.STATEMENT, false),
                world -> {
                    RetryAdapter adapter = create(spec(world, 2, 10), world);
                    RetryVerdicts.sql(adapter, world, sql, phase, idempotent);
                    RetryVerdicts.sqlTypes(adapter, world, phase, idempotent);
                });
    }

    @Property
    final void retry_21_taskSeesItsAttempt(@ForAll("upTo12") int failures) throws Throwable {
        with(
                RetryCapability.ATTEMPT,
                RetryAdapter::attempt,
                world -> RetryAttempts.seesItself(this, world, spec(world, failures + 3, 10), failures));
    }

    @Property
    final void retry_22_exhaustedIsNotRetriedAgain(@ForAll("upTo12") int more) throws Throwable {
        inWorld(world -> RetryAttempts.doesNotMultiply(this, world, spec(world, more + 2, 10)));
    }

    @Property
    final void retry_23_neverAndAlwaysBeatTheRest(@ForAll RetryChoices.Ranked ranked, @ForAll("upTo12") int more)
            throws Throwable {
        inWorld(world -> RetryChoices.ranks(this, world, spec(world, more + 2, 10), ranked));
    }

    @Property
    final void retry_24_listenerHearsEachRetryOnce(
            @ForAll("stepLists") List<Step> steps,
            @ForAll("delays") int delay,
            @ForAll("delays") int task,
            @ForAll("upTo12") int more)
            throws Throwable {
        List<Step> some = steps.isEmpty() ? List.of(Step.CHECKED) : steps;
        inWorld(world ->
                RetryChoices.heard(this, world, spec(world, more + 1, delay), some, world.scaled(task * MILLI)));
    }

    @Provide
    Arbitrary<Integer> limits() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(1, 10), Arbitraries.of(RetrySpec.DEFAULT, RetrySpec.UNLIMITED));
    }

    @Provide
    Arbitrary<Integer> upTo12() {
        return Arbitraries.integers().between(0, 12);
    }

    @Provide("delays")
    Arbitrary<Integer> delayMillis() {
        return Arbitraries.integers().between(1, 5_000);
    }

    @Provide("deadlines")
    Arbitrary<Integer> deadlineMillis() {
        return Arbitraries.integers().between(1, 20_000);
    }

    @Provide
    Arbitrary<Integer> belowAMilli() {
        return Arbitraries.integers().between(1, 999_999);
    }

    @Provide("stepLists")
    Arbitrary<List<Step>> stepLists() {
        return Arbitraries.of(Step.class).list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<BackoffSpec> backoffs() {
        return RetryGenerators.backoffs();
    }

    @Provide
    Arbitrary<BackoffSpec> wide() {
        return RetryGenerators.wide();
    }

    @Provide
    Arbitrary<List<Integer>> attempts() {
        return RetryGenerators.attempts();
    }

    @Provide
    Arbitrary<RetryTimes.Hint> hints() {
        return Arbitraries.of(RetryTimes.Hint.class)
                .filter(hint -> hint != RetryTimes.Hint.LONGER_THAN_THE_DEADLINE || supports(RetryCapability.DEADLINE));
    }

    @Provide
    Arbitrary<BudgetSpec> budgets() {
        return RetryGenerators.budgets();
    }

    @Provide
    Arbitrary<List<RetryBudgets.Deed>> deeds() {
        return Arbitraries.of(RetryBudgets.Deed.class).list().ofMaxSize(30);
    }

    @Provide("methods")
    Arbitrary<String> httpMethods() {
        return Arbitraries.of(RetryVerdicts.METHODS);
    }

    @Provide("statuses")
    Arbitrary<Integer> httpStatuses() {
        return Arbitraries.of(RetryVerdicts.STATUSES);
    }

    final boolean has(RetryCapability capability) {
        return supports(capability);
    }

    final boolean isVirtual() {
        return timeMode() == TimeMode.VIRTUAL;
    }

    final boolean isReal() {
        return timeMode() == TimeMode.REAL;
    }

    final void reports(boolean kept, String what) {
        should(kept, what);
    }

    private static RetrySpec spec(World world, int maxAttempts, long millis) {
        return RetrySpec.of(maxAttempts, BackoffSpec.constant(world.scaled(millis * MILLI)));
    }

    /** Asks for something that needs a capability. */
    private interface Question {
        @Nullable
        Object ask(RetryAdapter adapter) throws Throwable;
    }

    private void with(RetryCapability capability, Question question, Scenario scenario) throws Throwable {
        inWorld(
                supports(capability)
                        ? scenario
                        : world -> refuses(capability, () -> question.ask(create(spec(world, 2, 10), world))));
    }
}
