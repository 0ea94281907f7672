package dev.reliability.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.ForwardingSeam;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Rule DEADLINE-4 where the stack overflows in the library's own frames. A thread recurses to its end, with limits on the
 * way; whatever frame it ends in, no limit stays armed, no interrupt is left and nothing stays bound.
 */
class StackOverflowTest {
    /** The machine, but the alarms that are armed can be looked at, and ring when the test says so. */
    private static final class Armed extends ForwardingSeam {
        private final Alarm[] alarms = new Alarm[1 << 16]; // a map would not survive the overflows itself
        private int armed;
        long scheduled;

        Armed() {
            super(TimeSource.system());
        }

        @Override
        public void schedule(Alarm alarm, long atNanos) {
            alarms[armed++] = alarm;
            scheduled++;
        }

        @Override
        public void cancel(Alarm alarm) {
            int at = armed - 1;
            while (at >= 0 && alarms[at] != alarm) {
                at--;
            }
            if (at >= 0) {
                alarms[at] = alarms[--armed];
            }
        }

        /** Ending a limit takes more stack here than arming it, so that arming works and ending does not. */
        @Override
        public void checkpoint() {
            down(20);
        }

        private static int down(int frames) {
            return frames == 0 ? 0 : 1 + down(frames - 1);
        }

        @Override
        public void deliver(Alarm alarm) {
            alarm.deliverNow();
        }

        void ringAll() {
            for (int i = 0; i < armed; i++) {
                alarms[i].ringNow();
            }
        }
    }

    private final Armed time = new Armed();
    private final Timeout timeout =
            Timeout.builder(Duration.ofHours(1)).time(time).build();

    /** Goes down a number of frames, of another size each time, and makes a call under a limit there. */
    private int dive(int frames, boolean limits) {
        if (frames > 0) {
            return 1 + dive(frames - 1, limits);
        }
        return limits ? timeout.call(() -> 1 + diveLimited()) : timeout.call(() -> 1);
    }

    private int diveLimited() {
        return timeout.call(() -> 1 + diveLimited());
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

    private boolean survives(int frames) {
        try {
            dive(frames, false);
            return true;
        } catch (StackOverflowError e) {
            return false;
        }
    }

    private void onSmallStack(Runnable work) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        work.run();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                },
                "small stack",
                512 * 1024);
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    private void assertNothingIsLeft(String where) {
        time.ringAll(); // whatever is armed still must not interrupt
        assertThat(Thread.interrupted()).as("interrupt flag, %s", where).isFalse();
        assertThat(Deadline.current()).as("bound deadline, %s", where).isNull();
    }

    @Test
    void deadline_4_theStackEndsInAnyOfOurFrames_noLimitOfTheThreadStaysArmed() throws Exception {
        onSmallStack(() -> {
            int overflows = 0;
            for (int round = 0; round < 40; round++) { // compiling moves the end, so it is looked for each time
                int end = deepest();
                for (int frames = end + 60; frames > Math.max(end - 60, 0); frames--) {
                    overflows += survives(frames) ? 0 : 1;
                    assertNothingIsLeft("overflow at " + frames);
                }
            }
            assertThat(overflows).as("overflows").isPositive();
            assertThat(timeout.call(() -> "works")).isEqualTo("works");
        });
    }

    @Test
    void deadline_4_theStackEndsInNestedLimits_theOuterOneCleansUp() throws Exception {
        onSmallStack(() -> {
            for (int frames = 0; frames < 200; frames++) {
                int depth = frames;
                assertThat(timeout.<Boolean, RuntimeException>call(() -> {
                            try {
                                dive(depth, true);
                                return false;
                            } catch (StackOverflowError e) {
                                return true;
                            }
                        }))
                        .isTrue();
                assertNothingIsLeft("overflow at " + frames);
                assertThat(time.armed).as("alarms after %s", frames).isZero();
            }
            assertThat(time.scheduled).isGreaterThan(10_000);
        });
    }

    @Test
    void theSlotOfAThread_holdsNothingAfterTheOutermostCall() {
        timeout.call(() -> timeout.call(() -> "value"));
        assertThat(Ambient.slot()).containsOnlyNulls();
    }
}
