package dev.reliability.example.push.event;

import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import dev.reliability.example.push.http.HttpUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where an event comes from. */
public sealed interface EventSource {
    /** An event larger than this is refused. */
    int MAX_BYTES = 1 << 20;

    /** How a URL begins. */
    Pattern URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

    /** What messages call it. */
    String shown();

    /**
     * What a command-line argument stands for: JSON if it begins like an object or an array, a URL if it begins with a scheme and
     * {@code ://}, else a file. One that is wrong is {@link Malformed}, to be refused together with whatever else is wrong.
     *
     * @param directory what a file is relative to
     */
    static EventSource of(String argument, Path directory) {
        String text = argument.strip();
        if (text.startsWith("{") || text.startsWith("[")) {
            return new Inline(text);
        }
        try {
            return URL.matcher(text).lookingAt()
                    ? new Remote(HttpUrl.of(text))
                    : new Local(directory.resolve(text), text);
        } catch (HttpUrl.Malformed e) {
            return new Malformed("malformed URL", String.valueOf(e.getMessage()));
        } catch (InvalidPathException e) {
            return new Malformed(text, "is neither JSON, file nor URL");
        }
    }

    /** An event that stands on the command line, of any size. */
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
            return HttpUrl.shown(url);
        }
    }

    /**
     * An argument that no event can come from.
     *
     * @param shown what messages call it
     * @param problem what is wrong with it
     */
    record Malformed(String shown, String problem) implements EventSource {}
}
