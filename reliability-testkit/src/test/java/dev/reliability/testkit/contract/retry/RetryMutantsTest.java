package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Mutants;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class RetryMutantsTest {
    private static final Mutants MUTANTS =
            Mutants.inVirtualTime(RetryMutant.class, "RetryContract", "RETRY").sparing("RETRY-18");

    @Test
    void reference_keepsEveryRule() {
        RetryMutant.defect = RetryDefect.NONE;
        MUTANTS.keepsAll();
    }

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(RetryDefect.values())
                .filter(defect -> defect != RetryDefect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> {
                    RetryMutant.defect = defect;
                    MUTANTS.isKilled(defect.name(), defect.rule());
                }));
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        RetryMutant.isNull = true;
        try {
            MUTANTS.failsAll("NullRetry");
        } finally {
            RetryMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MUTANTS.write();
    }
}
