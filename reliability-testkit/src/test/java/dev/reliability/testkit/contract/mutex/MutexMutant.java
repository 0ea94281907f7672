package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The contract of whatever {@link MutexMutantsTest} puts in; not a test of its own. */
class MutexMutant extends MutexContract {
    static MutexDefect defect = MutexDefect.NONE;
    static boolean isNull;

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        return isNull ? new NullMutex() : new ReferenceMutex(spec, world, defect);
    }

    /** Does nothing. */
    private static final class NullMutex implements MutexAdapter {
        @Override
        public Held acquire(long nanos) {
            return null;
        }

        @Override
        public Held tryAcquire() {
            return null;
        }

        @Override
        public Object call(Body body) {
            return null;
        }
    }
}
