package dev.reliability.image;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged module in a run-time image that holds it, {@code java.base} and a program, and nothing else. */
class RuntimeImageIT {
    private static final Path CORE = Path.of(System.getProperty("core.jar"));
    private static final Path PROGRAM = Path.of("src/test/java/dev/reliability/image/Tour.java");

    @TempDir
    Path place;

    /** Runs a tool of the JDK that runs the tests. */
    private static String tool(String name, Object... arguments) {
        ToolProvider tool = ToolProvider.findFirst(name)
                .orElseThrow(() -> new AssertionError("no " + name + ": the tests need a JDK, not a JRE"));
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
        assertThat(tool.run(writer, writer, words)).as("%s: %s", name, output).isZero();
        return output.toString();
    }

    private Path image() throws Exception {
        Path module =
                Files.writeString(place.resolve("module-info.java"), "module tour { requires dev.reliability.core; }");
        Path classes = place.resolve("tour");
        tool("javac", "--release", 17, "--module-path", CORE, "-d", classes, module, PROGRAM);
        Path image = place.resolve("image");
        String modules = CORE + System.getProperty("path.separator") + classes;
        tool("jlink", "--module-path", modules, "--add-modules", "tour", "--output", image);
        return image;
    }

    private List<String> run(Path image, String... arguments) throws Exception {
        Path output = place.resolve("output");
        List<String> command =
                new ArrayList<>(List.of(image.resolve("bin").resolve("java").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, SECONDS)).as("%s ended", command).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as("%s: %s", command, lines).isZero();
        return lines;
    }

    @Test
    void everyPrimitiveWorksWithJavaBaseAlone() throws Exception {
        Path image = image();
        assertThat(run(image, "--list-modules"))
                .extracting(line -> line.replaceFirst("@.*", ""))
                .containsExactlyInAnyOrder("java.base", "dev.reliability.core", "tour");
        assertThat(run(image, "--module", "tour/dev.reliability.image.Tour"))
                .containsExactly(
                        "retry",
                        "http",
                        "breaker",
                        "mutex",
                        "limits",
                        "deadline",
                        "timeout",
                        "async",
                        "cleanup",
                        "shutdown");
    }
}
