package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;

/** Our own retry keeps every rule on the machine's clock, too. */
@Pace(atLeast = 3)
class CoreRetryRealTimeTest extends CoreRetryContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", real time";
    }
}
