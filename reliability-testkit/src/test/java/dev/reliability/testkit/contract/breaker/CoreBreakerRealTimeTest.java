package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;

/** Our own breaker keeps every rule on the machine's clock, too. */
@Pace(atLeast = 3)
class CoreBreakerRealTimeTest extends CoreBreakerContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", real time";
    }
}
