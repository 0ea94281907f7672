package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.limit.LimitRefused;
import dev.reliability.testkit.contract.limit.LimiterAdapter;
import dev.reliability.testkit.contract.limit.LimiterCapability;
import dev.reliability.testkit.contract.limit.LimiterContract;
import dev.reliability.testkit.contract.limit.LimiterSpec;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Semaphore bulkhead of Resilience4j, fair as by default. How long a caller waits is a setting of the bulkhead, not of the call. */
class Resilience4jBulkhead extends LimiterContract {
    @Override
    protected LimiterAdapter create(LimiterSpec spec, World world) {
        if (spec.isRate()) {
            throw Peers.refused("a rate");
        }
        return new Adapter(spec);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<LimiterCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(LimiterCapability.CONCURRENCY));
    }

    private static final class Adapter implements LimiterAdapter {
        private final LimiterSpec spec;
        private final Bulkhead bulkhead;

        Adapter(LimiterSpec spec) {
            this.spec = spec;
            bulkhead = Bulkhead.of(spec.name(), waiting(Duration.ZERO));
        }

        private BulkheadConfig waiting(Duration most) {
            return BulkheadConfig.custom()
                    .maxConcurrentCalls(spec.permits())
                    .maxWaitDuration(most)
                    .build();
        }

        @Override
        public Held acquire(long nanos) throws InterruptedException, LimitRefused {
            bulkhead.changeConfig(waiting(Duration.ofNanos(Math.max(0, nanos))));
            if (bulkhead.tryAcquirePermission()) {
                return bulkhead::onComplete;
            }
            if (Thread.interrupted()) { // it gives up then, and leaves the flag set
                throw new InterruptedException();
            }
            throw new LimitRefused(null, LimitRefused.UNKNOWN);
        }

        @Override
        public Held tryAcquire() {
            bulkhead.changeConfig(waiting(Duration.ZERO));
            return bulkhead.tryAcquirePermission() ? bulkhead::onComplete : null;
        }
    }
}
