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

    private static Throwable endless(Timeout limit, Context js) {
        return catchThrowable(() -> limit.call(() -> js.eval("js", "while (true) {}")));
    }

    private static Context engine() {
        return Context.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .build();
    }

    @Test
    void deadline_15_scriptEngine_endsByAnInterrupt() {
        try (Context js = engine()) {
            assertThat(endless(Timeout.of(LIMIT), js))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasCauseInstanceOf(PolyglotException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    /** The canceller closes the engine. */
    @Test
    void deadline_15_scriptEngine_endsByItsOwnStop() {
        Context js = engine();
        Timeout stopping =
                Timeout.builder(LIMIT).canceller(() -> js.close(true)).build();
        assertThat(endless(stopping, js))
                .isInstanceOf(DeadlineExceededException.class)
                .hasCauseInstanceOf(PolyglotException.class);
    }
}
