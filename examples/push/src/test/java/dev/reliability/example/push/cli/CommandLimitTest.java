package dev.reliability.example.push.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.PushBench;
import dev.reliability.testkit.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The limit of the real command, from before its process is started until it has ended. The limit is long enough for a
 * JVM and an engine to start within it on a loaded machine.
 */
class CommandLimitTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory);
    }

    @AfterEach
    void noTemporaryFileIsLeft() {
        bench.close();
        assertThat(bench.left()).isEmpty();
    }

    private CommandRun limited(int exitCode) throws Exception {
        long startNanos = System.nanoTime();
        CommandRun run = CommandRun.start(
                directory,
                bench.temp(),
                Map.of(),
                bench.configFile().toString(),
                "--event",
                PushBench.EVENT,
                "--timeout",
                LIMIT.toMillis() + "ms");
        int code = run.exitCode();
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        assertThat(run.err()).startsWith("push: not finished within 5.0 s: waited for ");
        assertThat(code).isEqualTo(exitCode);
        assertThat(took).isBetween(LIMIT, LIMIT.plusSeconds(1));
        return run;
    }

    @Test
    void push_5_hangingDestination_processEndsWithinTheLimitAndASecond() throws Exception {
        bench.destination("orders", Fault.hang());
        assertThat(limited(3).err()).endsWith("waited for the answer of orders\n");
    }

    @Test
    void push_5_loopingFactory_processEndsWithinTheLimitAndASecond() throws Exception {
        bench.destination("orders").script("export default () => { while (true) {} };");
        assertThat(limited(2).err()).endsWith("waited for the factory\n");
    }

    /** The start of the JVM is part of the limit: what is left for the work is shorter than the limit. */
    @Test
    void push_5_limitShorterThanTheStart_endsAsSoonAsItHasStarted() throws Exception {
        bench.destination("orders");
        CommandRun run = CommandRun.start(
                directory,
                bench.temp(),
                Map.of(),
                bench.configFile().toString(),
                "--event",
                PushBench.EVENT,
                "--timeout",
                "1ms");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).isEqualTo("push: not finished within 0.001 s: waited for the start of the command\n");
        assertThat(bench.received("orders")).isEmpty();
    }
}
