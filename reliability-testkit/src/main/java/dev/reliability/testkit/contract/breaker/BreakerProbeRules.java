package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Actor;
import dev.reliability.testkit.contract.breaker.BreakerModel.Kind;
import dev.reliability.testkit.contract.breaker.BreakerTry.Ended;
import dev.reliability.testkit.contract.breaker.BreakerTry.Hanging;
import dev.reliability.testkit.history.Linearizability;
import dev.reliability.testkit.history.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the rules about probes and late results, and about many callers, ask. */
final class BreakerProbeRules {
    private static final long MILLI = BreakerTry.MILLI;

    private BreakerProbeRules() {}

    /** BREAKER-2: what overlaps counts in some order. */
    static void someOrder(BreakerTry attempt, BreakerTrip trip, List<List<BreakerEnding>> crowd) throws Throwable {
        Recording<BreakerModel.Call, Boolean> recording = new Recording<>();
        AtomicInteger toCome = new AtomicInteger(crowd.size());
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < crowd.size(); i++) {
            String name = "caller" + i;
            List<BreakerEnding> endings = crowd.get(i);
            actors.add(attempt.world.spawn(name, () -> {
                attempt.world.meet(toCome);
                endings.forEach(ending -> recorded(attempt, recording, name, ending));
                return null;
            }));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        recorded(attempt, recording, "main", BreakerEnding.IGNORED);
        attempt.expect(
                Linearizability.holds(new BreakerModel(trip), recording.operations()),
                "an order of these operations in which a breaker does them one at a time",
                "there is none: " + recording.operations());
    }

    /** A call is three operations: it is admitted, its end is recorded, and what that leads to is carried out. */
    private static void recorded(
            BreakerTry attempt, Recording<BreakerModel.Call, Boolean> recording, String name, BreakerEnding ending) {
        var admit = recording.asking(name, new BreakerModel.Call(Kind.ADMIT, name, null));
        List<Recording<BreakerModel.Call, Boolean>.Entry> ends = new ArrayList<>();
        Ended ended = attempt.call(ending, () -> {
            admit.answered(true);
            attempt.world.letOthersRun();
            ends.add(recording.asking(name, new BreakerModel.Call(Kind.RECORD, name, ending)));
            ends.add(recording.asking(name, new BreakerModel.Call(Kind.CARRY_OUT, name, null)));
            return null;
        });
        if (ended.isRefused()) {
            admit.answered(false);
        }
        ends.forEach(end -> end.answered(true));
    }

    /** BREAKER-4: many come together when the open time is over. */
    static void fewProbes(BreakerTry attempt, int failures, long openNanos, int probes, int threads) throws Throwable {
        attempt.open(failures);
        attempt.sleep(openNanos);
        AtomicInteger toCome = new AtomicInteger(threads);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            actors.add(attempt.world.spawn("caller" + i, () -> {
                attempt.world.meet(toCome);
                return attempt.call(BreakerEnding.IGNORED, () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    attempt.sleep(MILLI);
                    return running.decrementAndGet();
                });
            }));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expect(most.get() >= 1, "a probe to be admitted after the open time", "none was");
        attempt.expect(most.get() <= probes, "at most " + probes + " probes at a time", most + " ran together");
    }

    /** BREAKER-4: calls of the time before it opened come back while a probe runs. */
    static void lateResultsFreeNoProbe(BreakerTry attempt, int failures, long openNanos, List<BreakerEnding> lates)
            throws Throwable {
        List<Hanging> late = new ArrayList<>();
        for (int i = 0; i < lates.size(); i++) {
            late.add(attempt.hangAdmitted("late" + i));
        }
        attempt.open(failures);
        attempt.sleep(openNanos);
        Hanging probe = attempt.hangAdmitted("probe");
        attempt.expectRefused("while the one probe runs");
        for (int i = 0; i < lates.size(); i++) {
            Ended unused = late.get(i).end(lates.get(i));
            attempt.expectRefused("while the one probe runs, whatever comes back late");
        }
        Ended unused = probe.end(BreakerEnding.SUCCESS);
    }

    /** BREAKER-6. */
    static void lateResultChangesNothing(
            BreakerTry attempt, int failures, long openNanos, BreakerEnding ending, int now) throws Throwable {
        Hanging late = attempt.hangAdmitted("late");
        attempt.open(failures);
        if (now == 0) {
            Ended unused = late.end(ending);
            attempt.expectState(BreakerState.OPEN, "after a late " + ending);
            attempt.expectRefused("after a late " + ending);
            return;
        }
        attempt.sleep(openNanos);
        if (now == 1) {
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the first probe of two");
            Ended unused = late.end(ending);
            attempt.expectState(BreakerState.HALF_OPEN, "after a late " + ending);
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the second probe");
            attempt.expectState(BreakerState.CLOSED, "after two successful probes");
            return;
        }
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the first probe of two");
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the second probe of two");
        for (int i = 1; i < failures; i++) {
            attempt.expectAdmitted(BreakerEnding.FAILURE, "while closed again");
        }
        Ended unused = late.end(ending);
        attempt.expectState(
                BreakerState.CLOSED, "after " + (failures - 1) + " failures of this period and a late " + ending);
        attempt.expectAdmitted(BreakerEnding.FAILURE, "while closed again");
        attempt.expectState(BreakerState.OPEN, "after " + failures + " failures of this period");
    }

    /** BREAKER-7: the first thing that is said about a permit counts. */
    static void permitIsRecordedOnce(BreakerTry attempt, int failures, long openNanos, List<String> records)
            throws Throwable {
        attempt.open(failures);
        attempt.sleep(openNanos);
        BreakerPermit permit = attempt.breaker.tryAcquire();
        if (permit == null) {
            throw attempt.history.broken("a permit for a probe", "there was none");
        }
        attempt.expect(attempt.breaker.tryAcquire() == null, "no second permit while the probe runs", "there was one");
        for (String record : records) {
            attempt.world.record(record);
            switch (record) {
                case "success" -> permit.success();
                case "failure" -> permit.failure();
                case "ignore" -> permit.ignore();
                default -> permit.close();
            }
        }
        boolean failed = records.get(0).equals("failure");
        attempt.expectState(failed ? BreakerState.OPEN : BreakerState.HALF_OPEN, "after the permit's " + records);
        if (!failed) {
            boolean succeeded = records.get(0).equals("success");
            attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the permit was given back");
            attempt.expectState(
                    succeeded ? BreakerState.CLOSED : BreakerState.HALF_OPEN,
                    "after the permit's " + records + " and one more success, of two needed");
        }
    }

    /** BREAKER-10. */
    static void probeLapses(BreakerTry attempt, int failures, long openNanos, long leaseNanos, BreakerEnding late)
            throws Throwable {
        attempt.open(failures);
        attempt.sleep(openNanos);
        Hanging probe = attempt.hangAdmitted("probe");
        if (attempt.isExact()) {
            attempt.sleep(leaseNanos - 10);
            attempt.expectRefused("while the lease of the probe lasts");
            attempt.sleep(10);
        } else {
            attempt.sleep(leaseNanos);
        }
        attempt.expectRefused("as a probe that lapses has failed");
        attempt.expectState(BreakerState.OPEN, "after the lease of its probe");
        attempt.sleep(openNanos);
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "after another open time, though the old probe still runs");
        Ended unused = probe.end(late);
        attempt.expectState(BreakerState.HALF_OPEN, "after a late " + late + " of a probe that had lapsed");
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the second probe of two");
        attempt.expectState(BreakerState.CLOSED, "after two successful probes");
    }

    /** BREAKER-12. */
    static void noRecursion(BreakerTry attempt, int failures, int openings) throws Throwable {
        for (int i = 0; i < failures; i++) {
            attempt.expectAdmitted(BreakerEnding.FAILURE, "while closed");
        }
        int[] depths = new int[2];
        for (int i = 0; i < openings; i++) {
            int last = i == 0 ? 0 : 1;
            Ended ended = attempt.unrecorded(BreakerEnding.FAILURE, () -> {
                depths[last] = (int) (long) StackWalker.getInstance().walk(frames -> frames.count());
                return null;
            });
            attempt.expect(!ended.isRefused(), "each failing probe to be followed by another", ended);
        }
        attempt.expect(
                depths[1] <= depths[0] + 2,
                "a stack that does not grow",
                "it grew from " + depths[0] + " to " + depths[1]);
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "after all failures");
    }

    /** BREAKER-13: many probes come together; the first success closes, and no other one moves it again. */
    static void noStaleView(BreakerTry attempt, int failures, long openNanos, int threads) throws Throwable {
        attempt.open(failures);
        attempt.sleep(openNanos);
        AtomicInteger toCome = new AtomicInteger(threads);
        List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            BreakerEnding ending = i % 2 == 0 ? BreakerEnding.SUCCESS : BreakerEnding.IGNORED;
            actors.add(attempt.world.spawn("caller" + i, () -> {
                attempt.world.meet(toCome);
                return attempt.call(ending);
            }));
        }
        for (Actor actor : actors) {
            Object unused = actor.await();
        }
        attempt.expectState(BreakerState.CLOSED, "after successes, the first of which closed it, and neutral calls");
    }

    /** BREAKER-18. */
    static void insideItself(BreakerTry attempt, int failures, long openNanos) throws Throwable {
        Ended closed = attempt.through("around a call", () -> attempt.breaker.call(() -> "inner"));
        attempt.expect("inner".equals(closed.value()), "a call inside a call to run while it is closed", closed);
        attempt.open(failures);
        attempt.sleep(openNanos);
        Ended probe = attempt.through("around a call that is refused", () -> {
            Object unused = attempt.breaker.call(() -> "inner");
            return "outer";
        });
        attempt.expect(probe.isRefused(), "the inner call to be refused while the outer one is the probe", probe);
        attempt.expectState(BreakerState.HALF_OPEN, "after its own refusal inside its own probe");
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as that probe was neutral");
        attempt.expectAdmitted(BreakerEnding.SUCCESS, "as the second probe of two");
        attempt.expectState(BreakerState.CLOSED, "after two successful probes");
    }

    /** BREAKER-19. */
    static void openingLeavesCallsAlone(BreakerTry attempt, int failures, long limitNanos) throws Throwable {
        Hanging running = attempt.hangAdmitted("running");
        attempt.open(failures);
        attempt.sleep(MILLI);
        Ended ended = running.end(BreakerEnding.SUCCESS);
        attempt.expect(ended.value() == BreakerEnding.SUCCESS, "a running call to go on when it opens", ended);
        attempt.sleep(2 * limitNanos);
        int timers = attempt.world.pendingTimers();
        attempt.expect(timers == 0, "no timer to stay behind", timers + " were pending");
    }

    /** BREAKER-11: what was admitted before counts no more, and an old open time is forgotten. */
    static void operatingMakesStale(BreakerTry attempt, long openNanos) throws Throwable {
        Hanging early = attempt.hangAdmitted("early");
        attempt.breaker.reset();
        Ended unused = early.end(BreakerEnding.FAILURE);
        attempt.expectState(BreakerState.CLOSED, "after a failure of a call from before the reset");
        Hanging isolated = attempt.hangAdmitted("isolated");
        attempt.breaker.isolate();
        attempt.breaker.endOverride();
        unused = isolated.end(BreakerEnding.FAILURE);
        attempt.expectState(BreakerState.CLOSED, "after a failure of a call from before it was isolated");
        attempt.open(1);
        attempt.sleep(openNanos / 2);
        attempt.breaker.reset();
        attempt.open(1);
        attempt.sleep(openNanos / 2 + 1);
        attempt.expectRefused("when only the first open time, which a reset ended, would be over");
        attempt.breaker.isolate();
        attempt.sleep(openNanos);
        attempt.expectRefused("while it is isolated, whatever open time is over");
    }
}
