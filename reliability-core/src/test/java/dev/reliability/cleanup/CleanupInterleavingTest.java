package dev.reliability.cleanup;

import static dev.reliability.RealTime.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.ForwardingSeam;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interleavings that real threads meet once in a million rounds, made at the checkpoints. */
@Timeout(30)
class CleanupInterleavingTest {
    private final ScriptedSeam seam = new ScriptedSeam();
    private final CleanupScope scope = Cleanup.builder().time(seam).scope();
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** The machine's seam that runs a step at one chosen checkpoint. */
    private static final class ScriptedSeam extends ForwardingSeam {
        private int countdown;
        private Runnable step = () -> {};

        ScriptedSeam() {
            super(TimeSource.system());
        }

        void atCheckpoint(int number, Runnable runs) {
            countdown = number;
            step = runs;
        }

        @Override
        public void checkpoint() {
            if (--countdown == 0) {
                step.run();
            }
        }
    }

    @Test
    void cleanup_3_whatIsRegisteredJustBeforeTheStackIsSealedRuns() {
        scope.defer(() -> log.add("early"));
        // Closing passes one checkpoint before it begins and one before it seals.
        seam.atCheckpoint(2, () -> scope.defer(() -> log.add("late")));
        scope.close();
        assertThat(log).containsExactly("early", "late");
    }

    @Test
    void cleanup_5_aCloseThatArrivesInAReleaseWaitsAndFindsNothing() throws Exception {
        scope.defer(() -> log.add("released"));
        Thread closer = new Thread(scope::close, "closer");
        seam.atCheckpoint(2, () -> startAndAwaitParked(closer));
        scope.release();
        closer.join();
        assertThat(log).isEmpty();
        assertThat(scope.isClosed()).isTrue();
    }

    @Test
    void cleanup_5_ofTwoMovesThatWouldMakeACircleTogetherOneIsRefused() {
        CleanupScope child = scope.child("child");
        child.defer(() -> log.add("child"));
        CleanupScope other = Cleanup.builder().time(seam).scope();
        CleanupScope childOfOther = other.child("child of the other");
        childOfOther.defer(() -> log.add("child of the other"));
        // The third checkpoint of a move lies between the look at what moves and the move.
        seam.atCheckpoint(3, () -> assertThatIllegalArgumentException().isThrownBy(() -> other.moveTo(child)));
        scope.moveTo(childOfOther);
        scope.close();
        assertThat(log).isEmpty();
        other.close();
        assertThat(log).containsExactly("child", "child of the other");
    }

    @Test
    void cleanup_6_aCloseThatArrivesInSucceedWaitsAndTellsSuccess() throws Exception {
        scope.defer(outcome -> log.add(outcome.name()));
        Thread closer = new Thread(scope::close, "closer");
        seam.atCheckpoint(2, () -> startAndAwaitParked(closer));
        scope.succeed();
        closer.join();
        assertThat(log).containsExactly("SUCCESS");
    }

    private static void startAndAwaitParked(Thread thread) {
        thread.start();
        await().atMost(SOON).until(() -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
    }
}
