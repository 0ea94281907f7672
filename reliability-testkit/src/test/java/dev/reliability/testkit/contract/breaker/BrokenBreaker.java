package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** A contract that finds BREAKER-5 broken, for the report; not a test of its own. */
public class BrokenBreaker extends CircuitBreakerContract {
    @Override
    protected BreakerAdapter create(BreakerSpec spec, World world) {
        return new ReferenceBreaker(spec, world, BreakerDefect.A_FAILED_PROBE_IS_FORGIVEN);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected String adapterName() {
        return "Breaker that forgives";
    }
}
