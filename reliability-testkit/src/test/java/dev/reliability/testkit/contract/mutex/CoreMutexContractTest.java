package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** Our own mutex keeps every rule. */
public class CoreMutexContractTest extends MutexContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        return new CoreMutex(spec, world);
    }

    @Override
    protected String adapterName() {
        return "TimedMutex";
    }

    @Override
    protected boolean own() {
        return true;
    }
}
