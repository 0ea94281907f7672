package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.contract.Launch;
import dev.reliability.testkit.contract.Mutants;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class PushMutantsTest {
    private static final Mutants MUTANTS = new Mutants(PushMutant.class, "PushContract", "PUSH", deep(), shallow())
            .sparing("PUSH-4", "PUSH-6", "PUSH-10", "PUSH-11");

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(Defect.values())
                .filter(defect -> defect != Defect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> {
                    PushMutant.defect = defect;
                    MUTANTS.isKilled(defect.name(), defect.rule());
                }));
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        PushMutant.isNull = true;
        try {
            MUTANTS.failsAll("NullPush");
        } finally {
            PushMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MUTANTS.write();
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
