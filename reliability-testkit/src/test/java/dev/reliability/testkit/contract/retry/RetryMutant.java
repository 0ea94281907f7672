package dev.reliability.testkit.contract.retry;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;

/** The contract of whatever {@link RetryMutantsTest} puts in; not a test of its own. */
class RetryMutant extends RetryContract {
    static RetryDefect defect = RetryDefect.NONE;

    /** Whether the adapter does nothing at all. */
    static boolean isNull;

    @Override
    protected RetryAdapter create(RetrySpec spec, World world) {
        return isNull ? new NullRetry() : new ReferenceRetry(spec, world, defect);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.VIRTUAL;
    }

    private static final class NullRetry implements RetryAdapter {
        @Override
        public Object call(Body body) {
            return null;
        }

        @Override
        public Throwable neverRetried(String message) {
            return new IllegalStateException(message);
        }

        @Override
        public Throwable alwaysRetried(String message) {
            return new IllegalStateException(message);
        }
    }
}
