package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.ForwardingSeam;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule CLEANUP-2 where the stack overflows in the library's own frames. */
@Timeout(60)
class CleanupOverflowTest {
    /** The machine, but one of its checkpoints has no stack left. */
    private static final class Full extends ForwardingSeam {
        private int countdown;

        Full() {
            super(TimeSource.system());
        }

        @Override
        public void checkpoint() {
            if (--countdown == 0) {
                throw new StackOverflowError("planted");
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
}
