package dev.reliability.example.peers;

import dev.reliability.testkit.contract.mutex.MutexCapability;
import java.util.EnumSet;
import java.util.Set;

/** The fair {@link java.util.concurrent.locks.ReentrantLock}. */
class JdkFairLock extends JdkLock {
    @Override
    boolean isFair() {
        return true;
    }

    @Override
    protected Set<MutexCapability> unsupported() {
        return EnumSet.complementOf(EnumSet.of(MutexCapability.FAIR));
    }
}
