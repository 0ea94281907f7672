package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;

/** Our own scope keeps every rule on the machine's clock, too. */
@Pace(atLeast = 3)
class CoreCleanupScopeRealTimeTest extends CoreCleanupScopeContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", real time";
    }
}
