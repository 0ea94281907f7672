package dev.reliability.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of rules.json, whatever was there before. */
class ResultsTest {
    static final Moment MOMENT =
            new Moment(1_500_000, "main", Moment.Kind.OK, 3, "get \"1\"", "\ud83d\ude00 \u0000 \\");
    static final Failure FAILURE =
            new Failure(17, "expected 1, but 2", "expected 1, but 2\n  history:", "mvn test", List.of(MOMENT));

    @TempDir
    Path directory;

    static Result result(String rule, String adapter, String outcome, Failure failure) {
        return new Result(
                rule,
                adapter,
                true,
                "virtual",
                40,
                outcome,
                "2026-01-02T03:04:05Z",
                "17.0.1",
                "-42",
                "40 tries",
                outcome.equals("waived") ? "until issue 3 is mended" : "",
                failure);
    }

    private Path file() {
        return directory.resolve("rules.json");
    }

    @Test
    void results_areReadBackAsTheyWere_inTheOrderOfTheCatalogue() throws IOException {
        Result kept = result("PUSH-2", "Push", "kept", null);
        Result broken = result("RETRY-8", "<Retry> & \"half \ud83d\"", "broken", FAILURE);
        Results.record(directory, kept);
        Results.record(directory, broken);
        assertThat(Results.read(file())).containsExactly(broken, kept);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("index.html", "rules.json", "rules.lock");
        }
    }

    @Test
    void sameRuleAndAdapter_isReplaced() throws IOException {
        Results.record(directory, result("PUSH-2", "Push", "broken", FAILURE));
        Result mended = result("PUSH-2", "Push", "kept", null);
        Results.record(directory, mended);
        assertThat(Results.read(file())).containsExactly(mended);
        Results.show(directory);
        assertThat(directory.resolve("index.html")).content().contains("No rule is broken");
    }

    @Test
    void page_isWrittenAtOnce_thenNotWithEachResult_andWhenTheJvmEnds() throws Exception {
        List<String> pages = List.of(new String(run("3").readAllBytes(), StandardCharsets.UTF_8).split("\n"));
        assertThat(pages).as("how many results the page showed").containsExactly("1", "1", "1");
        assertThat(directory.resolve("index.html")).content().contains("<span class=\"number\">3</span>");
    }

    /** Records results in a JVM of their own, and says what the page shows after each. */
    private InputStream run(String results) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ResultsMain.class.getName(),
                        directory.toString(),
                        results)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.getInputStream();
    }

    @TestFactory
    Stream<DynamicTest> fileThatCannotBeRead_isBegunAnew() {
        return Stream.of("", "{\"results\":[\n{\"rule\":\"PUSH", "[]", "null", "{\"results\":7}", "\0", "{}", "{}{}")
                .map(text -> DynamicTest.dynamicTest(
                        "'" + text + "'", () -> isBegunAnew(text.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void fileOfNoText_isBegunAnew() throws IOException {
        isBegunAnew(new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    }

    private void isBegunAnew(byte[] before) throws IOException {
        Files.write(file(), before);
        Result kept = result("PUSH-2", "Push", "kept", null);
        Results.record(directory, kept);
        assertThat(Results.read(file())).containsExactly(kept);
    }

    @Test
    void lineOfAnOlderVersion_isKeptWithWhatItSays() throws IOException {
        Files.writeString(
                file(),
                "{\"results\":[{\"rule\":\"PUSH-1\",\"adapter\":\"Old\",\"own\":true,\"mode\":\"real\",\"tries\":9,"
                        + "\"outcome\":\"broken\"}]}");
        Results.record(directory, result("PUSH-2", "Push", "kept", null));
        assertThat(Results.read(file())).extracting(Result::adapter).containsExactly("Old", "Push");
        assertThat(directory.resolve("index.html")).content().contains("1 rule is broken", "real, 9 tries");
    }

    @TestFactory
    Stream<DynamicTest> lineThatMeansNothing_isLeftOut_andTheOthersStay() {
        return Stream.of(
                        "{\"rule\":\"NOSUCH-1\",\"tries\":1}",
                        "{\"adapter\":\"no rule\"}",
                        "{\"rule\":\"PUSH-1\",\"tries\":1.5}",
                        "{\"rule\":\"PUSH-1\",\"tries\":1e99}",
                        "{\"rule\":\"PUSH-1\",\"failure\":{\"moments\":[{\"kind\":\"DREAMT\"}]}}",
                        "7")
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    Result kept = result("PUSH-2", "Push", "kept", null);
                    Files.writeString(file(), "{\"results\":[" + line + "," + kept.toJson() + "]}");
                    assertThat(Results.read(file())).containsExactly(kept);
                }));
    }

    @Test
    void threads_loseNoResult() throws Exception {
        List<String> adapters = List.of("a", "b", "c", "d", "e", "f");
        List<Thread> threads = adapters.stream()
                .map(adapter ->
                        new Thread(() -> Results.record(directory, result("PUSH-2", adapter, "kept", null)), adapter))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(Results.read(file())).extracting(Result::adapter).isEqualTo(adapters);
    }
}
