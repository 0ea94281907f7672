package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** Our own retry keeps every rule. */
public class CoreRetryContractTest extends RetryContract {
    @Override
    protected RetryAdapter create(RetrySpec spec, World world) {
        return new CoreRetry(spec, world);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    @Override
    protected boolean own() {
        return true;
    }

    @Override
    protected String adapterName() {
        return "Retry";
    }
}
