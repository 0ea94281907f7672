package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule CLEANUP-7. */
@Timeout(60)
class ChildScopeTest {
    private final List<String> log = new ArrayList<>();
    private final StackedScope parent =
            (StackedScope) Cleanup.builder().name("parent").scope();

    private void logs(CleanupScope scope, String what) {
        scope.defer(() -> log.add(what));
    }

    @Test
    void cleanup_7_childrenCloseBeforeTheirParentsEarlierEntriesAndAfterItsLaterOnes() {
        logs(parent, "earlier");
        CleanupScope child = parent.child("child");
        logs(child, "child 1");
        logs(parent, "later");
        logs(child, "child 2");
        logs(child.child(), "grandchild");
        parent.close();
        assertThat(log).containsExactly("later", "grandchild", "child 2", "child 1", "earlier");
        assertThat(child.isClosed()).isTrue();
        assertThat(child).hasToString("CleanupScope[child, closed, 0 actions left]");
    }

    @Test
    void cleanup_7_aChildClosedEarlyHasLeftAndIsNotClosedAgain() {
        logs(parent, "earlier");
        try (CleanupScope child = parent.child()) {
            logs(child, "child");
            child.succeed();
        }
        assertThat(log).containsExactly("child");
        parent.close();
        assertThat(log).containsExactly("child", "earlier");
    }

    @Test
    void cleanup_7_aParentOfAMillionShortChildrenDoesNotGrow() {
        logs(parent, "earlier");
        Deque<CleanupScope> alive = new ArrayDeque<>();
        int most = 0;
        for (int i = 0; i < 1_000_000; i++) {
            CleanupScope child = parent.child();
            if (i % 100_000 == 0) {
                alive.add(child);
            } else {
                child.close();
            }
            most = i % 1_000 == 0 ? Math.max(most, parent.count()) : most;
        }
        assertThat(most).isBetween(1, 50);
        while (alive.size() > 1) {
            alive.removeFirst().close(); // the oldest first: from the middle of the stack
        }
        logs(alive.getLast(), "last child");
        parent.close();
        assertThat(log).containsExactly("last child", "earlier");
    }

    @Test
    void cleanup_7_manyChildrenThatLeaveOldestFirstTakeLinearTime() {
        int children = 200_000;
        List<CleanupScope> alive = new ArrayList<>();
        for (int i = 0; i < children; i++) {
            alive.add(parent.child());
        }
        logs(parent, "newest");
        alive.forEach(CleanupScope::close);
        assertThat(parent.count()).isLessThan(20);
        parent.close();
        assertThat(log).containsExactly("newest");
    }

    @Test
    void cleanup_7_aChildOfAClosedParentIsRefused() {
        parent.close();
        assertThatIllegalStateException()
                .isThrownBy(parent::child)
                .withMessage("cannot register anything with scope \"parent\": it is closed; open a new one");
        assertThatIllegalStateException().isThrownBy(() -> parent.child("late"));
        assertThatNullPointerException().isThrownBy(() -> parent.child(null)).withMessage("name");
    }

    @Test
    void cleanup_7_aChildOpenedWhileTheParentClosesIsClosedInItsTurn() {
        logs(parent, "earlier");
        parent.defer(() -> logs(parent.child(), "child"));
        parent.close();
        assertThat(log).containsExactly("child", "earlier");
    }

    @Test
    void cleanup_7_childrenAreToldTheParentsOutcomeUnlessTheyHaveSucceeded() {
        CleanupScope done = parent.child();
        done.defer(outcome -> log.add("done " + outcome));
        done.succeed();
        parent.child().defer(outcome -> log.add("open " + outcome));
        parent.close();
        assertThat(log).containsExactly("open FAILURE", "done SUCCESS");
        log.clear();
        Cleanup.run(scope -> scope.child().defer(outcome -> log.add("child " + outcome)));
        assertThat(log).containsExactly("child SUCCESS");
    }

    @Test
    void cleanup_7_whatFailsInAChildIsOneFailureOfTheParent() {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        IOException ofParent = new IOException("of the parent");
        fails(parent, ofParent);
        CleanupScope child = parent.child();
        fails(child, second);
        fails(child, first);
        assertThatThrownBy(parent::close).isInstanceOf(CleanupException.class).hasCause(first);
        assertThat(first.getSuppressed()).containsExactly(second, ofParent);
    }

    private static void fails(CleanupScope scope, IOException failure) {
        scope.defer(() -> {
            throw failure;
        });
    }

    @Test
    void cleanup_7_theParentWaitsForAChildThatAnotherThreadCloses() throws Exception {
        logs(parent, "earlier");
        CleanupScope child = parent.child();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        child.defer(() -> {
            running.countDown();
            goOn.await();
            log.add("child");
        });
        Thread closer = new Thread(child::close);
        closer.start();
        running.await();
        parent.defer(goOn::countDown);
        parent.close();
        assertThat(log).containsExactly("child", "earlier");
        closer.join();
    }

    @Test
    void cleanup_5_childrenMoveWithTheOtherEntriesAndLeaveTheirNewOwner() {
        StackedScope other = (StackedScope) Cleanup.scope();
        CleanupScope moved = parent.child();
        List<CleanupScope> leaving = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            leaving.add(parent.child());
        }
        logs(moved, "moved");
        parent.moveTo(other);
        parent.close();
        assertThat(log).isEmpty();
        leaving.forEach(CleanupScope::close);
        assertThat(other.count()).isLessThan(20);
        other.close();
        assertThat(log).containsExactly("moved");
    }

    @Test
    void cleanup_5_nothingMovesIntoItsOwnChild() {
        logs(parent, "earlier");
        CleanupScope child = parent.child("child");
        CleanupScope grandchild = child.child("grandchild");
        logs(child, "child");
        for (CleanupScope inside : List.of(child, grandchild)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parent.moveTo(inside))
                    .withMessageMatching("other must not be inside this scope, .*parent.*, but was .*child.*");
        }
        child.moveTo(parent);
        assertThatIllegalArgumentException().isThrownBy(() -> parent.moveTo(grandchild));
        parent.close();
        assertThat(log).containsExactly("child", "earlier");
        assertThat(child.isClosed()).isTrue();
        assertThat(grandchild.isClosed()).isTrue();
    }

    @Test
    void cleanup_5_whatWasReleasedOrHasMovedAwayIsNoChildAnyMore() {
        CleanupScope released = parent.child();
        parent.release();
        logs(parent, "moved");
        parent.moveTo(released);
        CleanupScope moved = parent.child();
        CleanupScope other = Cleanup.scope();
        parent.moveTo(other);
        logs(parent, "moved too");
        parent.moveTo(moved);
        parent.close();
        assertThat(log).isEmpty();
        released.close();
        other.close();
        assertThat(log).containsExactly("moved", "moved too");
    }

    @Test
    void cleanup_5_aScopeMayMoveIntoAChildThatItHasReleased() {
        CleanupScope middle = parent.child();
        CleanupScope inner = middle.child();
        middle.release();
        logs(middle, "middle");
        parent.moveTo(inner);
        inner.close();
        assertThat(log).containsExactly("middle");
        assertThat(middle.isClosed()).isTrue();
    }

    @Test
    void cleanup_5_aMoveIntoAClosedChildClosesAllAtOnce() {
        CleanupScope child = parent.child();
        child.close();
        logs(parent, "late");
        assertThatIllegalStateException().isThrownBy(() -> parent.moveTo(child));
        assertThat(log).containsExactly("late");
    }

    @Test
    void cleanup_5_aReleasedChildIsOnItsOwn() {
        CleanupScope child = parent.child();
        logs(child, "child");
        parent.release();
        parent.close();
        assertThat(child.isClosed()).isFalse();
        child.close();
        assertThat(log).containsExactly("child");
    }
}
