package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Mutants;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class DeadlineMutantsTest {
    private static final Mutants MUTANTS = Mutants.inVirtualTime(DeadlineMutant.class, "DeadlineContract", "DEADLINE");

    @Test
    void reference_keepsEveryRule() {
        DeadlineMutant.defect = DeadlineDefect.NONE;
        MUTANTS.keepsAll();
    }

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(DeadlineDefect.values())
                .filter(defect -> defect != DeadlineDefect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> {
                    DeadlineMutant.defect = defect;
                    MUTANTS.isKilled(defect.name(), defect.rule());
                }));
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        DeadlineMutant.isNull = true;
        try {
            MUTANTS.failsAll("NullLimit");
        } finally {
            DeadlineMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MUTANTS.write();
    }
}
