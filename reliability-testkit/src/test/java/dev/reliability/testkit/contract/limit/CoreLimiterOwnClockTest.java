package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.TimeMode;

/** Our own limiters keep every rule where only its clock is virtual, too. */
class CoreLimiterOwnClockTest extends CoreLimiterContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", own clock";
    }
}
