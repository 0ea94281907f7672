package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The contract of whatever {@link BreakerMutantsTest} puts in; not a test of its own. */
class BreakerMutant extends CircuitBreakerContract {
    static BreakerDefect defect = BreakerDefect.NONE;
    static boolean isNull;

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected BreakerAdapter create(BreakerSpec spec, World world) {
        return isNull ? new NullBreaker() : new ReferenceBreaker(spec, world, defect);
    }

    /** Does nothing. */
    private static final class NullBreaker implements BreakerAdapter {
        @Override
        public Object call(Body body) {
            return null;
        }

        @Override
        public BreakerState state() {
            return null;
        }
    }
}
