package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The reference keeps every rule. */
class ReferenceMutexTest extends MutexContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        return new ReferenceMutex(spec, world, MutexDefect.NONE);
    }

    @Override
    protected String adapterName() {
        return "ReferenceMutex";
    }
}
