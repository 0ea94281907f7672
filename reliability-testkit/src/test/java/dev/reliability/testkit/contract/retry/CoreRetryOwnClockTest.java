package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.TimeMode;

/** Our own retry keeps every rule where only its clock is virtual, too. */
class CoreRetryOwnClockTest extends CoreRetryContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", own clock";
    }
}
