package dev.reliability.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Makes a failing case smaller: fewer operations first, then fewer switches.
 *
 * <p>How it works: first, parts are left out as long as it fails the same way, until nothing can be left out alone (A.
 * Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002; only the complements
 * are tried). That may end where quite other switches would be fewer. So then the schedules with no switch are tried, with
 * one, and so on (M. Musuvathi, S. Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded Programs",
 * PLDI 2007), as far as the number of runs allows.
 */
final class Shrinker {
    private static final int ATTEMPTS = 50; // schedules tried with each choice of operations
    private static final int RUNS = 3_000; // for each of the three steps

    private final Exploration exploration;
    private final Exploration.Played failed;
    private Case smallest; // that is known to fail
    private int runs;

    Shrinker(Exploration exploration, Exploration.Played failed) {
        this.exploration = exploration;
        this.failed = failed;
        this.smallest = failed.which().with(null, failed.trace().switches());
    }

    Case shrink() {
        if (failed.operations() > 0) {
            minimize(IntStream.range(0, failed.operations()).boxed().toList(), this::failsWith);
        }
        runs = 0;
        minimize(smallest.switchList(), switches -> fails(smallest.with(smallest.kept(), switches), 0));
        runs = 0;
        List<List<Switch>> level = List.of(List.of());
        while (!level.isEmpty() && level.get(0).size() < smallest.switchList().size()) {
            level = tried(level);
        }
        return smallest;
    }

    /** Tries all of a level; the next one, empty if one of them failed or the runs are used up. */
    private List<List<Switch>> tried(List<List<Switch>> level) {
        List<List<Switch>> next = new ArrayList<>();
        for (List<Switch> switches : level) {
            Choice.Given choice = new Choice.Given(switches);
            if (runs >= RUNS || fails(smallest.with(smallest.kept(), switches), choice)) {
                return List.of();
            }
            for (Switch further : choice.further()) {
                List<Switch> more = new ArrayList<>(switches);
                more.add(further);
                next.add(more);
            }
        }
        return next;
    }

    /** With fewer operations other switches may be needed: any schedule that fails will do. */
    private boolean failsWith(List<Integer> operations) {
        Case fewer = smallest.with(operations, smallest.switches());
        return IntStream.range(0, ATTEMPTS).anyMatch(attempt -> fails(fewer, attempt));
    }

    private boolean fails(Case which, int attempt) {
        return runs < RUNS
                && fails(
                        which,
                        attempt == 0 ? new Choice.Given(which.switchList()) : exploration.attempt(which, attempt));
    }

    private boolean fails(Case which, Choice choice) {
        runs++;
        Exploration.Played played = exploration.play(which, choice, false);
        boolean same = played.failure() != null && played.failure().isLike(failed.failure());
        if (same) {
            smallest = which.with(which.kept(), played.trace().switches());
        }
        return same;
    }

    private static <T> void minimize(List<T> all, Predicate<List<T>> fails) {
        if (all.isEmpty() || fails.test(List.of())) {
            return;
        }
        List<T> left = all;
        for (int chunk = Math.max(1, left.size() / 2); chunk > 0; ) {
            int before = left.size();
            for (int from = 0; from < left.size(); ) {
                List<T> without = new ArrayList<>(left.subList(0, from));
                without.addAll(left.subList(Math.min(from + chunk, left.size()), left.size()));
                if (!without.isEmpty() && fails.test(without)) {
                    left = without;
                } else {
                    from += chunk;
                }
            }
            if (left.size() == before || chunk > 1) {
                chunk = chunk == 1 ? 0 : chunk / 2;
            }
        }
    }
}
