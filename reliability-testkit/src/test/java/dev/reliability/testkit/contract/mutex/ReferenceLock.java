package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Linger;
import dev.reliability.time.spi.Alarm;
import dev.reliability.time.spi.Seam;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The lock of {@link ReferenceMutex}: all that is decided is decided under its monitor. It has one defect, or none. */
final class ReferenceLock {
    static final int NOBODY = 0;

    /** Somebody in the queue. */
    static final class Waiter {
        final Thread thread = Thread.currentThread();
        final CompletableFuture<Integer> future; // null: a thread that waits itself
        final long sinceNanos;
        int turn = NOBODY; // the number of the hold that it was given
        boolean woken;

        Waiter(CompletableFuture<Integer> future, long sinceNanos) {
            this.future = future;
            this.sinceNanos = sinceNanos;
        }
    }

    final Seam seam;
    private final MutexSpec spec;
    private final MutexDefect defect;
    private final Executor executor;
    private final List<String> reports;
    private final long bornNanos;

    // Guarded by this.
    private final Deque<Waiter> queue = new ArrayDeque<>();
    private int holds; // ever
    private int held = NOBODY;
    private Thread holder;
    private long heldSinceNanos;
    private Thread lastWaiter;

    ReferenceLock(MutexSpec spec, MutexDefect defect, Seam seam, Executor executor, List<String> reports) {
        this.spec = spec;
        this.defect = defect;
        this.seam = seam;
        this.executor = executor;
        this.reports = reports;
        this.bornNanos = seam.nanoTime();
    }

    private boolean has(MutexDefect other) {
        return defect == other;
    }

    /** The number of a new hold, or NOBODY. */
    int tryTake() {
        if (has(MutexDefect.TAKES_WITHOUT_LOOKING_AGAIN)) {
            if (isHeld()) {
                return NOBODY;
            }
            Linger.aWhile();
            return take(Thread.currentThread());
        }
        synchronized (this) {
            return held == NOBODY && !(spec.isFair() && !queue.isEmpty()) ? take(Thread.currentThread()) : NOBODY;
        }
    }

    private synchronized int take(Thread thread) {
        held = ++holds;
        holder = thread;
        heldSinceNanos = seam.nanoTime();
        watch(held);
        return held;
    }

    private void watch(int hold) {
        if (spec.reportAfterNanos() > 0 && !has(MutexDefect.KEEPS_A_LONG_HOLD_SECRET)) {
            seam.schedule(new Watch(hold), heldSinceNanos + spec.reportAfterNanos());
        }
    }

    /** Looks whether a hold still lasts. */
    private final class Watch extends Alarm {
        private final int hold;

        Watch(int hold) {
            this.hold = hold;
        }

        @Override
        protected void ring() {
            if (isHeldBy(hold)) {
                reports.add(holderName());
                if (has(MutexDefect.STEALS_A_LONG_HOLD)) {
                    release(hold);
                }
            }
        }
    }

    int take(long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        int hold = tryTake();
        if (hold != NOBODY || nanos <= 0) {
            return hold;
        }
        long start = seam.nanoTime();
        Waiter waiter = join(null, start);
        while (waiter.turn == NOBODY) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            long left = has(MutexDefect.HUGE_WAIT_OVERFLOWS)
                    ? start + nanos < 0 ? 0 : nanos - (seam.nanoTime() - start)
                    : nanos - (seam.nanoTime() - start);
            if (interrupted || left <= 0) {
                return giveUp(waiter, interrupted);
            }
            seam.parkNanos(this, left);
            if (has(MutexDefect.WAIT_BEGINS_AGAIN) && seam.nanoTime() - start < nanos) {
                start = seam.nanoTime();
            }
            if (has(MutexDefect.WAKE_UP_ENDS_THE_WAIT)) {
                start -= Long.MAX_VALUE / 2;
            }
            if (!has(MutexDefect.TURN_DIES_WITH_THE_WAITER)
                    || !Thread.currentThread().isInterrupted()) {
                compete(waiter);
            }
        }
        return ended(waiter, nanos - (seam.nanoTime() - start));
    }

    private int ended(Waiter waiter, long left) throws InterruptedException {
        if (has(MutexDefect.THROWS_WHAT_IT_HOLDS) && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return has(MutexDefect.TIMES_OUT_WITH_WHAT_IT_HOLDS) && left <= 0 ? NOBODY : waiter.turn;
    }

    private synchronized Waiter join(CompletableFuture<Integer> future, long now) {
        Waiter waiter = new Waiter(future, now);
        if (has(MutexDefect.LAST_IN_FIRST_OUT)) {
            queue.addFirst(waiter);
        } else {
            queue.addLast(waiter);
        }
        if (future == null) {
            lastWaiter = waiter.thread;
        }
        if (held == NOBODY) {
            serve(waiter);
        }
        return waiter;
    }

    /** One that was woken takes what is free, if it is the first. */
    private synchronized void compete(Waiter waiter) {
        waiter.woken = false;
        if (waiter.turn == NOBODY && held == NOBODY && queue.peekFirst() == waiter) {
            serve(waiter);
        }
    }

    private void serve(Waiter waiter) {
        queue.remove(waiter);
        waiter.turn = take(waiter.thread);
    }

    private int giveUp(Waiter waiter, boolean interrupted) throws InterruptedException {
        if (waiter.turn != NOBODY || !leave(waiter, interrupted)) {
            return ended(waiter, 0);
        }
        if (interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        return NOBODY;
    }

    /** Takes a waiter, that was called off or timed out, out of the queue; false if it has the lock. */
    boolean leave(Waiter waiter, boolean called) {
        Waiter next;
        synchronized (this) {
            if (waiter.turn != NOBODY) {
                return false;
            }
            if (called && has(MutexDefect.HANDS_TO_THE_GONE)) {
                return true;
            }
            queue.remove(waiter);
            boolean silent = has(MutexDefect.TURN_DIES_WITH_THE_WAITER) && waiter.woken;
            next = held == NOBODY && !silent ? queue.peekFirst() : null;
            if (next != null) {
                prepare(next);
            }
        }
        tell(next);
        return true;
    }

    /** Waits without a thread. */
    Runnable takeAsync(CompletableFuture<Integer> future, long nanos, Runnable timedOut) {
        long start = seam.nanoTime();
        int hold = tryTake();
        if (hold != NOBODY) {
            future.complete(hold);
            return () -> {};
        }
        Waiter waiter = join(future, start);
        if (waiter.turn != NOBODY) {
            future.complete(waiter.turn);
            return () -> {};
        }
        Alarm alarm = new Alarm() {
            @Override
            protected void ring() {
                if (leave(waiter, false)) {
                    timedOut.run();
                }
            }
        };
        seam.schedule(alarm, start + Math.min(nanos, Long.MAX_VALUE / 4));
        return () -> {
            seam.cancel(alarm);
            leave(waiter, true);
        };
    }

    void release(int hold) {
        Waiter next;
        synchronized (this) {
            if (held == NOBODY || (held != hold && !has(MutexDefect.SECOND_CLOSE_FREES))) {
                return;
            }
            if (has(MutexDefect.CLOSE_ELSEWHERE_IS_IGNORED) && holder != Thread.currentThread()) {
                return;
            }
            held = NOBODY;
            holder = null;
            next = next();
            if (next != null) {
                prepare(next);
            }
        }
        tell(next);
    }

    private Waiter next() {
        if (has(MutexDefect.ASYNC_WAITS_LONGER)) {
            return queue.stream()
                    .filter(waiter -> waiter.future == null)
                    .findFirst()
                    .orElse(queue.peekFirst());
        }
        return queue.peekFirst();
    }

    /** Hands over to one that is due, or marks one that is going to be woken. */
    private void prepare(Waiter next) {
        boolean due = spec.isFair() || seam.nanoTime() - next.sinceNanos >= starvationNanos();
        if (next.future != null || (due && !has(MutexDefect.BARGES_FOR_EVER))) {
            serve(next);
        }
        next.woken = true;
    }

    private long starvationNanos() {
        return spec.starvationNanos() > 0 ? spec.starvationNanos() : 1_000_000;
    }

    private void tell(Waiter next) {
        if (next == null) {
            return;
        }
        if (next.future == null) {
            seam.unpark(next.thread);
        } else if (has(MutexDefect.CONTINUES_INSIDE_THE_RELEASE) || has(MutexDefect.HAND_OFF_RECURSES)) {
            next.future.complete(next.turn);
        } else {
            executor.execute(() -> next.future.complete(next.turn));
        }
    }

    synchronized boolean isHeld() {
        return held != NOBODY;
    }

    synchronized boolean isHeldBy(int hold) {
        return held == hold;
    }

    synchronized boolean isIdle() {
        return held == NOBODY && queue.isEmpty();
    }

    private synchronized String holderName() {
        return holder == null ? "" : holder.getName();
    }

    synchronized MutexDiagnosis diagnosis() {
        long now = seam.nanoTime();
        Thread named = has(MutexDefect.NAMES_A_WAITER) ? lastWaiter : holder;
        long heldNanos = now - (has(MutexDefect.OVERSTATES_THE_HOLD) ? bornNanos - 1_000 : heldSinceNanos);
        return new MutexDiagnosis(spec.name(), named == null ? "" : named.getName(), heldNanos, queue.size());
    }
}
