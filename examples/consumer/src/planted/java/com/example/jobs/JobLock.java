package com.example.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets one job run at a time, first come, first served. Written by hand, and knows nothing of reliability-core. */
public final class JobLock {
    private final Queue<CountDownLatch> waiting = new ArrayDeque<>(); // guarded by this
    private boolean taken; // guarded by this
    private volatile Thread caller; // who is inside call

    /** The right to run. Closed once, by any thread; closing it again does nothing. */
    public final class Turn implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                pass();
            }
        }
    }

    /** Waits for a turn. */
    public Turn acquire(Duration wait) throws InterruptedException, TimeoutException {
        CountDownLatch turn = new CountDownLatch(1);
        synchronized (this) {
            if (!taken) {
                taken = true;
                return new Turn();
            }
            waiting.add(turn);
        }
        if (!turn.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("no turn within " + wait);
        }
        return new Turn();
    }

    /** Takes a turn if nobody has it; null if somebody has. */
    public synchronized Turn tryAcquire() {
        if (taken) {
            return null;
        }
        taken = true;
        return new Turn();
    }

    /** Runs a job in a turn of its own. A job does not run another one inside. */
    public <T> T call(Duration wait, Callable<T> job) throws Exception {
        if (caller == Thread.currentThread()) {
            throw new IllegalStateException("this thread runs a job already");
        }
        try (Turn turn = acquire(wait)) {
            caller = Thread.currentThread();
            try {
                return job.call();
            } finally {
                caller = null;
            }
        }
    }

    private synchronized void pass() {
        CountDownLatch next = waiting.poll();
        if (next == null) {
            taken = false;
        } else {
            next.countDown(); // it stays taken: the turn is handed over
        }
    }
}
