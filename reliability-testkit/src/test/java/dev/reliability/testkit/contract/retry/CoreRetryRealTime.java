package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;

/** Our own retry keeps every rule in real time, too, if the machine is idle: run by hand. */
@Pace(atLeast = 3)
class CoreRetryRealTime extends CoreRetryContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", real time";
    }
}
