package dev.reliability.example.push.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a b?s3cret",
                "https://s3cret@h/e",
                "https://user:s3cret@h/e",
                "http:///e?s3cret",
                "http://?s3cret",
                "http://s3cret_h:80/",
                "http://h:65536/s3cret",
                "http://h/%s3cret",
                "ftp://user:s3cret@h/e",
                "file:///s3cret"
            })
    void of_malformedUrl_isToldWithoutItsText(String text) {
        EventSource source = EventSource.of(text, directory);
        assertThat(source).isInstanceOf(EventSource.Malformed.class);
        assertThat(source.toString()).contains("must be an http or https URL").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/e?token=x,http://h/e?...",
        "http://h:8080/e#token=x,http://h:8080/e?...",
        "HTTPS://h,HTTPS://h",
        "http://[::1]:80/%20e,http://[::1]:80/%20e"
    })
    void shown_hidesTheQuery(String text, String shown) {
        assertThat(EventSource.of(text, directory).shown()).isEqualTo(shown);
    }

    @Test
    void shown_hidesTheUserInformation() {
        assertThat(new EventSource.Remote(URI.create("https://user:s3cret@h/e")).shown())
                .isEqualTo("https://h/e");
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
