package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.TimeMode;

/** Our own mutex keeps every rule where only its clock is virtual, too. */
class CoreMutexOwnClockTest extends CoreMutexContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", own clock";
    }
}
