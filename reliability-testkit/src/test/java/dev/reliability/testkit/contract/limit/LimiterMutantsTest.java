package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Mutants;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class LimiterMutantsTest {
    private static final Mutants MUTANTS = Mutants.inVirtualTime(LimiterMutant.class, "LimiterContract", "LIMIT");

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(LimiterDefect.values())
                .filter(defect -> defect != LimiterDefect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> {
                    LimiterMutant.defect = defect;
                    MUTANTS.isKilled(defect.name(), defect.rule());
                }));
    }

    @Test
    void reference_keepsEveryRule() {
        LimiterMutant.defect = LimiterDefect.NONE;
        MUTANTS.keepsAll();
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        LimiterMutant.isNull = true;
        try {
            MUTANTS.failsAll("NullLimiter");
        } finally {
            LimiterMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MUTANTS.write();
    }
}
