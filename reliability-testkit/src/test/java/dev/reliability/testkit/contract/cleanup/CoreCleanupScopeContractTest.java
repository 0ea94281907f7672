package dev.reliability.testkit.contract.cleanup;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** Our own scope keeps every rule. */
class CoreCleanupScopeContractTest extends CleanupScopeContract {
    @Override
    protected CleanupAdapter create(CleanupSpec spec, World world) {
        return new CoreCleanup(spec, world);
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
        return "CleanupScope";
    }
}
