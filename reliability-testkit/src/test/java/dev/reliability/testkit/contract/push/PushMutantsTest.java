package dev.reliability.testkit.contract.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.testkit.contract.KillMatrix;
import dev.reliability.testkit.contract.Launch;
import dev.reliability.testkit.rule.Mark;
import dev.reliability.testkit.rule.Rule;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestExecutionResult;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class PushMutantsTest {
    private static final KillMatrix MATRIX = new KillMatrix("PushContract");

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(Defect.values())
                .filter(defect -> defect != Defect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> isKilled(defect)));
    }

    private static void isKilled(Defect defect) {
        PushMutant.defect = defect;
        Map<String, TestExecutionResult> results = deep().run(PushMutant.class, method -> is(method, defect.rule()));
        results.putAll(shallow().run(PushMutant.class, method -> !is(method, defect.rule())));
        MATRIX.add(defect.name(), results);
        assertThat(results).hasSize(14);
        results.forEach((method, result) -> {
            if (is(method, defect.rule())) {
                assertThat(KillMatrix.isKept(result)).as("%s survives", defect).isFalse();
                assertThat(Launch.message(result)).startsWith(defect.rule() + ": expected ");
            }
        });
        assertThat(results.values().stream().filter(KillMatrix::isKept).count())
                .as("rules that %s keeps: %s", defect, results)
                .isGreaterThanOrEqualTo(11);
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        PushMutant.isNull = true;
        try {
            Map<String, TestExecutionResult> results = shallow().run(PushMutant.class, method -> true);
            MATRIX.add("NullPush", results);
            assertThat(results).hasSize(14);
            results.forEach((method, result) -> {
                if (Rule.of(Launch.rule(method)).mark() == Mark.E) {
                    assertThat(KillMatrix.isKept(result)).as(method).isFalse();
                }
                if (!KillMatrix.isKept(result)) {
                    assertThat(Launch.message(result)).startsWith(Launch.rule(method) + ": ");
                }
            });
        } finally {
            PushMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MATRIX.write();
    }

    private static boolean is(String method, String rule) {
        return Launch.rule(method).equals(rule);
    }

    /** Enough tries to meet the defect for certain: all of them where they can be counted. */
    private static Launch deep() {
        return launch().with("reliability.budget", "PT10S");
    }

    /** As many tries as fit a blink, at least one. */
    private static Launch shallow() {
        return launch().with("reliability.budget", "PT0.05S").with("reliability.tries.min", "1");
    }

    private static Launch launch() {
        return new Launch().with("reliability.conformance", "target/mutants").with("reliability.pushes", "60");
    }
}
