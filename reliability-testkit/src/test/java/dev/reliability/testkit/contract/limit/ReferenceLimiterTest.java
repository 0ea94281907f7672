package dev.reliability.testkit.contract.limit;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The reference keeps every rule. */
class ReferenceLimiterTest extends LimiterContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected LimiterAdapter create(LimiterSpec spec, World world) {
        return new ReferenceLimiter(spec, world, LimiterDefect.NONE);
    }

    @Override
    protected String adapterName() {
        return "ReferenceLimiter";
    }
}
