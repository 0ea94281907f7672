package dev.reliability.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.reliability.testkit.json.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;

/** How rules are run, worded, repeated and recorded. */
class ContractTest {
    private static final Pattern REPEAT = Pattern.compile(
            "repeat: mvn test -Dtest='SampleContract#(push_1)_\\*' -Dsurefire\\.failIfNoSpecifiedTests=false"
                    + " -Dreliability\\.seed=(-?\\d+) -Dreliability\\.try=(\\d+)");

    @TempDir
    Path directory;

    @BeforeEach
    void forget() {
        SampleContract.TRIED.clear();
    }

    @Test
    void failure_beginsWithTheRule_andSaysHowToRepeatIt() {
        String message = Launch.message(run(launch(), "push_1_breaksAtSomeNumbers"));
        assertThat(message).startsWith("PUSH-1: [expected no multiple of 7]").contains("\n  rule: An invalid event");
        assertThat(REPEAT.matcher(message).find()).as(message).isTrue();
    }

    @Test
    void failure_ofAnInheritedRule_isRepeatedByBothClasses_notByAnyWhichAModuleIs() {
        String message = Launch.message(launch().run(SlowContract.class, "push_1_breaksAtSomeNumbers"::equals)
                .get("push_1_breaksAtSomeNumbers"));
        assertThat(message).contains("-Dtest='ContractTest$SlowContract#push_1_*,SampleContract#push_1_*' ");
    }

    @Test
    void failure_thrownByTheAdapter_beginsWithTheRule() {
        assertThat(Launch.message(run(launch(), "push_5_throws")))
                .startsWith("PUSH-5: threw java.lang.IllegalStateException: number");
    }

    @Test
    void repetition_begins_withTheTryThatFailed() {
        Matcher repeat = REPEAT.matcher(Launch.message(run(launch(), "push_1_breaksAtSomeNumbers")));
        assertThat(repeat.find()).isTrue();
        int failed = Integer.parseInt(repeat.group(3));
        List<Integer> first = List.copyOf(SampleContract.TRIED);
        SampleContract.TRIED.clear();
        Predicate<String> filter = method -> method.startsWith(repeat.group(1) + "_");
        Map<String, TestExecutionResult> again = launch().with(Settings.SEED, repeat.group(2))
                .with(Settings.TRY, repeat.group(3))
                .run(SampleContract.class, filter);
        assertThat(again).hasSize(1);
        assertThat(again.values()).noneMatch(KillMatrix::isKept);
        assertThat(SampleContract.TRIED).isEqualTo(first.subList(failed - 1, first.size()));
        assertThat(directory.resolve("rules.json")).content().as("not recorded").contains("\"tries\":" + failed);
    }

    @Test
    void repetition_beyondTheLastTry_fails() {
        TestExecutionResult result = run(launch().with(Settings.SEED, "1").with(Settings.TRY, "2000"), "push_2_isKept");
        assertThat(Launch.message(result)).startsWith("PUSH-2: no try was carried out");
    }

    @Test
    void budget_usedUp_endsAfterTheLeastTries() throws IOException {
        run(launch().with("reliability.budget", "PT0S"), "push_2_isKept");
        assertThat(SampleContract.TRIED).hasSize(4);
        assertThat(results()).containsOnly(entry("PUSH-2", "kept real 4"));
    }

    @Test
    void budget_usedUp_endsAfterTheTriesThatTheTestClassStates() throws IOException {
        launch().with("reliability.budget", "PT0S").run(SlowContract.class, "push_2_isKept"::equals);
        assertThat(SampleContract.TRIED).hasSize(3);
    }

    /** Whose tries take long. */
    @Pace(atLeast = 3)
    static class SlowContract extends SampleContract {}

    @Test
    void budget_left_endsAfterTheTriesOfTheUser() throws IOException {
        run(launch().with("reliability.budget", "PT1M").tries(25), "push_2_isKept");
        assertThat(results()).containsOnly(entry("PUSH-2", "kept real 25"));
    }

    @Test
    void everyOtherTry_isSimulated_asFarAsThatCanBe() throws IOException {
        assertThat(ranOn("push_1_canBeSimulated")).containsExactly("simulation", "threads", "simulation", "threads");
        assertThat(ranOn("push_2_isNotToBe")).containsExactly("threads", "threads", "threads", "threads");
        assertThat(ranOn("push_5_blocksOnAMonitor"))
                .containsExactly("simulation", "threads", "threads", "threads", "threads");
        assertThat(results())
                .containsOnly(
                        entry("PUSH-1", "kept simulated 4"),
                        entry("PUSH-2", "kept virtual 4"),
                        entry("PUSH-5", "kept virtual 4"));
    }

    private List<String> ranOn(String rule) {
        SimulatedSample.RAN_ON.clear();
        launch().tries(4).run(SimulatedSample.class, rule::equals);
        return List.copyOf(SimulatedSample.RAN_ON);
    }

    @Test
    void everyOutcome_isRecorded_andOneFileHasAll() throws IOException {
        Map<String, TestExecutionResult> results = launch().tries(20).run(SampleContract.class, method -> true);
        launch().tries(20).run(WrongWaivers.class, method -> method.startsWith("push_2_"));
        assertThat(results).hasSize(7);
        assertThat(results())
                .contains(
                        entry("PUSH-3", "waived real 0"),
                        entry("PUSH-4", "refused process 20"),
                        entry("PUSH-5", "broken real 1"),
                        entry("RETRY-22", "broken real 1"));
        assertThat(results.get("push_3_isWaived").getStatus()).isEqualTo(TestExecutionResult.Status.ABORTED);
        assertThat(Launch.message(results.get("push_3_isWaived")))
                .isEqualTo("PUSH-3 is waived: until issue 3 is mended");
        assertThat(KillMatrix.isKept(results.get("retry_22_shouldButDoesNot")))
                .as("marked S")
                .isTrue();
        assertThat(KillMatrix.isKept(results.get("aPropertyOfTheUsersOwn"))).isTrue();
    }

    @Test
    void failure_isReported_withTheHistoryOfTheShrunkTry() throws IOException {
        Map<String, TestExecutionResult> results = launch().tries(200).run(ShrinkingContract.class, method -> true);
        Map<?, ?> failure = (Map<?, ?>) only().get("failure");
        String message = Launch.message(results.get("push_1_breaksFromSomeNumberOn"));
        String summary = String.valueOf(failure.get("summary"));
        assertThat(summary).isEqualTo("expected at most 99, but it was 100");
        assertThat(message).startsWith("PUSH-1: " + summary);
        assertThat((List<?>) failure.get("moments"))
                .extracting(moment -> ((Map<?, ?>) moment).get("what"))
                .as("those of the shrunk try")
                .isEqualTo(List.of("the number is 100", "expected at most 99"));
        assertThat(message)
                .contains("\n  repeat: " + failure.get("repeat"))
                .contains(String.valueOf(only().get("seed")));
        assertThat(directory.resolve("index.html")).content().contains("the number is 100", "1 rule is broken");
    }

    /** Whose failure shrinks. */
    static class ShrinkingContract extends TimedContract<Mode> {
        @Property
        void push_1_breaksFromSomeNumberOn(@ForAll @IntRange(max = 1_000_000) int number) throws Throwable {
            inWorld(world -> {
                world.record("the number is " + number);
                world.history().expect(number < 100, "at most 99", "it was " + number);
            });
        }

        @Override
        protected TimeMode timeMode() {
            return TimeMode.VIRTUAL;
        }
    }

    private Map<?, ?> only() throws IOException {
        Map<?, ?> document = (Map<?, ?>) Json.read(Files.readString(directory.resolve("rules.json")));
        assertThat((List<?>) document.get("results")).hasSize(1);
        return (Map<?, ?>) ((List<?>) document.get("results")).get(0);
    }

    @Test
    void waiver_withoutReason_fails() {
        TestExecutionResult result = launch().run(WrongWaivers.class, method -> method.startsWith("push_3_"))
                .get("push_3_isWaived");
        assertThat(Launch.message(result)).contains("the waiver of PUSH-3 must have a reason");
    }

    @Test
    void guard_withTheEngine_isGreen() throws Exception {
        assertThat(guard(entry -> true)).isEqualTo("1 green, 0 red");
    }

    @Test
    void guard_withoutTheEngine_isRed() throws Exception {
        assertThat(guard(entry -> !entry.contains("jqwik-engine")))
                .startsWith("0 green, 1 red")
                .contains("the jqwik engine is missing from the test class path");
    }

    /** Runs {@link GuardMain} with a part of this class path. */
    private static String guard(Predicate<String> entries) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entries)
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        GuardMain.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return out.strip();
    }

    private Launch launch() {
        return new Launch().with("reliability.conformance", directory.toString());
    }

    private static TestExecutionResult run(Launch launch, String method) {
        return launch.run(SampleContract.class, method::equals).get(method);
    }

    private Map<String, String> results() throws IOException {
        Map<?, ?> document = (Map<?, ?>) Json.read(Files.readString(directory.resolve("rules.json")));
        return ((List<?>) document.get("results"))
                .stream()
                        .map(result -> (Map<?, ?>) result)
                        .filter(result -> String.valueOf(result.get("adapter")).contains("Sample"))
                        .collect(Collectors.toMap(
                                result -> String.valueOf(result.get("rule")),
                                result ->
                                        result.get("outcome") + " " + result.get("mode") + " " + result.get("tries")));
    }
}
