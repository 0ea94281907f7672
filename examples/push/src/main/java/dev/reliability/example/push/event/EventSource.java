package dev.reliability.example.push.event;

import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** Where an event comes from. */
public sealed interface EventSource {
    /** An event larger than this is refused. */
    int MAX_BYTES = 1 << 20;

    /** What messages call it. */
    String shown();

    /**
     * What a command-line argument stands for: JSON if it begins like an object or an array, a URL if it begins with http:// or
     * https://, else a file.
     *
     * @param directory what a file is relative to
     */
    static EventSource of(String argument, Path directory) {
        String text = argument.strip();
        if (text.startsWith("{") || text.startsWith("[")) {
            return new Inline(text);
        }
        String start = text.toLowerCase(Locale.ROOT);
        try {
            return start.startsWith("http://") || start.startsWith("https://")
                    ? new Remote(new URI(text))
                    : new Local(directory.resolve(text), text);
        } catch (URISyntaxException | InvalidPathException e) {
            throw new PushException(
                    Stage.VALIDATION, Kind.USER, "event-source", "event " + text + " is neither JSON, file nor URL", e);
        }
    }

    /** An event that stands on the command line. */
    record Inline(String text) implements EventSource {
        @Override
        public String shown() {
            return "inline";
        }
    }

    /**
     * An event in a file.
     *
     * @param file where it is
     * @param shown what the command line calls it
     */
    record Local(Path file, String shown) implements EventSource {
        /** Reads the file. */
        public String read() {
            try {
                if (!Files.isRegularFile(file)) {
                    throw refused(Files.exists(file) ? "is not a file" : "does not exist");
                }
                if (Files.size(file) > MAX_BYTES) {
                    throw refused("is larger than " + MAX_BYTES + " bytes");
                }
                return Files.readString(file);
            } catch (CharacterCodingException e) {
                throw refused("is not UTF-8");
            } catch (IOException e) {
                throw new PushException(
                        Stage.VALIDATION,
                        Kind.USER,
                        "event-source",
                        "event file " + shown + " cannot be read: " + e,
                        e);
            }
        }

        private PushException refused(String why) {
            return new PushException(Stage.VALIDATION, Kind.USER, "event-source", "event file " + shown + " " + why);
        }
    }

    /** An event behind a URL. */
    record Remote(URI url) implements EventSource {
        @Override
        public String shown() {
            int query = url.toString().indexOf('?');
            return query < 0 ? url.toString() : url.toString().substring(0, query) + "?...";
        }
    }
}
