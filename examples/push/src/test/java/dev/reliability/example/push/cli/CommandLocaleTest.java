package dev.reliability.example.push.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.example.push.PushBench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real command where the locale has no UTF-8. What is not ASCII is written by a shell, byte by byte, so that the locale
 * of the tests is of no matter.
 */
class CommandLocaleTest {
    private static final Map<String, String> C = Map.of("LC_ALL", "C");
    private static final List<String> WITH_AN_EVENT = List.of(
            "sh",
            "-c",
            "exec \"$@\" --event \"$(printf '{\"name\":\"k auf\",\"data\":{\"k\":\"Gr\\303\\274\\303\\237e\"}}')\"",
            "sh");
    private static final List<String> IN_A_DIRECTORY = List.of(
            "sh",
            "-c",
            "d=$(printf 'gr\\303\\274n'); mkdir \"$d\"; cd \"$d\"; \"$@\"; code=$?; cd ..; rmdir \"$d\"; exit $code",
            "sh");

    @TempDir
    Path directory;

    private PushBench bench;

    @BeforeEach
    void open() {
        bench = new PushBench(directory).destination("orders");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private CommandRun launched(List<String> by, Map<String, String> locale, String... arguments) throws Exception {
        Launcher launcher = new Launcher(directory, bench.temp());
        List<String> command = new ArrayList<>(by);
        command.addAll(launcher.command(arguments));
        Map<String, String> variables = new HashMap<>(launcher.variables());
        variables.putAll(locale);
        return CommandRun.start(command, directory, variables);
    }

    @ParameterizedTest
    @CsvSource({"C,,", "POSIX,,", ",C,", ",,C", ",,"})
    void push_7_inlineEventWithoutAUtf8Locale_isDeliveredAsItIsWritten(String all, String type, String language)
            throws Exception {
        Map<String, String> locale = new HashMap<>();
        locale.put("LC_ALL", all == null ? "" : all);
        locale.put("LC_CTYPE", type == null ? "" : type);
        locale.put("LANG", language == null ? "" : language);
        CommandRun run = launched(WITH_AN_EVENT, locale, bench.configFile().toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(bench.received("orders"))
                .singleElement()
                .satisfies(request -> assertThat(request.bodyText()).contains("\"k\":\"Gr\u00fc\u00dfe\""));
    }

    @Test
    void push_1_inlineEventThatTheLocaleLost_isRefusedWithAHint() throws Exception {
        CommandRun run = CommandRun.start(
                WITH_AN_EVENT, directory, bench.temp(), C, bench.configFile().toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("push: event is invalid\n")
                .contains("LC_ALL=C.UTF-8", "a file")
                .doesNotContain("\tat ");
        assertThat(bench.received("orders")).isEmpty();
    }

    @Test
    void run_directoryThatTheLocaleCannotName_launcherSetsOneThatCan() throws Exception {
        CommandRun run = launched(IN_A_DIRECTORY, C, bench.configFile().toString(), "--event", PushBench.EVENT);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(bench.received("orders")).hasSize(1);
    }

    /** Newer JVMs can work there, older ones cannot, and say so. */
    @Test
    void push_11_directoryThatTheLocaleCannotName_endsWithoutATrace() throws Exception {
        CommandRun run = CommandRun.start(
                IN_A_DIRECTORY, directory, bench.temp(), C, bench.configFile().toString(), "--event", PushBench.EVENT);
        assertThat(run.exitCode()).isIn(0, 4);
        if (run.process().exitValue() == 4) {
            assertThat(run.err()).startsWith("push: unexpected: ").hasLineCount(1);
        }
        assertThat(run.err()).doesNotContain("\tat ");
    }
}
