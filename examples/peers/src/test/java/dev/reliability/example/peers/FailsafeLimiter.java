package dev.reliability.example.peers;

import dev.failsafe.Bulkhead;
import dev.failsafe.RateLimiter;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.limit.LimitRefused;
import dev.reliability.testkit.contract.limit.LimiterAdapter;
import dev.reliability.testkit.contract.limit.LimiterCapability;
import dev.reliability.testkit.contract.limit.LimiterContract;
import dev.reliability.testkit.contract.limit.LimiterSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Bursty rate limiter and bulkhead of Failsafe. */
class FailsafeLimiter extends LimiterContract {
    @Override
    protected LimiterAdapter create(LimiterSpec spec, World world) {
        Peers.refuseExtras(spec);
        return spec.isRate() ? new Rate(spec) : new Concurrency(spec);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<LimiterCapability> unsupported() {
        return EnumSet.of(LimiterCapability.BURST, LimiterCapability.ASYNC);
    }

    private static final class Rate implements LimiterAdapter {
        private final RateLimiter<Object> limiter;

        Rate(LimiterSpec spec) {
            limiter = RateLimiter.burstyBuilder(spec.permits(), Duration.ofNanos(spec.perNanos()))
                    .build();
        }

        @Override
        public Held acquire(long nanos) throws InterruptedException, LimitRefused {
            if (limiter.tryAcquirePermit(Duration.ofNanos(Math.max(0, nanos)))) {
                return () -> {};
            }
            throw new LimitRefused(null, LimitRefused.UNKNOWN);
        }

        @Override
        public Held tryAcquire() {
            return limiter.tryAcquirePermit() ? () -> {} : null;
        }
    }

    private static final class Concurrency implements LimiterAdapter {
        private final Bulkhead<Object> bulkhead;

        Concurrency(LimiterSpec spec) {
            bulkhead = Bulkhead.of(spec.permits());
        }

        @Override
        public Held acquire(long nanos) throws InterruptedException, LimitRefused {
            if (nanos <= 0 ? bulkhead.tryAcquirePermit() : bulkhead.tryAcquirePermit(Duration.ofNanos(nanos))) {
                return bulkhead::releasePermit;
            }
            throw new LimitRefused(null, LimitRefused.UNKNOWN);
        }

        @Override
        public Held tryAcquire() {
            return bulkhead.tryAcquirePermit() ? bulkhead::releasePermit : null;
        }
    }
}
