package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.ForwardingSeam;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule CLEANUP-2 where the stack overflows in the library's own frames. */
@Timeout(60)
class CleanupOverflowTest {
    /** The machine, but one of its checkpoints has no stack left. */
    private static final class Full extends ForwardingSeam {
        private final StackOverflowError planted = new StackOverflowError("planted");
        private int countdown;

        Full() {
            super(TimeSource.system());
        }

        @Override
        public void checkpoint() {
            if (--countdown == 0) {
                throw planted;
            }
        }
    }

    private final Full seam = new Full();
    private final List<String> log = new ArrayList<>();
    private final CleanupScope scope = Cleanup.builder().time(seam).scope();

    @Test
    void cleanup_2_aClosingThatOverflowsBeforeItBeginsHasNotBegun() {
        scope.defer(() -> log.add("a"));
        seam.countdown = 1;
        assertThatThrownBy(scope::close).isInstanceOf(StackOverflowError.class);
        assertThat(log).isEmpty();
        scope.succeed();
        scope.close();
        assertThat(log).containsExactly("a");
    }

    @Test
    void cleanup_2_aClosingThatOverflowsOnItsWayIsGoneOnWithByTheNextOne() {
        scope.defer(outcome -> log.add("a " + outcome));
        seam.countdown = 2;
        assertThatThrownBy(scope::close).isInstanceOf(StackOverflowError.class);
        assertThat(scope.isClosed()).isFalse();
        assertThat(scope).hasToString("CleanupScope[cleanup, closing, 0 actions left]");
        scope.defer(outcome -> log.add("b " + outcome));
        assertThatThrownBy(scope::succeed).hasMessageContaining("its closing has begun");
        scope.close();
        assertThat(log).containsExactly("a FAILURE", "b FAILURE");
        assertThat(scope.isClosed()).isTrue();
    }

    @Test
    void cleanup_2_aMoveThatOverflowsLosesNothing() {
        scope.defer(() -> log.add("a"));
        scope.defer(() -> log.add("b"));
        CleanupScope other = Cleanup.builder().time(seam).scope();
        for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
            seam.countdown = checkpoint;
            assertThatThrownBy(() -> scope.moveTo(other)).isInstanceOf(StackOverflowError.class);
        }
        other.close();
        scope.defer(() -> log.add("c"));
        assertThat(scope).hasToString("CleanupScope[cleanup, open, 3 actions left]");
        scope.close();
        assertThat(log).containsExactly("c", "b", "a");
    }

    @Test
    void cleanup_2_whatCannotBeRegisteredIsClosedAtOnce() {
        seam.countdown = 1;
        assertThatThrownBy(() -> scope.add(() -> log.add("closed"))).isInstanceOf(StackOverflowError.class);
        assertThat(log).containsExactly("closed");
        scope.close();
        assertThat(log).hasSize(1);
    }

    @Test
    void cleanup_2_aParentWhoseChildOverflowsKeepsTheChildUntilItIsClosed() {
        for (int checkpoint = 1; checkpoint <= 5; checkpoint++) {
            log.clear();
            CleanupScope parent = Cleanup.builder().time(seam).scope();
            parent.defer(() -> log.add("p"));
            CleanupScope child = parent.child();
            child.defer(() -> log.add("c"));
            seam.countdown = checkpoint;
            assertThat(catchThrowable(parent::close))
                    .as("overflow at checkpoint " + checkpoint)
                    .isEqualTo(checkpoint > 4 ? null : seam.planted);
            seam.countdown = 0;
            parent.close();
            assertThat(log).as("overflow at checkpoint " + checkpoint).containsExactly("c", "p");
            assertThat(child.isClosed()).isTrue();
            assertThat(parent.isClosed()).isTrue();
        }
    }

    @Test
    void cleanup_2_whatFailedBeforeAnOverflowIsThrownByTheCloseThatGoesOn() {
        IllegalStateException failure = new IllegalStateException("planted");
        scope.defer(() -> {
            throw failure;
        });
        seam.countdown = 2;
        assertThatThrownBy(scope::close).isSameAs(seam.planted);
        assertThatThrownBy(scope::close).isSameAs(failure);
    }

    @Test
    void cleanup_2_nestedChildrenThatOverflowTheStackAreAllClosedByAThreadThatHasMore() throws Exception {
        int depth = 20_000;
        int[] ran = new int[1];
        CleanupScope root = Cleanup.scope();
        CleanupScope child = root;
        for (int i = 0; i < depth; i++) {
            child = child.child();
            child.defer(() -> ran[0]++);
        }
        Throwable[] thrown = new Throwable[1];
        Thread small = new Thread(null, () -> thrown[0] = catchThrowable(root::close), "small", 256 * 1024);
        small.start();
        small.join();
        assertThat(thrown[0]).isInstanceOf(StackOverflowError.class);
        Thread large = new Thread(null, root::close, "large", 256 * 1024 * 1024);
        large.start();
        large.join();
        assertThat(ran[0]).isEqualTo(depth);
        assertThat(child.isClosed()).isTrue();
    }

    private static final int ENTRIES = 3;
    private static final int DIVES = 200;

    private int overflows;

    /** Goes down until the stack is full, then closes in each frame on the way up until that works. */
    private boolean dive(CleanupScope closed, int[] above, int depth) {
        boolean done;
        try {
            done = depth < Integer.MAX_VALUE && dive(closed, above, depth + 1);
        } catch (StackOverflowError full) {
            done = false;
        }
        if (done || above[0]-- > 0) {
            return done;
        }
        try {
            closed.close();
            return true;
        } catch (StackOverflowError full) {
            overflows++;
            return false;
        }
    }

    /** An action that overflows itself has begun, so it may not have counted; but none counts twice, and none hangs. */
    @Test
    void cleanup_2_atTheEdgeOfTheStackNothingRunsTwiceAndTheScopeIsClosedInTheEnd() throws Exception {
        int[] unclosed = new int[1];
        int[] ranTwice = new int[1];
        int[] ran = new int[1];
        Throwable[] thrown = new Throwable[1];
        Runnable work = () -> {
            for (int dive = 0; dive < DIVES; dive++) {
                int[] counts = new int[ENTRIES];
                CleanupScope edge = Cleanup.scope();
                for (int i = 0; i < ENTRIES; i++) {
                    int number = i;
                    edge.defer(() -> counts[number]++);
                }
                dive(edge, new int[] {dive % 40}, 0);
                edge.close();
                unclosed[0] += edge.isClosed() ? 0 : 1;
                for (int count : counts) {
                    ranTwice[0] += count > 1 ? 1 : 0;
                    ran[0] += count;
                }
            }
        };
        Thread small = new Thread(null, () -> thrown[0] = catchThrowable(work::run), "small", 256 * 1024);
        small.start();
        small.join();
        assertThat(thrown[0]).isNull();
        assertThat(overflows).as("closings that overflowed").isPositive();
        assertThat(ran[0]).as("actions that ran").isPositive();
        assertThat(unclosed[0]).as("scopes that were not closed in the end").isZero();
        assertThat(ranTwice[0]).as("actions that ran twice").isZero();
    }

    private final Set<Throwable> said = Collections.newSetFromMap(new IdentityHashMap<>());

    private void say(Throwable failure) {
        said.add(failure);
        Collections.addAll(said, failure.getSuppressed());
    }

    /** As above; what a close throws is collected once there is stack for it. The answer is how the last one ended. */
    private @Nullable Throwable diveAndFail(CleanupScope closed, int[] above, int depth) {
        Throwable end;
        try {
            end = depth < Integer.MAX_VALUE ? diveAndFail(closed, above, depth + 1) : null;
        } catch (StackOverflowError full) {
            end = full;
        }
        if (!(end instanceof StackOverflowError) || closed.isClosed() || above[0]-- > 0) {
            return end;
        }
        try {
            closed.close();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    /**
     * An error of the stack may take the place of the failures where they are joined, but no close hides them. Nearly none:
     * the JVM's own frames may overflow between the failure of an action and the store that keeps it.
     */
    @Test
    void cleanup_2_atTheEdgeOfTheStackFailuresAreNotHidden() throws Exception {
        int[] hidden = new int[1];
        Throwable[] thrown = new Throwable[1];
        Runnable work = () -> {
            for (int dive = 0; dive < DIVES; dive++) {
                List<Throwable> failed = new ArrayList<>(ENTRIES);
                CleanupScope edge = Cleanup.scope();
                for (int i = 0; i < ENTRIES; i++) {
                    RuntimeException failure = new IllegalStateException("planted");
                    edge.defer(() -> {
                        failed.add(failure);
                        throw failure;
                    });
                }
                Throwable end = diveAndFail(edge, new int[] {dive % 40}, 0);
                Throwable last = catchThrowable(edge::close);
                said.clear();
                Stream.of(end, last).filter(Objects::nonNull).forEach(this::say);
                if (!(end instanceof StackOverflowError) && !said.containsAll(failed)) {
                    hidden[0]++;
                }
            }
        };
        Thread small = new Thread(null, () -> thrown[0] = catchThrowable(work::run), "small", 256 * 1024);
        small.setUncaughtExceptionHandler((thread, failure) -> {});
        small.start();
        small.join();
        assertThat(thrown[0]).isNull();
        assertThat(hidden[0]).as("closings that hid what failed").isLessThan(DIVES / 50);
    }
}
