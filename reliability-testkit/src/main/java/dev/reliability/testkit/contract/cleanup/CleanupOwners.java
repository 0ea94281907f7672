package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.World;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Who owns an entry, and what it is told. */
final class CleanupOwners {
    private CleanupOwners() {}

    /** CLEANUP-5: entries move to another scope, or out. */
    static void moves(CleanupScopeContract contract, World world, int stay, int move, boolean release)
            throws Throwable {
        CleanupTry attempt = new CleanupTry(contract, world, CleanupSpec.PLAIN);
        CleanupAdapter other = attempt.another(CleanupSpec.PLAIN);
        List<String> ofOther = new ArrayList<>();
        for (int i = 0; i < stay; i++) {
            attempt.add(other, "stays-" + i, CleanupTry.Act.NOTHING);
            ofOther.add(0, "stays-" + i);
        }
        for (int i = 0; i < move; i++) {
            attempt.add("moves-" + i);
            if (!release) {
                ofOther.add(0, "moves-" + i);
            }
        }
        if (release) {
            world.record("release");
            attempt.scope.release();
        } else {
            world.record("move");
            attempt.scope.moveTo(other);
        }
        attempt.expectRan(List.of());
        attempt.add("later");
        attempt.closeWell();
        attempt.expectRan(List.of("later"));
        Throwable failure = attempt.close(other);
        attempt.expect(failure == null, "the other scope to close", failure);
        ofOther.add(0, "later");
        attempt.expectRan(ofOther);
    }

    /** How the work ends. */
    enum Work {
        SUCCEEDS(CleanupOutcome.SUCCESS, false),
        SAYS_NOTHING(CleanupOutcome.FAILURE, false),
        RETURNS(CleanupOutcome.SUCCESS, true),
        THROWS(CleanupOutcome.FAILURE, true);

        private final CleanupOutcome told;
        final boolean called;

        Work(CleanupOutcome told, boolean called) {
            this.told = told;
            this.called = called;
        }
    }

    /** CLEANUP-6. */
    static void isTold(CleanupScopeContract contract, World world, Work work, int actions) throws Throwable {
        CleanupTry attempt = new CleanupTry(contract, world, CleanupSpec.PLAIN);
        List<CleanupOutcome> told = new CopyOnWriteArrayList<>();
        for (int i = 0; i < actions; i++) {
            attempt.scope.defer(told::add);
        }
        if (work.called) {
            calls(attempt, work);
        } else {
            if (work == Work.SUCCEEDS) {
                attempt.scope.succeed();
            }
            attempt.closeWell();
        }
        attempt.expect(
                told.equals(Collections.nCopies(actions, work.told)),
                actions + " actions to be told " + work.told,
                "they were told " + told);
    }

    private static void calls(CleanupTry attempt, Work work) throws Throwable {
        Exception failure = new IOException("the work");
        @Nullable Throwable thrown = null;
        try {
            attempt.scope.call(() -> {
                if (work == Work.THROWS) {
                    throw failure;
                }
                return "done";
            });
        } catch (IOException e) {
            thrown = e;
        }
        attempt.expect(thrown == (work == Work.THROWS ? failure : null), "what the work throws, itself", thrown);
    }

    /** CLEANUP-7: entries before, in and after a child, which is closed early or not. */
    static void childComesFirst(
            CleanupScopeContract contract, World world, int before, int inside, int after, boolean early)
            throws Throwable {
        CleanupTry attempt = new CleanupTry(contract, world, CleanupSpec.PLAIN);
        List<String> expected = new ArrayList<>();
        fill(attempt, attempt.scope, "before", before, expected);
        CleanupAdapter child = attempt.scope.child();
        if (early) {
            fill(attempt, child, "inside", inside, new ArrayList<>());
            Throwable failure = attempt.close(child);
            attempt.expect(failure == null, "the child to close", failure);
            List<String> ofChild = new ArrayList<>();
            for (int i = 0; i < inside; i++) {
                ofChild.add(0, "inside-" + i);
            }
            attempt.expectRan(ofChild);
            fill(attempt, attempt.scope, "after", after, expected);
            attempt.closeWell();
            attempt.expect(
                    attempt.began().subList(inside, attempt.began().size()).equals(expected),
                    "just these to run with the parent: " + expected,
                    "it was " + attempt.began());
            return;
        }
        fill(attempt, child, "inside", inside, expected);
        fill(attempt, attempt.scope, "after", after, expected);
        attempt.closeWell();
        attempt.expectRan(expected);
    }

    private static void fill(CleanupTry attempt, CleanupAdapter scope, String name, int count, List<String> expected)
            throws Throwable {
        for (int i = 0; i < count; i++) {
            attempt.add(scope, name + "-" + i, CleanupTry.Act.NOTHING);
            expected.add(0, name + "-" + i);
        }
    }

    /** CLEANUP-7: of the children that were closed early, at most half are still there. */
    static void parentDoesNotGrow(CleanupScopeContract contract, World world, int children) throws Throwable {
        CleanupAdapter parent = contract.create(CleanupSpec.PLAIN, world);
        List<WeakReference<Object>> owned = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            owned.add(closedEarly(parent));
        }
        long left = children;
        for (int i = 0; i < 10 && left > children / 2; i++) {
            System.gc();
            left = owned.stream().filter(value -> value.get() != null).count();
        }
        world.history()
                .expect(
                        left <= children / 2,
                        "children that were closed early to leave their parent",
                        left + " of " + children + " are still there");
        parent.close();
    }

    private static WeakReference<Object> closedEarly(CleanupAdapter parent) throws Throwable {
        CleanupAdapter child = parent.child();
        Object value = new Object();
        child.open(() -> value, closed -> {});
        child.close();
        return new WeakReference<>(value);
    }
}
