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

/** Every block of Java or XML in the README and in docs is an extract of a file that is compiled and tested, or built with. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern VERSION = Pattern.compile("<version>(.*?)</version>");

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

    private static void expectExtracts(String language, List<String> sources) throws IOException {
        Pattern fence = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL);
        List<Path> pages = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
        pages.add(ROOT.resolve("README.md"));
        List<String> strangers = new ArrayList<>();
        int blocks = 0;
        for (Path page : pages) {
            Matcher matcher = fence.matcher(read(page));
            while (matcher.find()) {
                blocks++;
                String block = flat(matcher.group(1));
                if (sources.stream().noneMatch(source -> source.contains(block))) {
                    strangers.add(ROOT.relativize(page) + ":\n" + block);
                }
            }
        }
        assertThat(strangers).isEmpty();
        assertThat(blocks).as("blocks found").isPositive();
    }

    @Test
    void everyJavaBlock_isAnExtractOfATestedFile() throws Exception {
        List<String> tested = new ArrayList<>();
        for (String module : List.of("reliability-core", "reliability-testkit", "examples")) {
            files(ROOT.resolve(module), ".java").stream()
                    .map(Path::toString)
                    // All of the consumer is there to be shown, and run by .ci/consumer.
                    .filter(file -> file.contains("/src/test/") || file.contains("/examples/consumer/"))
                    .forEach(file -> tested.add(flat(read(Path.of(file)))));
        }
        expectExtracts("java", tested);
    }

    @Test
    void everyXmlBlock_isAnExtractOfAPomThatIsBuiltWith() throws Exception {
        String bom = read(ROOT.resolve("reliability-bom/pom.xml"));
        Matcher version = VERSION.matcher(bom);
        assertThat(version.find()).isTrue();
        expectExtracts(
                "xml",
                List.of(
                        flat(bom.replace("${project.version}", version.group(1))),
                        flat(read(ROOT.resolve("examples/consumer/pom.xml")))));
    }
}
