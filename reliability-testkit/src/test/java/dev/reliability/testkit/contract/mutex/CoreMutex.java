package dev.reliability.testkit.contract.mutex;

import dev.reliability.mutex.Hold;
import dev.reliability.mutex.KeyedMutex;
import dev.reliability.mutex.MutexEvent;
import dev.reliability.mutex.MutexTimeoutException;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.testkit.contract.Body;
import dev.reliability.testkit.contract.BodyTask;
import dev.reliability.testkit.contract.Held;
import dev.reliability.testkit.contract.Person;
import dev.reliability.testkit.contract.World;
import dev.reliability.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The adapter of our own {@link TimedMutex}. */
final class CoreMutex implements MutexAdapter {
    private final World world;
    private final TimedMutex mutex;
    private final KeyedMutex<String> keyed;
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final Person continuations;

    CoreMutex(MutexSpec spec, World world) {
        this.world = world;
        this.continuations = world.person("continuations");
        TimedMutex.Builder builder = TimedMutex.builder(spec.name(), Duration.ofNanos(spec.waitNanos()))
                .fair(spec.isFair())
                .timing(spec.isTiming())
                .executor(continuations)
                .time(world.time());
        if (spec.starvationNanos() > 0) {
            builder.starvationLimit(Duration.ofNanos(spec.starvationNanos()));
        }
        if (spec.reportAfterNanos() > 0) {
            builder.reportHolds(
                    Duration.ofNanos(spec.reportAfterNanos()),
                    event -> reports.add(((MutexEvent.HeldLong) event).holder()));
        }
        mutex = builder.build();
        keyed = builder.buildKeyed();
    }

    /** One of the ways to acquire. */
    private interface Way {
        Hold acquire() throws InterruptedException;
    }

    private static Held held(Way way) throws InterruptedException, MutexTimedOut {
        try {
            return way.acquire()::close;
        } catch (MutexTimeoutException e) {
            throw new MutexTimedOut(
                    new MutexDiagnosis(
                            e.name(),
                            e.holder() == null ? "" : e.holder(),
                            e.heldAtLeast().toNanos(),
                            e.waiting()),
                    e);
        }
    }

    @Override
    public Held acquire(long nanos) throws InterruptedException, MutexTimedOut {
        return held(() -> mutex.acquire(Duration.ofNanos(nanos)));
    }

    @Override
    public Held acquireBy(long leftNanos) throws InterruptedException, MutexTimedOut {
        return held(() -> mutex.acquire(Deadline.after(Duration.ofNanos(leftNanos), world.time())));
    }

    @Override
    public Held tryAcquire() {
        Hold hold = mutex.tryAcquire();
        return hold == null ? null : hold::close;
    }

    @Override
    public Object call(Body body) throws Throwable {
        try {
            return mutex.callInterruptibly(BodyTask.of(body));
        } catch (MutexTimeoutException e) {
            throw new MutexTimedOut(null, e);
        }
    }

    @Override
    public CompletableFuture<Held> acquireAsync(long nanos) {
        CompletableFuture<Hold> acquiring = mutex.acquireAsync(Duration.ofNanos(nanos));
        CompletableFuture<Held> held = new CompletableFuture<>();
        CompletableFuture<?> unused = acquiring.whenComplete((hold, failure) -> {
            if (failure != null) {
                held.completeExceptionally(failure);
            } else if (!held.complete(hold::close)) {
                hold.close();
            }
        });
        CompletableFuture<Held> unusedToo = held.whenComplete((value, failure) -> {
            if (held.isCancelled()) {
                acquiring.cancel(true);
            }
        });
        return held;
    }

    @Override
    public Held acquire(String key, long nanos) throws InterruptedException, MutexTimedOut {
        return held(() -> keyed.acquire(key, Duration.ofNanos(nanos)));
    }

    @Override
    public int keptKeys() {
        return keyed.keptKeys();
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
