package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Mutants;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class BreakerMutantsTest {
    private static final Mutants MUTANTS = Mutants.inVirtualTime(
                    BreakerMutant.class, "CircuitBreakerContract", "BREAKER")
            .sparing("BREAKER-13");

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(BreakerDefect.values())
                .filter(defect -> defect != BreakerDefect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> {
                    BreakerMutant.defect = defect;
                    MUTANTS.isKilled(defect.name(), defect.rule());
                }));
    }

    @Test
    void reference_keepsEveryRule() {
        BreakerMutant.defect = BreakerDefect.NONE;
        MUTANTS.keepsAll();
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        BreakerMutant.isNull = true;
        try {
            MUTANTS.failsAll("NullBreaker");
        } finally {
            BreakerMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MUTANTS.write();
    }
}
