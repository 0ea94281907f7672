package dev.reliability.testkit.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Records results, and says after each how many the page shows: a JVM that ends right after the last one. */
final class ResultsMain {
    private ResultsMain() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        for (String adapter : List.of("a", "b", "c").subList(0, Integer.parseInt(args[1]))) {
            Results.record(directory, ResultsTest.result("PUSH-2", adapter, "kept", null));
            String page = Files.readString(directory.resolve("index.html"));
            System.out.println(page.split("<td role=\"cell\">", -1).length - 1);
        }
    }
}
