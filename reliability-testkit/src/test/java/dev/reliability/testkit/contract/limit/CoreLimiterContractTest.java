package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** Our own limiters keep every rule. */
class CoreLimiterContractTest extends LimiterContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected LimiterAdapter create(LimiterSpec spec, World world) {
        return new CoreLimiter(spec, world);
    }

    @Override
    protected String adapterName() {
        return "RateLimiter and ConcurrencyLimiter";
    }

    @Override
    protected boolean own() {
        return true;
    }
}
