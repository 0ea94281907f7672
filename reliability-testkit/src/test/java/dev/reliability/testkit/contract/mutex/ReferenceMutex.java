package dev.reliability.testkit.contract.mutex;

import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Person;
import dev.reliability.testkit.contract.World;
import dev.reliability.time.spi.Seam;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;

/** A mutex that is simple rather than quick: it keeps every rule of MUTEX, unless it has a defect. */
final class ReferenceMutex implements MutexAdapter {
    private final MutexSpec spec;
    private final MutexDefect defect;
    private final Seam seam;
    private final ReferenceLock lock;
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final Map<Object, ReferenceLock> keyed = new ConcurrentHashMap<>();
    private final Person continuations;
    private volatile Thread caller; // inside a call

    ReferenceMutex(MutexSpec spec, World world, MutexDefect defect) {
        this.spec = spec;
        this.defect = defect;
        this.seam = Seam.of(world.time());
        this.continuations = world.person("continuations");
        this.lock = new ReferenceLock(spec, defect, seam, continuations, reports);
    }

    private boolean has(MutexDefect other) {
        return defect == other;
    }

    @Override
    public Held acquire(long nanos) throws InterruptedException, MutexTimedOut {
        return held(lock, lock.take(nanos));
    }

    private static Held held(ReferenceLock of, int hold) throws MutexTimedOut {
        if (hold == ReferenceLock.NOBODY) {
            throw new MutexTimedOut(of.diagnosis(), null);
        }
        return () -> of.release(hold);
    }

    @Override
    public Held tryAcquire() {
        if (has(MutexDefect.TRY_WAITS)) {
            seam.parkNanos(this, 1_000);
        }
        int hold = lock.tryTake();
        return hold == ReferenceLock.NOBODY ? null : () -> lock.release(hold);
    }

    @Override
    public Held acquireBy(long leftNanos) throws InterruptedException, MutexTimedOut {
        if (leftNanos <= 0 && !has(MutexDefect.EXPIRED_DEADLINE_TRIES)) {
            throw new MutexTimedOut(lock.diagnosis(), null);
        }
        return acquire(leftNanos);
    }

    @Override
    public Object call(Body body) throws Throwable {
        if (caller == Thread.currentThread() && !has(MutexDefect.WAITS_FOR_ITSELF)) {
            throw new IllegalStateException("not reentrant");
        }
        Held held = acquire(spec.waitNanos());
        caller = Thread.currentThread();
        Object value;
        try {
            value = body.run();
        } catch (Throwable failure) {
            caller = null;
            if (!(failure instanceof Error && has(MutexDefect.ERROR_KEEPS_THE_LOCK))) {
                held.close();
            }
            throw failure;
        }
        caller = null;
        held.close();
        return value;
    }

    @Override
    public CompletableFuture<Held> acquireAsync(long nanos) {
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        CompletableFuture<Held> future = new CompletableFuture<>();
        Runnable abandon = lock.takeAsync(
                taken, nanos, () -> future.completeExceptionally(new TimeoutException("not acquired in time")));
        CompletableFuture<Void> unused = taken.thenAccept(hold -> {
            abandon.run();
            if (!future.complete(() -> lock.release(hold))) {
                lock.release(hold);
            }
        });
        CompletableFuture<Held> unusedToo = future.whenComplete((held, failure) -> {
            if (future.isCancelled()) {
                abandon.run();
            }
        });
        return future;
    }

    @Override
    public Held acquire(String key, long nanos) throws InterruptedException, MutexTimedOut {
        ReferenceLock of = keyed.computeIfAbsent(
                has(MutexDefect.LOCKS_BY_HASH) ? (Object) (key.hashCode() % 4) : key,
                each -> new ReferenceLock(spec, defect, seam, continuations, reports));
        Held held = held(of, of.take(nanos));
        return () -> {
            held.close();
            if (!has(MutexDefect.KEEPS_EVERY_KEY)) {
                keyed.values().removeIf(ReferenceLock::isIdle);
            }
        };
    }

    @Override
    public int keptKeys() {
        return keyed.size();
    }

    @Override
    public List<String> longHolds() {
        return reports;
    }

    @Override
    public void close() {
        continuations.dismiss();
    }
}
