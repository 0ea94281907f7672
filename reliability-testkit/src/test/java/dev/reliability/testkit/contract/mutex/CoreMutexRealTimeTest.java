package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** Our own mutex keeps every rule on the machine's clock, too. */
class CoreMutexRealTimeTest extends MutexContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        return new CoreMutex(spec, world);
    }

    @Override
    protected String adapterName() {
        return "TimedMutex, real time";
    }

    @Override
    protected boolean own() {
        return true;
    }
}
