package dev.reliability.mutex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.time.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Rule MUTEX-16 where the stack overflows in the library's own frames. */
class MutexStackOverflowTest {
    private final VirtualTime time = VirtualTime.manual();
    private final TimedMutex mutex =
            TimedMutex.builder("deep", Duration.ZERO).time(time).build();

    private int dive(int frames) {
        return frames > 0 ? 1 + dive(frames - 1) : mutex.<Integer, RuntimeException>call(() -> 1);
    }

    private boolean survives(int frames) {
        try {
            dive(frames);
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    private int deepest() {
        int low = 0;
        int high = 1 << 20;
        while (low + 1 < high) {
            int middle = (low + high) >>> 1;
            if (survives(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Test
    void mutex_16_theStackEndsInAnyOfOurFrames_theMutexIsToBeHadAgain() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread small = new Thread(
                null,
                () -> {
                    try {
                        int overflows = 0;
                        for (int round = 0; round < 40; round++) {
                            int end = deepest();
                            for (int frames = end + 60; frames > Math.max(end - 60, 0); frames--) {
                                overflows += survives(frames) ? 0 : 1;
                                assertThat(mutex.<String, RuntimeException>call(() -> "works"))
                                        .isEqualTo("works");
                            }
                        }
                        assertThat(overflows).isPositive();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                },
                "small stack",
                512 * 1024);
        small.start();
        small.join();
        assertThat(failure.get()).isNull();
        assertThat(mutex.isHeld()).isFalse();
    }

    @Test
    void mutex_16_anAbandonedHold_isEndedByTheNextToCome_andByNobodyTwice() {
        Ownership ownership = new Ownership(time, false, 0, false);
        long first = ownership.tryTake();
        assertThat(ownership.tryTake()).isEqualTo(Ownership.NONE);
        ownership.abandoned = first; // all that the owner could do
        long second = ownership.tryTake();
        assertThat(second).isNotEqualTo(Ownership.NONE).isNotEqualTo(first);
        assertThat(ownership.release(first)).isFalse();
        ownership.releaseFailedCall(first);
        assertThat(ownership.isHeldBy(second)).isTrue();
        assertThat(ownership.tryTake()).isEqualTo(Ownership.NONE);
        assertThat(ownership.release(second)).isTrue();
    }
}
