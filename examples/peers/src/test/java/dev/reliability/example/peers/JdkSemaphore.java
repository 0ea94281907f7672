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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A fair {@link Semaphore} of one permit. */
class JdkSemaphore extends MutexContract {
    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        Peers.refuseExtras(spec, unsupported());
        return new Adapter(new Semaphore(1, true), spec.waitNanos());
    }

    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected Set<MutexCapability> unsupported() {
        return EnumSet.complementOf(
                EnumSet.of(MutexCapability.FAIR, MutexCapability.TRANSFER, MutexCapability.NO_REENTRANCE));
    }

    private record Adapter(Semaphore semaphore, long waitNanos) implements MutexAdapter {
        @Override
        public Held acquire(long nanos) throws InterruptedException, MutexTimedOut {
            if (semaphore.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                return semaphore::release;
            }
            throw new MutexTimedOut();
        }

        @Override
        public Held tryAcquire() {
            try { // with a time, as the documentation says, for without one it does not honour fairness
                return semaphore.tryAcquire(0, TimeUnit.NANOSECONDS) ? semaphore::release : null;
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
