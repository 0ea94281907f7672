package dev.reliability.example.peers;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.mutex.MutexAdapter;
import dev.reliability.testkit.contract.mutex.MutexCapability;
import dev.reliability.testkit.contract.mutex.MutexContract;
import dev.reliability.testkit.contract.mutex.MutexSpec;
import dev.reliability.testkit.contract.mutex.MutexTimedOut;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** {@link ReentrantLock}, which waits by the machine's clock. Unfair, as it is by default. */
class JdkLock extends MutexContract {
    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        Peers.refuseExtras(spec, unsupported());
        return new Adapter(new ReentrantLock(isFair()), spec.waitNanos());
    }

    boolean isFair() {
        return false;
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<MutexCapability> unsupported() {
        return EnumSet.allOf(MutexCapability.class);
    }

    private record Adapter(ReentrantLock lock, long waitNanos) implements MutexAdapter {
        @Override
        public Held acquire(long nanos) throws InterruptedException, MutexTimedOut {
            if (lock.tryLock(nanos, TimeUnit.NANOSECONDS)) {
                return lock::unlock;
            }
            throw new MutexTimedOut();
        }

        @Override
        public Held tryAcquire() {
            try { // with a time, as the documentation says, for without one it does not honour fairness
                return lock.tryLock(0, TimeUnit.NANOSECONDS) ? lock::unlock : null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        @Override
        public Object call(Body body) throws Throwable {
            Held held = acquire(waitNanos);
            try {
                return body.run();
            } finally {
                held.close();
            }
        }
    }
}
