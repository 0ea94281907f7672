package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;

/** Our own limiters keep every rule on the machine's clock, too. */
@Pace(atLeast = 3)
class CoreLimiterRealTimeTest extends CoreLimiterContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", real time";
    }
}
