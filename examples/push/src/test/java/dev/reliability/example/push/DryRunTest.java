package dev.reliability.example.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.failure.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dry run: everything is looked at, the flow's syntax too, and nothing is run or delivered. */
class DryRunTest {
    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory).destination("orders");
    }

    @AfterEach
    void nothingIsDeliveredAndNothingLeft() {
        assertThat(bench.received("orders")).isEmpty();
        assertThat(bench.left()).isEmpty();
        bench.close();
    }

    private PushReport dryRun(String event) {
        return new Push(bench.surroundings()).run(bench.request(Duration.ofSeconds(10), true, event));
    }

    @Test
    void push_3_dryRun_runsNoneOfTheFlow() {
        bench.script("throw new Error('loaded'); export default () => { throw new Error('made'); };");
        assertThat(dryRun(PushBench.EVENT).isSuccess()).isTrue();
        assertThat(dryRun("{}").exitCode()).isEqualTo(2);
    }

    @Test
    void push_3_dryRun_findsWhatCannotBeParsed() {
        bench.script("export default () => 1;\nlet = 3;");
        PushReport report = dryRun(PushBench.EVENT);
        Failure failure = Objects.requireNonNull(report.failure());
        assertThat(failure.message()).startsWith("the flow cannot be loaded: SyntaxError: ");
        assertThat(failure.place()).hasToString("flow.script:2:1");
        assertThat(report.exitCode()).isEqualTo(2);
    }

    @Test
    void push_3_dryRun_findsWhatCannotBeParsedInAFunctionThatIsNotCalled() {
        bench.script("export default ({ deliver }) => ({\n  elb(name) { return deliver('orders' name); },\n});");
        Failure failure = Objects.requireNonNull(dryRun(PushBench.EVENT).failure());
        assertThat(failure.message()).startsWith("the flow cannot be loaded: SyntaxError: ");
        assertThat(String.valueOf(failure.place())).startsWith("flow.script:2:");
    }
}
