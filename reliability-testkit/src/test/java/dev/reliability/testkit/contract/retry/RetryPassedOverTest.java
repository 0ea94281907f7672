package dev.reliability.testkit.contract.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Launch;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.opentest4j.TestAbortedException;

/** An adapter may pass over data that its library excludes: such a try is neither kept nor broken. */
class RetryPassedOverTest {
    @TempDir
    Path directory;

    @Test
    void callThatPassesOver_countsForNothing() {
        TestExecutionResult result = new Launch()
                .with("reliability.conformance", directory.toString())
                .tries(5)
                .run(Passing.class, method -> method.startsWith("retry_13_"))
                .values()
                .iterator()
                .next();
        assertThat(Launch.message(result)).contains("exhausted").contains("rejections");
    }

    /** Not a test of its own. */
    static class Passing extends RetryContract {
        @Override
        protected RetryAdapter create(RetrySpec spec, World world) {
            return new RetryAdapter() {
                @Override
                public Object call(Body body) {
                    throw new TestAbortedException("not what this library accepts");
                }

                @Override
                public Throwable neverRetried(String message) {
                    return new IllegalStateException(message);
                }

                @Override
                public Throwable alwaysRetried(String message) {
                    return new IllegalStateException(message);
                }
            };
        }

        @Override
        protected TimeMode timeMode() {
            return TimeMode.VIRTUAL;
        }
    }
}
