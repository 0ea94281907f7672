package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;

/** Our own mutex keeps every rule on the machine's clock, too. */
@Pace(atLeast = 3)
class CoreMutexRealTimeTest extends CoreMutexContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", real time";
    }
}
