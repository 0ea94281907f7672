package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Mutants;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class CleanupMutantsTest {
    private static final Mutants MUTANTS = Mutants.inVirtualTime(CleanupMutant.class, "CleanupScopeContract", "CLEANUP")
            .sparing("CLEANUP-10", "CLEANUP-11", "CLEANUP-12");

    @Test
    void reference_keepsEveryRule() {
        CleanupMutant.defect = CleanupDefect.NONE;
        MUTANTS.keepsAll();
    }

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(CleanupDefect.values())
                .filter(defect -> defect != CleanupDefect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> {
                    CleanupMutant.defect = defect;
                    MUTANTS.isKilled(defect.name(), defect.rule());
                }));
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        CleanupMutant.isNull = true;
        try {
            MUTANTS.failsAll("NullScope");
        } finally {
            CleanupMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MUTANTS.write();
    }
}
