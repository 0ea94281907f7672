package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.retry.RetryTry.Call;
import dev.reliability.testkit.contract.retry.RetryTry.Run;
import java.time.Duration;
import java.util.List;

/** Deadlines, wait hints, interrupts: what ends a wait, or keeps it from beginning. */
final class RetryTimes {
    private static final long SECOND = 1_000_000_000;

    private RetryTimes() {}

    /** RETRY-8: a task that always fails, after so long, and a deadline. */
    static void noWaitPastTheDeadline(
            RetryContract contract, World world, RetrySpec spec, long taskNanos, long deadlineNanos) {
        RetryTry attempt = new RetryTry(contract, spec, world);
        long began = world.nanos();
        Call call = attempt.callWithin(deadlineNanos, number -> {
            world.sleep(taskNanos);
            return Step.CHECKED.take(number);
        });
        if (!contract.isVirtual() && call.runs().isEmpty()) { // the machine took until then to begin
            attempt.expectDeadlineExceeded(call);
            return;
        }
        attempt.expectLastFailure(call);
        long delay = spec.backoff().baseNanos();
        List<Run> late = call.runs().stream()
                .filter(run -> run.beganNanos() - began >= deadlineNanos)
                .toList();
        // In real time the deadline may pass between the decision to begin and the look at the clock.
        attempt.expect(
                late.size() <= (contract.isReal() ? 1 : 0),
                "no attempt to begin after the deadline at " + (began + deadlineNanos) + " ns",
                late);
        for (Run run : call.runs()) {
            if (run.number() > 1) {
                RetryDelays.gapAtLeast(attempt, call, run.number() - 1, delay);
            }
        }
        long waited = call.endedNanos() - call.last().endedNanos();
        long left = began + deadlineNanos - call.last().endedNanos();
        attempt.expect(
                attempt.isAtOnce(waited, Math.max(delay, left)),
                "the last failure to be thrown at once",
                "it was thrown after another " + waited + " ns");
        attempt.expectReason(contract, call, RetryEnd.Reason.DEADLINE);
        contract.reports(
                call.runs().stream()
                        .skip(1)
                        .allMatch(run -> began + deadlineNanos - run.beganNanos() >= spec.minAttemptNanos()),
                "no attempt begins with less than " + spec.minAttemptNanos() + " ns left");
    }

    /** RETRY-9. */
    static void noAttemptAfterTheDeadline(RetryContract contract, World world, RetrySpec spec, long deadlineNanos) {
        RetryTry attempt = new RetryTry(contract, spec, world);
        Call call = attempt.callWithin(deadlineNanos, Step.VALUE::take);
        attempt.expectRuns(call, 0);
        attempt.expectDeadlineExceeded(call);
    }

    /** How a hint compares with what may be waited for. */
    enum Hint {
        SHORTER_THAN_THE_DELAY,
        LONGER_THAN_THE_DELAY,
        LONGER_THAN_THE_LONGEST,
        LONGER_THAN_THE_DEADLINE,
        MALFORMED
    }

    /** RETRY-15: one failure with a hint, then success. The base delay is that of the spec, the longest hint a hundred. */
    static void hintIsHeard(RetryContract contract, World world, RetrySpec spec, Hint hint, boolean byCap) {
        long delay = spec.backoff().baseNanos();
        long nanos = switch (hint) {
            case SHORTER_THAN_THE_DELAY -> delay / 2;
            case LONGER_THAN_THE_DELAY, LONGER_THAN_THE_DEADLINE -> 50 * delay;
            case LONGER_THAN_THE_LONGEST -> 100 * delay + 1;
            case MALFORMED -> -delay;
        };
        BackoffSpec capped = BackoffSpec.growing(delay, 1, byCap ? 100 * delay : delay);
        RetrySpec hinted = new RetrySpec(
                spec.maxAttempts(),
                capped,
                RetryChoice.DEFAULT,
                byCap ? RetrySpec.DEFAULT : 100 * delay,
                0,
                null,
                null);
        RetryTry attempt = new RetryTry(contract, hinted, world);
        RetryTry.Script script = number -> {
            if (number == 1) {
                throw attempt.adapter.hinted(Duration.ofNanos(nanos));
            }
            return Step.VALUE.take(number);
        };
        boolean within = hint == Hint.LONGER_THAN_THE_DEADLINE;
        Call call = within ? attempt.callWithin(20 * delay, script) : attempt.call(script);
        if (within || hint == Hint.LONGER_THAN_THE_LONGEST) {
            attempt.expectRuns(call, 1);
            attempt.expectLastFailure(call);
            long waited = call.endedNanos() - call.last().endedNanos();
            attempt.expect(
                    attempt.isAtOnce(waited, 20 * delay),
                    "the retry to stop at once",
                    "it stopped after another " + waited + " ns");
            attempt.expectReason(contract, call, RetryEnd.Reason.HINT);
            return;
        }
        attempt.expectRuns(call, 2);
        RetryDelays.gapAtLeast(attempt, call, 1, Math.max(delay, nanos));
    }

    /** RETRY-10: the thread is interrupted in the middle of the wait after so many attempts. */
    static void interruptEndsTheWait(
            RetryContract contract, World world, RetrySpec spec, int attempts, boolean rejected) {
        RetrySpec rejecting = spec.choosing(RetryChoice.rejecting(result -> true));
        RetryTry attempt = new RetryTry(contract, rejecting, world);
        long delay = spec.backoff().baseNanos();
        Thread caller = Thread.currentThread();
        long[] at = new long[1]; // written before the interrupt, read after it
        Call call = attempt.call(number -> {
            if (number == attempts) {
                world.spawn("interrupter", () -> {
                    world.sleep(contract.isReal() ? world.scaled(SECOND) : delay / 2);
                    at[0] = world.nanos();
                    world.record("interrupt");
                    caller.interrupt();
                    return null;
                });
            }
            return (rejected ? Step.VALUE : Step.CHECKED).take(number);
        });
        attempt.expectRuns(call, attempts);
        if (rejected) {
            attempt.expect(
                    call.failure() == null
                            ? call.value() == call.last().value()
                            : attempt.adapter.isExhaustion(call.failure()),
                    "the last result, or that there was none to accept",
                    call.failure() == null ? "it was " + call.value() : "it threw " + call.failure());
        } else {
            attempt.expectLastFailure(call);
            attempt.expectReason(contract, call, RetryEnd.Reason.INTERRUPTED);
        }
        attempt.expect(call.interrupted(), "the interrupt flag to be set", "it is not");
        if (contract.isVirtual()) {
            attempt.expect(
                    call.endedNanos() == at[0], "the call to end at once", "it ended at " + call.endedNanos() + " ns");
        }
    }

    /** RETRY-12: interrupted before the call, or by the task itself. */
    static void interruptedSuccess(RetryContract contract, World world, RetrySpec spec, boolean before) {
        RetryTry attempt = new RetryTry(contract, spec, world);
        if (before) {
            Thread.currentThread().interrupt();
        }
        Call call = attempt.call(number -> {
            if (!before) {
                Thread.currentThread().interrupt();
            }
            return Step.VALUE.take(number);
        });
        attempt.expectRuns(call, 1);
        attempt.expectValue(call, call.last().value());
        attempt.expect(call.interrupted(), "the interrupt flag still to be set", "it is not");
    }
}
