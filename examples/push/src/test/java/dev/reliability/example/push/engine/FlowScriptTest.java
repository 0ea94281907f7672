package dev.reliability.example.push.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.PushBench;
import dev.reliability.example.push.PushReport;
import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What flows do wrong, seen through a whole push. */
class FlowScriptTest {
    private static final Duration LIMIT = Duration.ofMillis(300);

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

    private static String elb(String body) {
        return "export default ({ deliver }) => ({ elb(name, data, event) { " + body + " } });";
    }

    static Stream<Arguments> endless() {
        String loop = "while (true) {}";
        return Stream.of(
                Arguments.of("while it is loaded", loop + " export default () => 1;", Stage.LOAD),
                Arguments.of("in the factory", "export default () => { " + loop + " };", Stage.FACTORY),
                Arguments.of("in elb", elb(loop), Stage.PUSH),
                Arguments.of(
                        "in a callback of a promise",
                        elb("return Promise.resolve().then(() => { " + loop + " });"),
                        Stage.PUSH),
                Arguments.of(
                        "in a chain of promises",
                        elb("function f() { return Promise.resolve().then(f); } return f();"),
                        Stage.PUSH),
                Arguments.of("beside elb", elb("(async () => { for (;;) await 0; })(); return 1;"), Stage.PUSH),
                Arguments.of(
                        "in catch and finally",
                        elb("for (;;) { try { for (;;); } catch (e) { continue; } finally { continue; } }"),
                        Stage.PUSH),
                Arguments.of(
                        "in an async catch",
                        elb("return (async () => { for (;;) { try { await 1; for (;;); } catch (e) {} } })();"),
                        Stage.PUSH),
                Arguments.of("in a getter of the result", elb("return { get then() { " + loop + " } };"), Stage.PUSH),
                Arguments.of(
                        "in a regular expression", elb("return /^(a+)+\\1c$/.test('a'.repeat(60) + 'b');"), Stage.PUSH),
                Arguments.of("in a long operation", elb("return new Array(4294967295).fill(1).length;"), Stage.PUSH),
                Arguments.of(
                        "in one that cannot be stopped",
                        elb("return (3n ** (2n ** 21n) * 7n ** (2n ** 21n)).toString().length;"),
                        Stage.PUSH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endless")
    void push_5_endlessFlow_endsWithinTheLimitAndASecond(String name, String script, Stage stage) {
        warmUp();
        PushReport report = bench.script(script).push(LIMIT, PushBench.EVENT);
        assertThat(report.took()).isLessThan(LIMIT.plusSeconds(1));
        Failure failure = Objects.requireNonNull(report.failure());
        assertThat(failure.message()).startsWith("not finished within 0.3 s: waited for ");
        assertThat(failure.stage()).isEqualTo(stage);
        assertThat(failure.kind()).isEqualTo(Kind.USER);
        // A flow that is only given up, not stopped, is told of as a failed cleanup.
        assertThat(report.warnings())
                .isEqualTo(
                        name.equals("in one that cannot be stopped")
                                ? List.of("cleanup failed: stopping the engine: the JavaScript engine still runs 150 ms"
                                        + " after its stop")
                                : List.of());
    }

    /** The first engine of a JVM takes longer to start than these limits. */
    private void warmUp() {
        try (PushBench warm = new PushBench(directory.resolve("warm"))) {
            warm.destination("orders").push(PushBench.EVENT);
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("let = 3;", Stage.LOAD, "the flow cannot be loaded: SyntaxError: ", "flow.script:1:1"),
                Arguments.of(
                        "const a = 1;\n  missing();",
                        Stage.LOAD,
                        "the flow cannot be loaded: ReferenceError: missing is not defined",
                        "flow.script:2:3"),
                Arguments.of(
                        "await 1;\n throw new Error('late');",
                        Stage.LOAD,
                        "the flow cannot be loaded: Error: late",
                        "flow.script:2"),
                Arguments.of(
                        "import x from './other.mjs'; export default () => 1;",
                        Stage.LOAD,
                        "the flow cannot be loaded: it imports other.mjs, but cannot import",
                        ""),
                Arguments.of(
                        "export const other = () => 1;",
                        Stage.LOAD,
                        "the flow exports no function as default or as \"factory\"",
                        "flow.script:1:1"),
                Arguments.of("export default 5;", Stage.LOAD, "the flow exports no function", "flow.script:1:1"),
                Arguments.of(
                        "\nexport default () => 5;",
                        Stage.FACTORY,
                        "the factory gives no object with a function elb",
                        "flow.script:2"),
                Arguments.of(
                        "export default () => ({});",
                        Stage.FACTORY,
                        "the factory gives no object with a function elb",
                        "flow.script:1"),
                Arguments.of(
                        "export default () => {\n throw new TypeError('no'); };",
                        Stage.FACTORY,
                        "the factory failed: TypeError: no",
                        "flow.script:2"),
                Arguments.of(
                        "export default async () => { throw 'text'; };", Stage.FACTORY, "the factory failed: text", ""),
                Arguments.of(
                        "export default () => new Promise(() => {});",
                        Stage.FACTORY,
                        "waited for the factory, whose promise can never settle",
                        ""),
                Arguments.of(
                        "export default ({ deliver }) => deliver('orders', 1);",
                        Stage.FACTORY,
                        "the factory failed: TypeError: the factory cannot deliver: there is no event yet",
                        ""),
                Arguments.of(
                        elb("\n return data.a.b;"),
                        Stage.PUSH,
                        "elb failed: TypeError: Cannot read property 'b' of undefined",
                        "flow.script:2"),
                Arguments.of(elb("return Promise.reject({ code: 5 });"), Stage.PUSH, "elb failed: ", ""),
                Arguments.of(
                        elb("return new Promise(() => {});"),
                        Stage.PUSH,
                        "waited for elb, whose promise can never settle",
                        ""),
                Arguments.of(
                        elb("return deliver('ads', 1);"),
                        Stage.PUSH,
                        "elb failed: TypeError: destination \"ads\" is not known; known are: orders",
                        ""),
                Arguments.of(
                        elb("return deliver('orders', undefined);"),
                        Stage.PUSH,
                        "elb failed: TypeError: the payload for destination \"orders\" is nothing that JSON can express",
                        ""),
                Arguments.of(
                        elb("function f(n) { return 1 + f(n + 1); } return f(0);"),
                        Stage.PUSH,
                        "elb failed: RangeError: Maximum call stack size exceeded",
                        "flow.script:1"),
                Arguments.of(elb("return eval('1');"), Stage.PUSH, "elb failed: EvalError", ""));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void push_12_wrongFlow_isAFlowErrorWithItsPlace(String script, Stage stage, String message, String place) {
        PushReport report = bench.script(script).push(PushBench.EVENT);
        Failure failure = report.failures().findFirst().orElseThrow();
        assertThat(failure.message()).startsWith(message);
        assertThat(failure.stage()).isEqualTo(stage);
        assertThat(failure.code()).isEqualTo("flow");
        assertThat(String.valueOf(failure.place())).startsWith(place.isEmpty() ? "" : place);
        assertThat(report.exitCode()).isEqualTo(2);
    }

    @Test
    void sandbox_flowReachesNothingButTheLanguage() {
        PushReport report = bench.script(elb(
                        "throw new Error(['Java', 'Packages', 'java', 'Polyglot', 'Graal', 'load', 'print', 'console', 'quit',"
                                + " 'require', 'process', 'WebAssembly', 'SharedArrayBuffer', 'fetch', 'setTimeout']"
                                + ".filter((name) => name in globalThis).join());"))
                .push(PushBench.EVENT);
        assertThat(report.failures().findFirst().orElseThrow().message()).isEqualTo("elb failed: Error");
    }
}
