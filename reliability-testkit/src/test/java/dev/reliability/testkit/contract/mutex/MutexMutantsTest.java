package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Mutants;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract finds each planted defect by the rule that it breaks, and little else wrong with the mutant. */
class MutexMutantsTest {
    private static final Mutants MUTANTS =
            Mutants.inVirtualTime(MutexMutant.class, "MutexContract", "MUTEX").sparing("MUTEX-13");

    @TestFactory
    Stream<DynamicTest> mutant_isKilledByItsRule() {
        return Arrays.stream(MutexDefect.values())
                .filter(defect -> defect != MutexDefect.NONE)
                .map(defect -> DynamicTest.dynamicTest(defect + " by " + defect.rule(), () -> {
                    MutexMutant.defect = defect;
                    MUTANTS.isKilled(defect.name(), defect.rule());
                }));
    }

    @Test
    void reference_keepsEveryRule() {
        MutexMutant.defect = MutexDefect.NONE;
        MUTANTS.keepsAll();
    }

    @Test
    void nullAdapter_failsEveryRuleForEveryAdapter() {
        MutexMutant.isNull = true;
        try {
            MUTANTS.failsAll("NullMutex");
        } finally {
            MutexMutant.isNull = false;
        }
    }

    @AfterAll
    static void write() throws IOException {
        MUTANTS.write();
    }
}
