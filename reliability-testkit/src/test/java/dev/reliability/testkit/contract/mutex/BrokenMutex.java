package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** A contract that finds MUTEX-6 broken, for the report; not a test of its own. */
public class BrokenMutex extends MutexContract {
    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        return new ReferenceMutex(spec, world, MutexDefect.SECOND_CLOSE_FREES);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected String adapterName() {
        return "Mutex that is freed twice";
    }
}
