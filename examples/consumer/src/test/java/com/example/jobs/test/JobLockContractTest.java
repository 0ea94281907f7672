package com.example.jobs.test;

import dev.reliability.testkit.contract.TimeMode;
import dev.reliability.testkit.contract.World;
import dev.reliability.testkit.contract.mutex.MutexAdapter;
import dev.reliability.testkit.contract.mutex.MutexCapability;
import dev.reliability.testkit.contract.mutex.MutexContract;
import dev.reliability.testkit.contract.mutex.MutexSpec;
import java.util.EnumSet;
import java.util.Set;

/** The rules of a mutex, tried with {@link com.example.jobs.JobLock}. */
class JobLockContractTest extends MutexContract {
    @Override
    protected TimeMode timeMode() {
        return TimeMode.REAL;
    }

    @Override
    protected MutexAdapter create(MutexSpec spec, World world) {
        return new JobLockAdapter(spec);
    }

    @Override
    protected Set<MutexCapability> unsupported() {
        return EnumSet.complementOf(
                EnumSet.of(MutexCapability.TRANSFER, MutexCapability.NO_REENTRANCE, MutexCapability.FAIR));
    }
}
