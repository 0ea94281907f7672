package dev.reliability.retry;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A task that fails a number of times, then gives results; it keeps what it threw. For one thread. */
final class Script implements Task<String, IOException> {
    final List<IOException> thrown = new ArrayList<>();
    int runs;
    private int failures;

    Script failing(int times) {
        failures = times;
        return this;
    }

    @Override
    public String call() throws IOException {
        runs++;
        if (runs <= failures) {
            IOException failure = new IOException("failure " + runs);
            thrown.add(failure);
            throw failure;
        }
        return "result " + runs;
    }

    /** Makes a call whose failure is looked at elsewhere. */
    static void fails(ThrowingCallable call) {
        assertThatThrownBy(call).isNotNull();
    }
}
