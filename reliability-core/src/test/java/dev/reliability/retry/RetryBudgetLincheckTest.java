package dev.reliability.retry;

import dev.reliability.Interleavings;
import dev.reliability.time.spi.Seam;
import dev.reliability.time.spi.SteppedSeam;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every interleaving of takings and earnings keeps the account exact. The floor is left out: it depends on time. */
@Tag("lincheck")
class RetryBudgetLincheckTest {
    @Test
    void retry_16_theBudgetIsLinearizable() {
        Interleavings.areLinearizable(Budget.class, Account.class);
    }

    @Test
    void retry_16_aTakingInTwoStepsIsFound() {
        Interleavings.areBrokenIn(Careless.class, Account.class);
    }

    public static final class Budget {
        private final Seam seam = new SteppedSeam();
        private final RetryBudget budget =
                RetryBudget.builder().max(2).ratio(0.5).minPerSecond(0).build();

        @Operation
        public boolean take() {
            return budget.tryTake(seam);
        }

        @Operation
        public void earn() {
            budget.earn(seam);
        }

        @Operation
        public void giveBack() {
            budget.giveBack(seam);
        }

        @Operation
        public double tokens() {
            return budget.tokens();
        }
    }

    /** The specification, in halves of a token. */
    public static final class Account {
        private int halves = 4;

        public boolean take() {
            boolean paid = halves >= 2;
            halves -= paid ? 2 : 0;
            return paid;
        }

        public void earn() {
            halves = Math.min(4, halves + 1);
        }

        public void giveBack() {
            halves = Math.min(4, halves + 2);
        }

        public double tokens() {
            return halves / 2.0;
        }
    }

    /** Looks and takes in two steps. */
    public static final class Careless {
        private volatile int halves = 4;

        @Operation
        public boolean take() {
            int seen = halves;
            if (seen < 2) {
                return false;
            }
            halves = seen - 2;
            return true;
        }

        @Operation
        public double tokens() {
            return halves / 2.0;
        }
    }
}
