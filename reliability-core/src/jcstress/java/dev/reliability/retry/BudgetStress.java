package dev.reliability.retry;

import dev.reliability.time.TimeSource;
import dev.reliability.time.spi.Seam;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** The account of a retry budget: RETRY-16. */
public final class BudgetStress {
    private static final Seam SEAM = Seam.of(TimeSource.system());

    private BudgetStress() {}

    private static RetryBudget of(int tokens) {
        return RetryBudget.builder().max(tokens).ratio(1).minPerSecond(0).build();
    }

    @JCStressTest
    @Description("One token and two retries: one of them is paid for.")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = Expect.ACCEPTABLE,
            desc = "paid once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "paid twice, or not at all")
    @State
    public static class LastToken {
        private final RetryBudget budget = of(1);

        @Actor
        public void one(ZZ_Result r) {
            r.r1 = budget.tryTake(SEAM);
        }

        @Actor
        public void other(ZZ_Result r) {
            r.r2 = budget.tryTake(SEAM);
        }
    }

    @JCStressTest
    @Description("One of two tokens is taken; a retry takes one and a success earns one: there is one in the end.")
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "the account is exact")
    @Outcome(id = "false", expect = Expect.FORBIDDEN, desc = "a taking or an earning is lost")
    @State
    public static class Account {
        private final RetryBudget budget = of(2);
        private final boolean taken = budget.tryTake(SEAM);

        @Actor
        public void take() {
            boolean unused = budget.tryTake(SEAM);
        }

        @Actor
        public void earn() {
            budget.earn(SEAM);
        }

        @Arbiter
        public void count(Z_Result r) {
            r.r1 = taken && budget.tokens() == 1;
        }
    }
}
