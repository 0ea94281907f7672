package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.limit.LimitRefused;
import dev.reliability.testkit.contract.limit.LimiterAdapter;
import dev.reliability.testkit.contract.limit.LimiterCapability;
import dev.reliability.testkit.contract.limit.LimiterContract;
import dev.reliability.testkit.contract.limit.LimiterSpec;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Rate limiter of Resilience4j, which takes a clock: so time is virtual. A permit is reserved, and its wait is waited for
 * outside, as its documentation proposes for callers that do not block.
 */
class Resilience4jRate extends LimiterContract {
    @Override
    protected LimiterAdapter create(LimiterSpec spec, World world) {
        Peers.refuseExtras(spec);
        if (!spec.isRate()) {
            throw Peers.refused("a limit of how many at a time");
        }
        return new Adapter(spec, world);
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.OWN_CLOCK;
    }

    @Override
    protected Set<LimiterCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(LimiterCapability.RATE));
    }

    private static final class Adapter implements LimiterAdapter {
        private final World world;
        private final RateLimiter limiter;

        Adapter(LimiterSpec spec, World world) {
            this.world = world;
            RateLimiterConfig config = RateLimiterConfig.custom()
                    .limitForPeriod(spec.permits())
                    .limitRefreshPeriod(Duration.ofNanos(spec.perNanos()))
                    .build();
            limiter = RateLimiter.of(spec.name(), config, world.time()::nanoTime);
        }

        @Override
        public Held acquire(long nanos) throws InterruptedException, LimitRefused {
            long wait = reserve(Math.max(0, nanos));
            if (wait < 0) {
                throw new LimitRefused(null, LimitRefused.UNKNOWN);
            }
            world.sleep(wait);
            return () -> {};
        }

        @Override
        public Held tryAcquire() {
            return reserve(0) == 0 ? () -> {} : null;
        }

        private synchronized long reserve(long nanos) {
            limiter.changeTimeoutDuration(Duration.ofNanos(nanos));
            return limiter.reservePermission();
        }
    }
}
