package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Retry;
import dev.reliability.time.Deadline;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the README shows, as it stands there. {@link DocumentationTest} compares the two. */
class ReadmeExampleTest {
    private interface Client {
        String post(String question) throws IOException;
    }

    private static final class Answers {
        private final Client client;

        Answers(Client client) {
            this.client = client;
        }

        static final CircuitBreaker PROVIDER = CircuitBreaker.of("ai-provider");
        static final Policy CALL = Retry.of("ai-provider").around(PROVIDER);

        String ask(String question) throws IOException {
            return Deadline.after(Duration.ofSeconds(10)).call(() -> CALL.call(() -> client.post(question)));
        }
    }

    @Test
    void ask_oneFailure_isTriedAgain() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        Answers answers = new Answers(question -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IOException("planted");
            }
            return "the answer to " + question;
        });
        assertThat(answers.ask("this")).isEqualTo("the answer to this");
        assertThat(attempts).hasValue(2);
        assertThat(Answers.PROVIDER.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void scope_anyEnd_cleansUpNewestFirst() throws Exception {
        List<String> log = new ArrayList<>();
        Path seen;
        try (var scope = Cleanup.scope()) {
            Path bundle = scope.open(() -> Files.createTempFile("bundle", ".js"), Files::deleteIfExists);
            var reader = scope.add(new StringReader("a resource of any kind"));
            scope.defer(() -> log.add("done"));
            Files.writeString(bundle, "size " + reader.read());
            seen = bundle;
            assertThat(seen).exists();
        }
        assertThat(seen).doesNotExist();
        assertThat(log).containsExactly("done");
    }

    @Test
    void mutex_withinItsTime_isHeld() throws Exception {
        List<String> log = new ArrayList<>();
        TimedMutex drain = TimedMutex.of("drain:orders", Duration.ofMillis(200));
        try (var hold = drain.acquire()) {
            log.add("alone with " + hold);
        }
        assertThat(log).containsExactly("alone with Hold[open]");
        assertThat(drain.isHeld()).isFalse();
    }
}
