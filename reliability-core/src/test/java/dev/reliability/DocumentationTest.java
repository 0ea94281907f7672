package dev.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every block of Java in the README and in docs is an extract of a file that is compiled and tested. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without indentation and empty lines. */
    private static String flat(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyJavaBlock_isAnExtractOfATestedFile() throws Exception {
        List<String> tested = new ArrayList<>();
        for (Path module : List.of(
                ROOT.resolve("reliability-core"), ROOT.resolve("reliability-testkit"), ROOT.resolve("examples"))) {
            files(module, ".java").stream()
                    .filter(file -> file.toString().contains("/src/test/"))
                    .forEach(file -> tested.add(flat(read(file))));
        }
        List<Path> pages = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
        pages.add(ROOT.resolve("README.md"));
        List<String> strangers = new ArrayList<>();
        int blocks = 0;
        for (Path page : pages) {
            Matcher matcher = JAVA.matcher(read(page));
            while (matcher.find()) {
                blocks++;
                String block = flat(matcher.group(1));
                if (tested.stream().noneMatch(file -> file.contains(block))) {
                    strangers.add(ROOT.relativize(page) + ":\n" + block);
                }
            }
        }
        assertThat(strangers).isEmpty();
        assertThat(blocks).as("blocks found").isPositive();
    }
}
