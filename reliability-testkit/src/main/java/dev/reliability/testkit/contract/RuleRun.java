package dev.reliability.testkit.contract;

import dev.reliability.testkit.report.Moment;
import dev.reliability.testkit.rule.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one rule while its tries run. Guarded by itself: jqwik shrinks on another thread than the one that
 * runs the tries, and reads come after.
 */
final class RuleRun {
    private final Rule rule;
    private final String waiver; // the reason, empty where the rule is not waived
    private final long budgetNanos;
    private final int leastTries;
    private final int firstTry;
    private final boolean simulated; // may be

    // Guarded by this.
    private long startedNanos;
    private int seen; // tries that jqwik generated, those before firstTry included
    private int tries; // tries carried out
    private boolean failed; // what comes after the first failure is shrinking and counts for nothing
    private boolean cut;
    private int refused; // tries that showed a refusal
    private int refusedLast; // the last of them, as seen
    private Mode mode = Mode.REAL;
    private String notSimulated = ""; // why not
    private @Nullable History history; // of the try that runs, where it has one
    private List<Moment> falsified = List.of(); // of the try that was falsified last
    private final Map<Throwable, List<Moment>> ofFailures = new WeakHashMap<>(); // jqwik keeps that of the shrunk try
    private String remark = ""; // the first part of the rule that should be kept and was not

    RuleRun(Rule rule, @Nullable Pace pace, @Nullable Pace ofAll, String waiver) {
        this.rule = rule;
        this.waiver = waiver;
        int budgets = Math.max(pace == null ? 1 : pace.budgets(), ofAll == null ? 1 : ofAll.budgets());
        this.budgetNanos = Settings.budget().multipliedBy(budgets).toNanos();
        int ofRule = pace == null ? 10 : pace.atLeast();
        int least = ofAll == null ? ofRule : Math.min(ofRule, ofAll.atLeast());
        this.leastTries = Math.min(least, Settings.leastTries().orElse(least));
        this.simulated = (pace == null || pace.simulated()) && (ofAll == null || ofAll.simulated());
        this.firstTry = Settings.seed() == null ? 1 : Settings.firstTry();
    }

    Rule rule() {
        return rule;
    }

    String waiver() {
        return waiver;
    }

    /** Counts a try and says whether to carry it out. */
    synchronized boolean begin() {
        history = null;
        if (failed) {
            return true;
        }
        if (seen++ == 0) {
            startedNanos = System.nanoTime();
        }
        if (seen < firstTry || !waiver.isEmpty()) {
            return false;
        }
        tries++;
        return true;
    }

    /** Says after a try that was kept whether it is to be the last. */
    synchronized boolean isEnough() {
        if (!waiver.isEmpty()) {
            return true;
        }
        cut = tries >= leastTries && System.nanoTime() - startedNanos >= budgetNanos;
        return cut;
    }

    synchronized void watched(History newHistory) {
        history = newHistory;
    }

    synchronized void failed(@Nullable Throwable failure) {
        failed = true;
        falsified = history == null ? List.of() : Moment.ends(history.moments());
        if (failure != null) {
            ofFailures.put(failure, falsified);
        }
    }

    /** What happened in the try that gave a failure: shrinking falsifies many, and may not end with the one it settles for. */
    synchronized List<Moment> moments(@Nullable Throwable failure) {
        return ofFailures.getOrDefault(failure, falsified);
    }

    synchronized void refused() {
        if (refusedLast != seen) { // one try may ask more than once
            refusedLast = seen;
            refused++;
        }
    }

    /** Once a try was simulated, the rule counts as that: those between run on threads. */
    synchronized void mode(Mode newMode) {
        mode = mode == Mode.SIMULATED ? mode : newMode;
    }

    /** Whether to simulate this try: every other one, the first included, as far as it can be. */
    synchronized boolean simulates() {
        return simulated && seen % 2 == 1 && notSimulated.isEmpty();
    }

    synchronized void notSimulated(String reason) {
        notSimulated = reason;
    }

    /** Why it was not simulated; empty if it was, or was not to be. */
    synchronized String notSimulated() {
        return notSimulated;
    }

    synchronized void remark(String what) {
        remark = remark.isEmpty() ? what : remark;
    }

    synchronized String remark() {
        return remark;
    }

    synchronized Mode mode() {
        return mode;
    }

    /** Whether all that was tried was refused. */
    synchronized boolean isRefused() {
        return refused > 0 && refused == tries;
    }

    synchronized int tries() {
        return tries;
    }

    /** The try that failed first, counted from 1 as jqwik generated them. */
    synchronized int failedTry() {
        return seen;
    }

    /** Differs from try to try, and is the same when a try is repeated or its data shrink. */
    synchronized long seed() {
        return seen;
    }

    /** For example {@code 17 tries, then the time budget of PT5S was used up}. */
    synchronized String effort() {
        String text = tries + (tries == 1 ? " try" : " tries");
        return cut ? text + ", then the time budget of " + Duration.ofNanos(budgetNanos) + " was used up" : text;
    }
}
