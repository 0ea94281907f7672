package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The reference keeps every rule. */
class ReferenceBreakerTest extends CircuitBreakerContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected BreakerAdapter create(BreakerSpec spec, World world) {
        return new ReferenceBreaker(spec, world, BreakerDefect.NONE);
    }

    @Override
    protected String adapterName() {
        return "ReferenceBreaker";
    }
}
