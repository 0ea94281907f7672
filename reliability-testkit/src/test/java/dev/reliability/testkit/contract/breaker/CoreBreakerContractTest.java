package dev.reliability.testkit.contract.breaker;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** Our own breaker keeps every rule. */
public class CoreBreakerContractTest extends CircuitBreakerContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected BreakerAdapter create(BreakerSpec spec, World world) {
        return new CoreBreaker(spec, world);
    }

    @Override
    protected String adapterName() {
        return "CircuitBreaker";
    }

    @Override
    protected boolean own() {
        return true;
    }
}
