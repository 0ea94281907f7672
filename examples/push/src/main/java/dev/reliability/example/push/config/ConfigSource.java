package dev.reliability.example.push.config;

import dev.reliability.example.push.failure.Failure;
import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Problem;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.example.push.failure.Stage;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that was not looked at yet.
 *
 * @param name what messages call it
 * @param text its JSON
 * @param directory what the files that it names are relative to
 */
public record ConfigSource(String name, String text, Path directory) {
    /** What is looked for in the working directory, in this order, if no configuration is named. */
    public static final List<String> STANDARD_NAMES = List.of("push.config.json", "flow.json");

    private static final long MAX_BYTES = 1 << 20;

    /** Reads a file, named relative to a directory. */
    public static ConfigSource file(Path workingDirectory, String name) {
        Path file = workingDirectory.resolve(name).toAbsolutePath();
        Path directory = file.getParent();
        return new ConfigSource(name, read(file, name), directory == null ? file : directory);
    }

    /** Reads the first of the {@link #STANDARD_NAMES} that is in a directory. */
    public static ConfigSource standard(Path directory) {
        for (String name : STANDARD_NAMES) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                return new ConfigSource(name, read(file, name), directory);
            }
        }
        throw refused("no configuration was named, and the working directory has none of "
                + String.join(", ", STANDARD_NAMES));
    }

    private static String read(Path file, String name) {
        try {
            if (!Files.isRegularFile(file)) {
                throw refused("configuration " + name + (Files.exists(file) ? " is not a file" : " does not exist"));
            }
            if (Files.size(file) > MAX_BYTES) {
                throw refused("configuration " + name + " is larger than " + MAX_BYTES + " bytes");
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw Failure.invalid(
                            "invalid-configuration",
                            "configuration " + name + " is invalid",
                            List.of(new Problem("", "is not UTF-8")))
                    .asException();
        } catch (IOException e) {
            throw new PushException(
                    Stage.VALIDATION, Kind.USER, "configuration", "configuration " + name + " cannot be read: " + e, e);
        }
    }

    private static PushException refused(String message) {
        return new PushException(Stage.VALIDATION, Kind.USER, "configuration", message);
    }
}
