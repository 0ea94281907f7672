package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.limit.LimitRefused;
import dev.reliability.testkit.contract.limit.LimiterAdapter;
import dev.reliability.testkit.contract.limit.LimiterCapability;
import dev.reliability.testkit.contract.limit.LimiterContract;
import dev.reliability.testkit.contract.limit.LimiterSpec;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A fair {@link Semaphore} as a limit of how many at a time. */
class JdkSemaphoreLimit extends LimiterContract {
    @Override
    protected LimiterAdapter create(LimiterSpec spec, World world) {
        if (spec.isRate()) {
            throw Peers.refused("a rate");
        }
        return new Adapter(new Semaphore(spec.permits(), true));
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<LimiterCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(LimiterCapability.CONCURRENCY));
    }

    private record Adapter(Semaphore semaphore) implements LimiterAdapter {
        @Override
        public Held acquire(long nanos) throws InterruptedException, LimitRefused {
            if (semaphore.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                return semaphore::release;
            }
            throw new LimitRefused(null, LimitRefused.UNKNOWN);
        }

        @Override
        public Held tryAcquire() {
            return semaphore.tryAcquire() ? semaphore::release : null;
        }
    }
}
