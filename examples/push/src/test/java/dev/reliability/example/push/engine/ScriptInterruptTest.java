package dev.reliability.example.push.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reliability.time.DeadlineExceededException;
import dev.reliability.time.Timeout;
import java.time.Duration;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.junit.jupiter.api.Test;

/** Rule DEADLINE-15, the line about script engines in the table of {@link Timeout}, with the engine of this example. */
class ScriptInterruptTest {
    private static final Duration LIMIT = Duration.ofMillis(50);
    private static final Duration SCRIPT = Duration.ofMillis(400);

    @Test
    void deadline_15_scriptEngine_goesOn_andACancellerEndsIt() {
        try (Context js = Context.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .build()) {
            assertThat(js.eval("js", "1 + 1").asInt()).isEqualTo(2); // the engine is warm
            String busy = "{ const end = Date.now() + " + SCRIPT.toMillis() + "; while (Date.now() < end) {} } 'done'";
            Throwable late = catchThrowable(() -> Timeout.of(LIMIT).call(() -> js.eval("js", busy)));
            assertThat(late)
                    .hasNoCause()
                    .isInstanceOfSatisfying(
                            DeadlineExceededException.class,
                            e -> assertThat(e.ran()).isGreaterThanOrEqualTo(SCRIPT.minusMillis(1)));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();

            Timeout stopping =
                    Timeout.builder(LIMIT).canceller(() -> js.close(true)).build();
            Throwable stopped = catchThrowable(() -> stopping.call(() -> js.eval("js", "while (true) {}")));
            assertThat(stopped)
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasCauseInstanceOf(PolyglotException.class);
        }
    }
}
