package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** Our own time limits keep every rule. */
class CoreDeadlineContractTest extends DeadlineContract {
    @Override
    protected DeadlineAdapter create(DeadlineSpec spec, World world) {
        return new CoreDeadline(spec, world);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected boolean own() {
        return true;
    }

    @Override
    protected String adapterName() {
        return "Timeout";
    }
}
