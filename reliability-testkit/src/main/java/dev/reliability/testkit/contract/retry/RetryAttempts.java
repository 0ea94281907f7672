package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.RetryTry.Call;
import dev.reliability.testkit.contract.retry.RetryTry.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** How often a task runs, and what the call ends with. */
final class RetryAttempts {
    private static final int DEFAULT_ATTEMPTS = 4;
    private static final long HOUR = 3_600_000_000_000L;
    private static final int LAST_REPORTED = 8;

    private RetryAttempts() {}

    /** RETRY-1: fails so many times, then succeeds. */
    static void atMost(RetryContract contract, World world, RetrySpec spec, int failures) {
        RetryTry attempt = new RetryTry(contract, spec, world);
        Call call = attempt.call(number -> (number <= failures ? Step.CHECKED : Step.VALUE).take(number));
        int limit = spec.maxAttempts() == RetrySpec.DEFAULT ? DEFAULT_ATTEMPTS : spec.maxAttempts();
        attempt.expectRuns(call, Math.min(limit, failures + 1));
    }

    /** RETRY-2: what is not accepted comes first: failures, and results that the predicate rejects. */
    static void firstAccepted(RetryContract contract, World world, RetrySpec spec, List<Step> steps)
            throws InterruptedException {
        int accepted = steps.size() + 1;
        RetryChoice rejecting =
                RetryChoice.rejecting(result -> result instanceof Step.Result one && one.number() < accepted);
        RetryTry attempt = new RetryTry(contract, spec.choosing(rejecting), world);
        Call call = attempt.call(number -> (number < accepted ? steps.get(number - 1) : Step.VALUE).take(number));
        attempt.expect(
                call.runs().size() >= accepted,
                accepted + " attempts",
                "there were " + call.runs().size());
        attempt.expectValue(call, call.runs().get(accepted - 1).value());
        world.sleep(world.scaled(HOUR) / 100);
        attempt.expect(
                call.runs().size() == accepted,
                "nothing of the task to run after the accepted result",
                "it ran " + call.runs().size() + " times");
    }

    /** RETRY-3: the last failure, and at most one thing attached to each. */
    static void lastFailureItself(RetryContract contract, World world, RetrySpec spec, Instances instances, int calls) {
        RetryTry attempt = new RetryTry(contract, spec, world);
        Exception shared = instances.make(0);
        for (int i = 0; i < calls; i++) {
            Call call = attempt.call(number -> {
                throw instances == Instances.SHARED ? shared : instances.make(number);
            });
            attempt.expectLastFailure(call);
            for (Run run : call.runs()) {
                attached(attempt, run.failure());
            }
            if (i == 0 && instances != Instances.UNSUPPRESSED && contract.has(RetryCapability.REPORT)) {
                reported(attempt, call);
            }
        }
    }

    /** Where failures come from. */
    enum Instances {
        FRESH,
        SHARED,
        UNSUPPRESSED;

        Exception make(int number) {
            return this == UNSUPPRESSED ? new Unsuppressed() : new IOException("attempt " + number);
        }
    }

    private static final class Unsuppressed extends Exception {
        private static final long serialVersionUID = 1;

        Unsuppressed() {
            super("no suppression", null, false, true);
        }
    }

    private static void attached(RetryTry attempt, @Nullable Throwable failure) {
        if (failure == null) {
            return;
        }
        Throwable[] suppressed = failure.getSuppressed();
        attempt.expect(
                suppressed.length <= 1,
                "at most one thing to be attached to a failure",
                "there were " + suppressed.length + ": " + Arrays.toString(suppressed));
        attempt.expect(failure.getCause() == null, "the failure's cause to stay none", "it is " + failure.getCause());
        if (suppressed.length == 1) {
            attempt.expect(
                    suppressed[0].getStackTrace().length == 0,
                    "what is attached to have no stack",
                    "it begins with " + Arrays.toString(suppressed[0].getStackTrace()));
        }
    }

    private static void reported(RetryTry attempt, Call call) {
        if (call.failure() == null) {
            return;
        }
        RetryEnd end = attempt.adapter.report(call.failure());
        if (end == null) {
            throw attempt.world.history().broken("a report", "there is none");
        }
        attempt.expect(
                end.reason() == RetryEnd.Reason.EXHAUSTED, "a report with the reason EXHAUSTED", "it was " + end);
        attempt.expect(
                end.attempts() == call.runs().size(),
                "a report of " + call.runs().size() + " attempts",
                "it was " + end);
        List<Throwable> failures = new ArrayList<>();
        for (Run run : call.runs()) {
            boolean kept = run.number() == 1 || run.number() > call.runs().size() - LAST_REPORTED;
            if (kept && run.failure() != null) {
                failures.add(run.failure());
            }
        }
        attempt.expect(
                end.failures().equals(failures),
                "a report of the first and the last " + LAST_REPORTED + " failures, " + failures,
                "it was " + end.failures());
    }

    /** RETRY-14: null comes so many times, then something else. */
    static void nullIsAResult(RetryContract contract, World world, RetrySpec spec, int nulls, boolean rejected) {
        List<Object> asked = new CopyOnWriteArrayList<>();
        RetrySpec asking = spec.choosing(RetryChoice.rejecting(result -> {
            asked.add(String.valueOf(result));
            return rejected && result == null;
        }));
        RetryTry attempt = new RetryTry(contract, asking, world);
        Call call = attempt.call(number -> number <= nulls ? null : "something");
        int runs = rejected ? nulls + 1 : 1;
        attempt.expectRuns(call, runs);
        attempt.expectValue(call, runs > nulls ? "something" : null);
        for (int i = 0; i < runs - 1; i++) {
            attempt.expect(
                    i < asked.size() && asked.get(i).equals("null"), "the predicate to be asked about null", asked);
        }
        Call unasked = new RetryTry(contract, spec, world).call(number -> null);
        attempt.expectRuns(unasked, 1);
        attempt.expectValue(unasked, null);
    }

    /** RETRY-21: each attempt sees itself, also after a retry inside it and through one around it. */
    static void seesItself(RetryContract contract, World world, RetrySpec spec, int failures) {
        RetryTry outer = new RetryTry(contract, spec, world);
        RetryTry inner = new RetryTry(contract, spec, world);
        List<Throwable> before = new ArrayList<>();
        Call call = outer.call(number -> {
            sees(outer, number, before);
            List<Throwable> innerBefore = new ArrayList<>();
            Call inside = inner.call(innerNumber -> {
                sees(inner, innerNumber, innerBefore);
                Exception failure = new IllegalStateException("inner " + innerNumber);
                innerBefore.add(failure);
                if (innerNumber == number) {
                    return "inside";
                }
                throw failure;
            });
            inner.expectValue(inside, "inside");
            sees(outer, number, before);
            Exception failure = new IllegalStateException("outer " + number);
            before.add(failure);
            if (number > failures) {
                return "done";
            }
            throw failure;
        });
        if (call.failure() instanceof AssertionError broken) {
            throw broken;
        }
        outer.expectValue(call, "done");
    }

    private static void sees(RetryTry attempt, int number, List<Throwable> before) {
        RetryAttempt seen = attempt.adapter.attempt();
        attempt.expect(seen != null && seen.number() == number, "the task to see attempt " + number, "it saw " + seen);
        if (seen != null && before.size() <= LAST_REPORTED + 1) {
            attempt.expect(seen.failures().equals(before), "the task to see the failures " + before, "it saw " + seen);
        }
    }

    /** RETRY-22: what the inner retry has given up. */
    static void doesNotMultiply(RetryContract contract, World world, RetrySpec spec) {
        RetryTry outer = new RetryTry(contract, spec, world);
        RetryTry inner = new RetryTry(contract, spec, world);
        List<Call> inside = new ArrayList<>();
        Call call = outer.call(number -> {
            Call innerCall = inner.call(Step.CHECKED::take);
            inside.add(innerCall);
            if (innerCall.failure() == null) {
                return innerCall.value();
            }
            throw innerCall.failure();
        });
        outer.expectRuns(call, 1);
        outer.expectLastFailure(call);
        outer.expectRuns(inside.get(0), spec.maxAttempts());
    }
}
