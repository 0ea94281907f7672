package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.RetryTry.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * RETRY-16: in every stretch of the history there are no more retries than its calls and its seconds pay for and the
 * budget had in advance; and what was spent comes back.
 */
final class RetryBudgets {
    /** What a caller does next. */
    enum Deed {
        FAIL,
        SUCCEED,
        PAUSE
    }

    /** A stretch of the history. */
    private record Stretch(int calls, int retries, long nanos) {}

    private static final long SECOND = 1_000_000_000;

    private final RetryTry attempt;
    private final BudgetSpec budget;
    private final int maxAttempts;
    private final List<Stretch> stretches = new ArrayList<>();
    private final List<RetryHeard> heard;

    private RetryBudgets(RetryTry attempt, BudgetSpec budget, int maxAttempts, List<RetryHeard> heard) {
        this.attempt = attempt;
        this.budget = budget;
        this.maxAttempts = maxAttempts;
        this.heard = heard;
    }

    static void ofMany(RetryContract contract, World world, RetrySpec spec, BudgetSpec budget, List<Deed> deeds)
            throws InterruptedException {
        List<RetryHeard> heard = new CopyOnWriteArrayList<>();
        RetryTry attempt = new RetryTry(contract, spec.withBudget(budget).tellingTo(heard::add), world);
        RetryBudgets run = new RetryBudgets(attempt, budget, spec.maxAttempts(), heard);
        for (Deed deed : deeds) {
            switch (deed) {
                case FAIL -> run.fail(contract);
                case SUCCEED -> run.succeed();
                case PAUSE -> run.pause();
            }
            run.isWithin();
        }
        run.comesBack(contract);
    }

    private Call call(RetryTry.Script script) {
        long began = attempt.world.nanos();
        Call call = attempt.call(script);
        stretches.add(new Stretch(1, call.runs().size() - 1, attempt.world.nanos() - began));
        return call;
    }

    /** Fails until the attempts or the budget are used up; true if it was refused. */
    private boolean fail(RetryContract contract) {
        heard.clear();
        Call call = call(Step.CHECKED::take);
        attempt.expectLastFailure(call);
        List<RetryHeard> refusals = heard.stream()
                .filter(event -> event.kind() == RetryHeard.Kind.REFUSED)
                .toList();
        boolean refused = call.runs().size() < maxAttempts;
        attempt.expect(
                refusals.size() == (refused ? 1 : 0),
                refused ? "the listener to hear of the refusal" : "no refusal to be heard",
                "it heard " + heard);
        if (refused) {
            attempt.expectReason(contract, call, RetryEnd.Reason.BUDGET);
        }
        return refused;
    }

    private void succeed() {
        attempt.expectRuns(call(Step.VALUE::take), 1);
    }

    private void pause() throws InterruptedException {
        long began = attempt.world.nanos();
        attempt.world.sleep(attempt.world.scaled(SECOND));
        stretches.add(new Stretch(0, 0, attempt.world.nanos() - began));
    }

    /** Every stretch that ends here. */
    private void isWithin() {
        long calls = 0;
        long retries = 0;
        long nanos = 0;
        for (int i = stretches.size() - 1; i >= 0; i--) {
            calls += stretches.get(i).calls();
            retries += stretches.get(i).retries();
            nanos += stretches.get(i).nanos();
            double paid = budget.max() + budget.ratio() * calls + (double) budget.floorPerSecond() * nanos / SECOND;
            attempt.expect(
                    retries <= paid + 1e-6,
                    "at most " + paid + " retries in the last " + (stretches.size() - i) + " steps",
                    "there were " + retries);
        }
    }

    /** After refusals, first-try successes pay for a retry again. */
    private void comesBack(RetryContract contract) {
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < budget.max() + 2 && !fail(contract); j++) {
                isWithin();
            }
        }
        for (int i = 0; i < Math.ceil(1 / budget.ratio()) + 1; i++) {
            succeed();
        }
        heard.clear();
        Call call = call(Step.CHECKED::take);
        attempt.expect(
                call.runs().size() > 1,
                "a retry again, after " + (int) Math.ceil(1 / budget.ratio() + 1) + " successes",
                "it was refused");
        isWithin();
    }

    /** Together the callers get what the budget had in advance, exactly: nothing is spent twice, nothing is lost. */
    static void ofManyAtOnce(RetryContract contract, World world, RetrySpec spec, BudgetSpec budget, int callers)
            throws Throwable {
        RetryTry attempt = new RetryTry(contract, spec.withBudget(budget), world);
        List<Call> calls = new CopyOnWriteArrayList<>();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            actors.add(world.spawn("caller-" + i, () -> calls.add(attempt.call(Step.CHECKED::take))));
        }
        for (Actor actor : actors) {
            actor.await();
        }
        int retries = calls.stream().mapToInt(call -> call.runs().size() - 1).sum();
        int wanted = callers * (spec.maxAttempts() - 1);
        int paid = Math.min(wanted, budget.max());
        attempt.expect(retries == paid, paid + " retries of " + callers + " callers", "there were " + retries);
    }
}
