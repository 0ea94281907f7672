package dev.reliability.testkit.sim;

import dev.reliability.Action;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.TimeSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One try on real threads, and the world of it. Thread-safe. */
final class RealTry implements World {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    private final Case which;
    private final TimeSource time;
    private final long limitNanos;
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Map<Thread, Draws> draws = new ConcurrentHashMap<>();
    private final AtomicInteger tasks = new AtomicInteger(); // that have been made
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicReference<@Nullable Failed> failure = new AtomicReference<>();
    private final List<Recorded> history = new ArrayList<>(); // guarded by itself

    // Written in the set-up, which happens before what reads it.
    private final List<Spawned> spawned = new ArrayList<>();
    private @Nullable Action<?> check;

    private volatile boolean settingUp = true;
    private volatile boolean ended; // what tasks do now is what they do when they are interrupted
    private volatile String stuck = "";

    RealTry(Case which, TimeSource time, Duration limit) {
        this.which = which;
        this.time = time;
        this.limitNanos = Spans.nanos(limit);
    }

    void run(Scenario scenario) {
        start("set-up", () -> scenario.setUp(this));
        awaitEnd();
        settingUp = false;
        if (!isOver()) {
            CountDownLatch gate = new CountDownLatch(1); // all at once, and no time passes before all are there
            spawned.forEach(task -> start(task.name, () -> {
                gate.await();
                task.body.run();
            }));
            gate.countDown();
            awaitEnd();
        }
        Action<?> last = check;
        if (!isOver() && last != null) {
            start("check", last);
            awaitEnd();
        }
        ended = true;
        threads.forEach(Thread::interrupt);
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted while a scenario ran on real threads");
        }
    }

    @Nullable
    Failed failure() {
        return failure.get();
    }

    /** Why the try did not come to an end; empty if it did. */
    String stuck() {
        return stuck;
    }

    private boolean isOver() {
        return failure.get() != null || !stuck.isEmpty();
    }

    private void start(String name, Action<?> body) {
        running.incrementAndGet();
        Draws mine = draws(); // by the order in which tasks are made, not in which they run
        Runnable task = () -> {
            draws.put(Thread.currentThread(), mine);
            try {
                body.run();
            } catch (Throwable thrown) {
                String what = "task \"" + name + "\" threw " + thrown;
                if (!ended) {
                    failure.compareAndSet(null, new Failed(SimulationFailure.Kind.THROWN, what, thrown, List.of()));
                }
            } finally {
                running.decrementAndGet();
            }
        };
        if (time instanceof VirtualTime virtual) {
            threads.add(virtual.spawn(name, task));
        } else {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void awaitEnd() {
        long begun = System.nanoTime();
        boolean stood = false;
        while (running.get() > 0 && failure.get() == null) {
            LockSupport.parkNanos(this, 100_000);
            boolean stands = time instanceof VirtualTime virtual && onlyTimeHelps(virtual);
            if (stands && stood && time instanceof VirtualTime virtual) { // one look may mislead
                boolean unused = virtual.advanceToNext();
            }
            stood = stands && !stood;
            boolean late = System.nanoTime() - begun > limitNanos;
            if (late && isDeadlock()) {
                failure.set(new Failed(
                        SimulationFailure.Kind.DEADLOCK, "threads hold what others wait for", null, places()));
            } else if (late || Thread.currentThread().isInterrupted()) {
                stuck = running + " tasks had not ended after " + Spans.text(System.nanoTime() - begun) + ": "
                        + String.join("; ", places());
                return;
            }
        }
    }

    /**
     * Whether each task is parked, or blocked on a lock that another one holds. Such a one is not parked as far as the
     * virtual time knows, so that the time would stand still.
     */
    private boolean onlyTimeHelps(VirtualTime virtual) {
        Set<Long> ids =
                threads.stream().filter(Thread::isAlive).map(Thread::getId).collect(Collectors.toSet());
        long blocked = ids.stream()
                .map(id -> ManagementFactory.getThreadMXBean().getThreadInfo(id))
                .filter(info -> info != null && ids.contains(info.getLockOwnerId()))
                .count();
        return blocked > 0 && blocked + virtual.parkedThreads() == running.get();
    }

    private boolean isDeadlock() {
        long[] deadlocked = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        return deadlocked != null
                && threads.stream().anyMatch(thread -> LongStream.of(deadlocked).anyMatch(id -> id == thread.getId()));
    }

    private List<String> places() {
        return threads.stream()
                .filter(Thread::isAlive)
                .map(thread -> thread.getName() + ": " + thread.getState() + " at " + Places.of(thread))
                .collect(Collectors.toList());
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public RandomGenerator random() {
        return draws.computeIfAbsent(Thread.currentThread(), foreign -> draws());
    }

    private Draws draws() {
        return Draws.of(which.seed(), which.schedule(), 1 + tasks.getAndIncrement());
    }

    @Override
    public void spawn(String name, Action<?> task) {
        if (settingUp) {
            spawned.add(new Spawned(name, task));
        } else {
            start(name, task);
        }
    }

    @Override
    public void check(Action<?> newCheck) {
        checkSettingUp("set a check");
        if (check != null) {
            throw new IllegalStateException("cannot set a second check: put both into one");
        }
        check = newCheck;
    }

    private void checkSettingUp(String what) {
        if (!settingUp) {
            throw new IllegalStateException("cannot " + what + " once the set-up has ended");
        }
    }

    @Override
    public <T> List<T> operations(List<T> all) {
        checkSettingUp("offer operations");
        return List.copyOf(all);
    }

    @Override
    public void record(Object event) {
        synchronized (history) {
            history.add(new Recorded(time.nanoTime(), Thread.currentThread().getName(), event));
        }
    }

    @Override
    public List<Recorded> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    @Override
    public void checkpoint() {
        Thread.onSpinWait(); // others run anyway
    }

    @Override
    public void await(BooleanSupplier condition) {
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            if (ended) {
                throw new SimulationEnded();
            }
            try {
                time.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void busy(Duration span) {
        if (time instanceof VirtualTime virtual) {
            virtual.advance(span);
            return;
        }
        long begun = time.nanoTime();
        while (time.nanoTime() - begun < Spans.nanos(span)) {
            Thread.onSpinWait();
        }
    }

    @Override
    public int pendingAlarms() {
        return time instanceof VirtualTime virtual ? virtual.pendingAlarms() : 0;
    }

    private record Spawned(String name, Action<?> body) {}
}
