package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Pace;
import dev.reliability.testkit.contract.TimeMode;

/** Our own time limits keep every rule on the machine's clock, too. */
@Pace(atLeast = 3)
class CoreDeadlineRealTimeTest extends CoreDeadlineContractTest {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected String adapterName() {
        return super.adapterName() + ", real time";
    }
}
