package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.TimeMode;

/** Our own time limits keep every rule where only its clock is virtual, too. */
class CoreDeadlineOwnClockTest extends CoreDeadlineContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", own clock";
    }
}
