package dev.reliability.example.push.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reliability.example.push.failure.PushException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventSourceTest {
    @TempDir
    Path directory;

    @Test
    void of_looksAtTheBeginning() {
        assertThat(EventSource.of(" {\"name\":1}", directory)).isEqualTo(new EventSource.Inline("{\"name\":1}"));
        assertThat(EventSource.of("[]", directory)).isEqualTo(new EventSource.Inline("[]"));
        assertThat(EventSource.of("HTTPS://h/e?key=1", directory))
                .isEqualTo(new EventSource.Remote(URI.create("HTTPS://h/e?key=1")));
        assertThat(EventSource.of("e.json", directory))
                .isEqualTo(new EventSource.Local(directory.resolve("e.json"), "e.json"));
        assertThatThrownBy(() -> EventSource.of("http://a b", directory)).isInstanceOf(PushException.class);
    }

    @Test
    void shown_hidesTheQuery() {
        assertThat(EventSource.of("http://h/e?token=x", directory).shown()).isEqualTo("http://h/e?...");
    }

    @Test
    void read_file() throws IOException {
        Path file = Files.writeString(directory.resolve("e.json"), "{}");
        assertThat(new EventSource.Local(file, "e.json").read()).isEqualTo("{}");
        Files.write(file, new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> new EventSource.Local(file, "e.json").read()).hasMessageContaining("is not UTF-8");
        Files.write(file, new byte[EventSource.MAX_BYTES + 1]);
        assertThatThrownBy(() -> new EventSource.Local(file, "e.json").read())
                .hasMessageContaining("is larger than 1048576 bytes");
        assertThatThrownBy(() -> new EventSource.Local(directory, ".").read()).hasMessageContaining("is not a file");
        assertThatThrownBy(() -> new EventSource.Local(directory.resolve("no"), "no").read())
                .hasMessageContaining("does not exist");
    }
}
