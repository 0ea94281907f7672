package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.breaker.BreakerTry.Ended;
import dev.reliability.testkit.contract.breaker.BreakerTry.Hanging;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the rules about states and their times ask. */
final class BreakerStateRules {
    private static final long SECOND = BreakerTry.SECOND;

    private BreakerStateRules() {}

    /** BREAKER-1: of a breaker with nothing set. */
    static void defaults(BreakerTry attempt) throws Throwable {
        attempt.open(4 + 1);
        attempt.expectRefused("just after it opened");
        if (!attempt.isExact()) {
            return; // a minute of the machine's time is too long
        }
        attempt.sleep(60 * SECOND - 1);
        attempt.expectRefused("just before 60 s are over");
        attempt.sleep(1);
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "after 60 s");
        attempt.expectState(BreakerState.HALF_OPEN, "after one success");
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the second probe");
        attempt.expectState(BreakerState.CLOSED, "after two successes");
    }

    /** BREAKER-1: the call limit counts, and interrupts nobody. */
    static void callLimitCounts(BreakerTry attempt, boolean tellsWhy) throws Throwable {
        if (!attempt.isExact()) {
            return;
        }
        List<Hanging> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(attempt.hangAdmitted("call" + i));
        }
        attempt.sleep(30 * SECOND - SECOND);
        attempt.expectState(BreakerState.CLOSED, "while its calls have run for 29 s");
        attempt.sleep(6 * SECOND);
        attempt.expectState(BreakerState.OPEN, "as 5 calls have run for 35 s");
        if (tellsWhy) {
            BreakerOpening opening = attempt.breaker.openedBy();
            attempt.expect(
                    opening != null && opening.isTimeOut(),
                    "it to say that a time-out opened it",
                    "it said " + opening);
        }
        for (Hanging call : calls) {
            Ended ended = call.end(BreakerEnding.SUCCESS);
            attempt.expect(
                    ended.value() == BreakerEnding.SUCCESS, "the call limit not to disturb the call itself", ended);
        }
    }

    /** BREAKER-1: a call timeout ends calls. */
    static void callTimeoutEnds(BreakerTry attempt, long timeoutNanos) throws Throwable {
        long from = attempt.world.nanos();
        Ended ended = attempt.through("that sleeps", () -> {
            attempt.sleep(BreakerTry.HOUR);
            return null;
        });
        long took = attempt.world.nanos() - from;
        attempt.expect(
                ended.failure() != null
                        && took >= attempt.world.scaled(timeoutNanos)
                        && (!attempt.isExact() || took == timeoutNanos),
                "a call to be ended after " + timeoutNanos + " ns",
                ended + " after " + took + " ns");
    }

    /** BREAKER-2, -5, -11, -15: whatever is done, one step at a time, it does as the machine of the rules. */
    static void follow(
            BreakerTry attempt, BreakerMachine machine, List<BreakerStep> steps, long slowNanos, boolean counts)
            throws Throwable {
        for (BreakerStep step : steps) {
            if (step.kind().isCall()) {
                call(attempt, machine, step, slowNanos);
            } else if (step.kind() == BreakerStep.Kind.PAUSE) {
                attempt.sleep(step.nanos());
            } else {
                attempt.world.record(step.toString());
                operate(attempt.breaker, step.kind());
                machine.operated(step.kind());
            }
            if (machine.isUndecided()) {
                return;
            }
            if (!machine.isDue(attempt.world.nanos())) {
                attempt.expectState(machine.state(), "after " + step);
            }
        }
        if (counts) {
            BreakerCounts seen = attempt.breaker.counts();
            attempt.expect(seen.equals(machine.counts()), "the counts " + machine.counts(), "they were " + seen);
        }
    }

    private static void call(BreakerTry attempt, BreakerMachine machine, BreakerStep step, long slowNanos) {
        boolean admits = machine.admits(attempt.world.nanos());
        Ended ended = attempt.call(step.kind().ending(), () -> {
            if (step.kind() == BreakerStep.Kind.SLOW) {
                attempt.sleep(slowNanos);
            }
            return null;
        });
        attempt.expect(
                ended.isRefused() != admits,
                "a call to be " + (admits ? "admitted" : "refused") + " by a breaker that is " + machine.state(),
                ended);
        if (admits) {
            machine.ended(step.kind().ending(), step.kind() == BreakerStep.Kind.SLOW, attempt.world.nanos());
        }
    }

    private static void operate(BreakerAdapter breaker, BreakerStep.Kind how) {
        switch (how) {
            case RESET -> breaker.reset();
            case ISOLATE -> breaker.isolate();
            case DISABLE -> breaker.disable();
            default -> breaker.endOverride();
        }
    }

    /** BREAKER-5: one probe after the other, some of them successes before one fails, or all. */
    static void probesDecide(BreakerTry attempt, int failures, long openNanos, int threshold, int successes)
            throws Throwable {
        attempt.open(failures);
        attempt.sleep(openNanos);
        for (int i = 1; i <= Math.min(successes, threshold); i++) {
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "as probe " + i);
            attempt.expectState(
                    i < threshold ? BreakerState.HALF_OPEN : BreakerState.CLOSED,
                    "after " + i + " of " + threshold + " successes");
        }
        if (successes < threshold) {
            attempt.expectAdmitted(BreakerEnding.FAILURE, "as a probe after " + successes + " successes");
            attempt.expectState(BreakerState.OPEN, "after a failed probe");
            attempt.expectRefused("after a failed probe");
        }
    }

    /** BREAKER-3. */
    static void refusalTells(BreakerTry attempt, int failures, long openNanos, long agoNanos, boolean tellsWhy)
            throws Throwable {
        attempt.open(failures);
        attempt.sleep(agoNanos);
        long from = attempt.world.nanos();
        Ended ended = attempt.call(BreakerEnding.SUCCESS);
        attempt.expect(ended.isRefused(), "a call to be refused while it is open", ended);
        attempt.expect(!attempt.isExact() || attempt.world.nanos() == from, "a refusal at once", "it waited");
        BreakerRefused refusal = ended.refusal();
        attempt.expect(refusal.breaker().equals(BreakerTry.NAME), "the refusal to name the breaker", refusal.breaker());
        attempt.expect(refusal.state() == BreakerState.OPEN, "the refusal to tell the state", refusal.state());
        long left = attempt.world.scaled(openNanos) - attempt.world.scaled(agoNanos);
        attempt.expect(
                refusal.waitNanos() >= 0
                        && refusal.waitNanos() <= left
                        && (!attempt.isExact() || refusal.waitNanos() == left),
                "the refusal to tell that " + left + " ns are left",
                refusal.waitNanos());
        refusalIsLight(attempt, refusal.thrown());
        if (tellsWhy) {
            BreakerOpening opening = attempt.breaker.openedBy();
            attempt.expect(
                    opening != null
                            && BreakerEnding.ServiceFailure.class.getName().equals(opening.type())
                            && opening.agoNanos() >= attempt.world.scaled(agoNanos)
                            && (!attempt.isExact() || opening.agoNanos() == agoNanos),
                    "it to tell the type and the time of the failure that opened it",
                    opening);
            attempt.sleep(openNanos - agoNanos);
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "after the open time");
            attempt.expectState(BreakerState.CLOSED, "after a success");
            attempt.expect(attempt.breaker.openedBy() == null, "the failure to be dropped on close", "it was not");
        }
    }

    private static void refusalIsLight(BreakerTry attempt, Throwable thrown) {
        String message = thrown.getMessage();
        attempt.expect(
                message != null && message.contains(BreakerTry.NAME), "a message that names the breaker", message);
        attempt.expect(thrown.getStackTrace().length == 0, "no stack trace in a refusal", "it took one");
        for (@Nullable Throwable part = thrown; part != null; part = part.getCause()) {
            attempt.expect(
                    !(part instanceof BreakerEnding.ServiceFailure)
                            && !String.valueOf(part.getMessage()).contains(BreakerEnding.SECRET),
                    "nothing of one caller's failure in what another caller gets",
                    part);
        }
    }

    /** BREAKER-17: with failing probes, each open time is longer, up to the cap, and with jitter still longer. */
    static void openTimeGrows(BreakerTry attempt, long openNanos, int factor, long capNanos, double jitter, int rounds)
            throws Throwable {
        attempt.open(1);
        long nominal = openNanos;
        for (int i = 0; i < rounds; i++) {
            attempt.sleep(nominal - 1);
            if (attempt.isExact()) {
                attempt.expectRefused("1 ns before open time " + (i + 1) + " of " + nominal + " ns is over");
            }
            attempt.sleep(1 + (long) (nominal * jitter));
            attempt.expectAdmitted(BreakerEnding.FAILURE, "after open time " + (i + 1) + " of " + nominal + " ns");
            nominal = Math.min(nominal * factor, capNanos);
        }
        attempt.sleep(nominal + (long) (nominal * jitter));
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "after the last open time");
        attempt.expectState(BreakerState.CLOSED, "after a success");
        attempt.open(1);
        attempt.sleep(openNanos + (long) (openNanos * jitter));
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "after the open time, which begins small again after closing");
    }

    /** BREAKER-17: a fleet does not probe in step. */
    static void jitterSpreads(BreakerTry attempt, long openNanos, double jitter, int rounds) throws Throwable {
        List<Long> waits = new ArrayList<>();
        attempt.open(1);
        for (int i = 0; i < rounds; i++) {
            Ended ended = attempt.call(BreakerEnding.SUCCESS);
            attempt.expect(ended.isRefused(), "a call to be refused while it is open", ended);
            long wait = ended.refusal().waitNanos();
            attempt.expect(
                    wait >= (attempt.isExact() ? openNanos : 0) && wait <= openNanos + (long) (openNanos * jitter),
                    "an open time lengthened by at most " + jitter + " of itself",
                    wait);
            waits.add(wait);
            attempt.world.sleep(wait);
            attempt.expectAdmitted(BreakerEnding.FAILURE, "when the wait that a refusal told is over");
        }
        attempt.expect(waits.stream().distinct().count() > 1, "open times that differ", "all were " + waits.get(0));
    }
}
