package com.example.jobs.test;

import com.example.jobs.JobLock;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Unsupported;
import dev.reliability.testkit.contract.mutex.MutexAdapter;
import dev.reliability.testkit.contract.mutex.MutexSpec;
import dev.reliability.testkit.contract.mutex.MutexTimedOut;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Lets the contract drive {@link JobLock}. */
final class JobLockAdapter implements MutexAdapter {
    private final JobLock lock = new JobLock();
    private final Duration wait;

    JobLockAdapter(MutexSpec spec) {
        if (spec.starvationNanos() > 0 || spec.isTiming() || spec.reportAfterNanos() > 0) {
            throw new Unsupported("options");
        }
        wait = Duration.ofNanos(spec.waitNanos());
    }

    @Override
    public Held acquire(long nanos) throws InterruptedException, MutexTimedOut {
        try {
            return lock.acquire(Duration.ofNanos(nanos))::close;
        } catch (TimeoutException e) {
            throw new MutexTimedOut(null, e);
        }
    }

    @Override
    public Held tryAcquire() {
        JobLock.Turn turn = lock.tryAcquire();
        return turn == null ? null : turn::close;
    }

    @Override
    public Object call(Body body) throws Throwable {
        try {
            return lock.call(wait, body.asCallable());
        } catch (TimeoutException e) {
            throw new MutexTimedOut(null, e);
        }
    }
}
