package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.TimeMode;

/** Our own breaker keeps every rule where only its clock is virtual, too. */
class CoreBreakerOwnClockTest extends CoreBreakerContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", own clock";
    }
}
