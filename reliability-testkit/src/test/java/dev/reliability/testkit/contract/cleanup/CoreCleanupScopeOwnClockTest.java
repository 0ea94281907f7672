package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.TimeMode;

/** Our own scope keeps every rule where only its clock is virtual, too. */
class CoreCleanupScopeOwnClockTest extends CoreCleanupScopeContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", own clock";
    }
}
