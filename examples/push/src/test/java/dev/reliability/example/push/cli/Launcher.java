package dev.reliability.example.push.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The launcher in a place of its own. The build that it starts is that of the tests: a {@code java} in its
 * {@code JAVA_HOME} drops the launcher's options and starts the command on the class path of the tests.
 */
final class Launcher {
    private final Path file;
    private final Path javaHome;

    /** Installs the launcher in a directory. */
    Launcher(Path directory, Path temp) throws IOException {
        Path install = Files.createDirectories(directory.resolve("install"));
        Files.createDirectories(install.resolve("target/classes"));
        Files.createDirectories(install.resolve("target/lib"));
        file = executable(install.resolve("push"), Files.readString(Path.of("push")));
        javaHome = install.resolve("java");
        Files.createDirectories(javaHome.resolve("bin"));
        List<String> jvm = CommandRun.jvm(temp);
        String line = jvm.subList(0, jvm.size() - 1).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        executable(
                javaHome.resolve("bin/java"),
                "#!/bin/sh\nwhile [ \"${1##*.}\" != PushCommand ]; do shift; done\nexec " + line + " \"$@\"\n");
    }

    private static Path executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The command line that a shell ends up with. */
    List<String> command(String... arguments) {
        return Stream.concat(Stream.of(file.toString()), Stream.of(arguments)).toList();
    }

    /** What it needs in its environment. */
    Map<String, String> variables() {
        return Map.of("JAVA_HOME", javaHome.toString());
    }
}
