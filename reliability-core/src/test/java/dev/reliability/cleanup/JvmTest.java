package dev.reliability.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule CLEANUP-10: which threads the shutdown waits for. */
class JvmTest {
    private final CountDownLatch end = new CountDownLatch(1);

    /** A thread that lives and shows a stack of the test's. */
    private final class Showing extends Thread {
        private final StackTraceElement[] stack;

        Showing(StackTraceElement... stack) {
            super("showing");
            this.stack = stack;
            setDaemon(true);
        }

        @Override
        public void run() {
            while (end.getCount() > 0) {
                Thread.onSpinWait();
            }
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            return stack;
        }
    }

    private static StackTraceElement frame(String type, String method) {
        return new StackTraceElement(type, method, type + ".java", 1);
    }

    private boolean canRun(StackTraceElement... stack) {
        Thread thread = new Showing(stack);
        thread.start();
        return new Jvm().canRun(thread);
    }

    @AfterEach
    void endThreads() {
        end.countDown();
    }

    @Test
    void cleanup_10_aThreadInSystemExit_willNeverGoOn() {
        assertThat(canRun(
                        frame("java.lang.Object", "wait"),
                        frame("java.lang.Shutdown", "exit"),
                        frame("java.lang.System", "exit"),
                        frame("app.Main", "main")))
                .isFalse();
    }

    @Test
    void cleanup_10_aThreadInCodeOfASimilarName_canRun() {
        assertThat(canRun(frame("app.Shutdown", "exit"), frame("java.lang.Shutdown", "add")))
                .isTrue();
        assertThat(new Jvm().canRun(Thread.currentThread())).isTrue();
    }

    @Test
    void cleanup_10_aThreadThatHasNotStarted_cannotRun() {
        assertThat(new Jvm().canRun(new Showing())).isFalse();
    }
}
