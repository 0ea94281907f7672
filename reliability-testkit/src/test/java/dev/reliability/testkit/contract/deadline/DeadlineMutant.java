package dev.reliability.testkit.contract.deadline;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The contract of whatever {@link DeadlineMutantsTest} puts in; not a test of its own. */
class DeadlineMutant extends DeadlineContract {
    static DeadlineDefect defect = DeadlineDefect.NONE;

    /** Whether the adapter does nothing at all. */
    static boolean isNull;

    @Override
    protected DeadlineAdapter create(DeadlineSpec spec, World world) {
        return isNull ? new NullLimit() : ReferenceLimit.of(spec, world, defect);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    private static final class NullLimit implements DeadlineAdapter {
        @Override
        public Object call(long nanos, Body body) {
            return null;
        }

        @Override
        public DeadlineExceeded exceeded(Throwable failure) {
            return null;
        }
    }
}
