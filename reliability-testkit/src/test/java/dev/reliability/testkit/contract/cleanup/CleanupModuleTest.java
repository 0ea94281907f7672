package dev.reliability.testkit.contract.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The processes of CLEANUP-10, when the tests themselves run on the module path. */
class CleanupModuleTest {
    private static final String KIT = "dev.reliability.testkit";

    @Test
    void cleanup_10_onTheModulePath_isKept() throws Exception {
        assertThat(run("kept")).isEqualTo("CLEANUP-10 is kept in module " + KIT);
    }

    @Test
    void cleanup_10_processThatDoesNotComeUp_isShownWithItsErrorsAndItsCommand() throws Exception {
        assertThat(run("no-such-option"))
                .contains("expected the process to come up, but it said null and ended with 1")
                .contains("Unrecognized option: --no-such-option")
                .contains("-m, " + KIT + "/");
    }

    private static String run(String what) throws Exception {
        String tests = entries(entry -> entry.endsWith("test-classes"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        entries(CleanupModuleTest::isOfTheKit),
                        "--patch-module",
                        KIT + "=" + tests,
                        "-m",
                        KIT + "/" + CleanupModuleMain.class.getName(),
                        what)
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return out.strip();
    }

    /** Main code and libraries: what is left out is used by tests only. */
    private static boolean isOfTheKit(String entry) {
        return !entry.endsWith("test-classes")
                && !entry.contains("archunit")
                && !entry.contains("logback")
                && (entry.endsWith(".jar") || Files.exists(Path.of(entry, "module-info.class")));
    }

    private static String entries(Predicate<String> which) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(which)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
