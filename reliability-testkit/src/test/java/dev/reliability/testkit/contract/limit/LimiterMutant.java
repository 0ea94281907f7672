package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The contract of whatever {@link LimiterMutantsTest} puts in; not a test of its own. */
class LimiterMutant extends LimiterContract {
    static LimiterDefect defect = LimiterDefect.NONE;
    static boolean isNull;

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected LimiterAdapter create(LimiterSpec spec, World world) {
        return isNull ? new NullLimiter() : new ReferenceLimiter(spec, world, defect);
    }

    /** Does nothing. */
    private static final class NullLimiter implements LimiterAdapter {
        @Override
        public Held acquire(long nanos) {
            return null;
        }

        @Override
        public Held tryAcquire() {
            return null;
        }
    }
}
