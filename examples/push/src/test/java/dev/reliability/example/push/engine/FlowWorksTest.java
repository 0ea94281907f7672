package dev.reliability.example.push.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.PushBench;
import dev.reliability.example.push.PushReport;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which a flow may be written. */
class FlowWorksTest {
    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory).destination("orders");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export default ({ deliver }) => ({ elb: (name, data, event) => deliver('orders', event) });",
                "export function factory({ deliver }) { return { elb(name, data) { return deliver('orders', data); } }; }",
                "export default async ({ deliver }) => { await 1; return { async elb(n) { await deliver('orders', n); } }; };",
                "class F { #to; constructor(to) { this.#to = to; } elb(n) { return this.#to('orders', { n }); } }"
                        + " export const factory = ({ deliver }) => new F(deliver);",
                "const k = await Promise.resolve('orders'); export default ({ deliver }) => ({ elb: (n) => deliver(k, n) });",
                "export default ({ deliver }) => ({ elb(n) { deliver('orders', n); return 10n; } });",
                "export default ({ deliver }) => ({ elb(n) { return { then(ok) { deliver('orders', n).then(ok); } }; } });",
                "Promise.prototype.then = () => { throw 1; }; JSON.stringify = () => 'x';"
                        + " export default ({ deliver }) => ({ async elb(n) { await deliver('orders', n); } });",
                "export default ({ deliver, log, environment, destinations }) => ({ async elb(n, d, e) {"
                        + " log([environment, destinations.length, e.id.length, Object.isFrozen(destinations)]);"
                        + " const r = await deliver('orders', n); if (!r.delivered || r.attempts !== 1 || r.status !== 200)"
                        + " throw new Error(JSON.stringify(r)); } });"
            })
    void push_deliversOnce(String script) {
        PushReport report = bench.script(script).push(PushBench.EVENT);
        assertThat(report.failures()).isEmpty();
        assertThat(bench.received("orders")).hasSize(1);
    }
}
