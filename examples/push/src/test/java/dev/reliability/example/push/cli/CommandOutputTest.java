package dev.reliability.example.push.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.PushBench;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real command whose standard output takes nothing: a report that nobody gets is no success. */
class CommandOutputTest {
    private static final String LOST = "push: standard output cannot be written: the report is lost\n";

    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /** A full disk, where there is the device that acts as one, and everywhere a pipe whose reader has gone. */
    static Stream<String> lost() {
        String pipe = "mkfifo gone; : <gone & exec \"$@\" >gone";
        return Files.exists(Path.of("/dev/full")) ? Stream.of("exec \"$@\" >/dev/full", pipe) : Stream.of(pipe);
    }

    private CommandRun run(String shell, String... arguments) throws Exception {
        return CommandRun.start(List.of("sh", "-c", shell, "sh"), directory, bench.temp(), Map.of(), arguments);
    }

    @ParameterizedTest
    @MethodSource("lost")
    void push_4_jsonThatCannotBeWritten_isASystemError(String shell) throws Exception {
        bench.destination("orders");
        CommandRun run = run(shell, bench.configFile().toString(), "--event", PushBench.EVENT, "--json");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).isEqualTo(LOST);
        assertThat(bench.received("orders")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("lost")
    void push_4_textThatCannotBeWritten_isASystemError(String shell) throws Exception {
        bench.destination("orders");
        CommandRun run = run(shell, bench.configFile().toString(), "--event", PushBench.EVENT);
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).isEqualTo(LOST);
    }

    /** What is worse than a lost report is told first, and keeps its exit code. */
    @ParameterizedTest
    @MethodSource("lost")
    void push_4_failureWhoseReportIsLost_keepsItsExitCode(String shell) throws Exception {
        bench.destination("orders", FaultPlan.always(Fault.status(401)));
        CommandRun run = run(shell, bench.configFile().toString(), "--event", PushBench.EVENT, "--json");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("push: destination \"orders\" did not get it: ")
                .endsWith(LOST);
    }

    @ParameterizedTest
    @MethodSource("lost")
    void push_4_silentSuccess_hasNothingToLose(String shell) throws Exception {
        bench.destination("orders");
        CommandRun run = run(shell, bench.configFile().toString(), "--event", PushBench.EVENT, "--silent");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("lost")
    void exit_4_helpThatCannotBeWritten(String shell) throws Exception {
        CommandRun run = run(shell, "--help");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).isEqualTo("push: standard output cannot be written\n");
    }
}
