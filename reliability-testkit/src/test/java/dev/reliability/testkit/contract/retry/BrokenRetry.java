package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** A contract that finds RETRY-8 broken, for the report; not a test of its own. */
public class BrokenRetry extends RetryContract {
    @Override
    protected RetryAdapter create(RetrySpec spec, World world) {
        return new ReferenceRetry(spec, world, RetryDefect.SLEEPS_PAST_THE_DEADLINE);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected String adapterName() {
        return "Retry that sleeps too long";
    }
}
